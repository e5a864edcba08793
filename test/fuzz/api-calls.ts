/** Calls of the API: one drawn for an operation, made, and held against what the OpenAPI document promises. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc, { type Arbitrary } from 'fast-check';
import { z } from 'zod';
import { type Known, nastyText, type Schema, schema, texts, valuesOf } from './api-inputs.ts';

const parameter = z.looseObject({
  name: z.string(),
  in: z.enum(['path', 'query', 'header', 'cookie']),
  required: z.boolean().optional(),
  schema,
});
const content = z.record(z.string(), z.looseObject({ schema: schema.optional() }));
const described = z.looseObject({
  operationId: z.string(),
  parameters: z.array(parameter).optional(),
  requestBody: z.looseObject({ content }).optional(),
  responses: z.record(z.string(), z.looseObject({ content: content.optional() })),
});
export const openApi = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), described)),
  components: z.looseObject({ schemas: z.record(z.string(), schema) }),
});
export type OpenApi = z.infer<typeof openApi>;

export interface Operation extends z.infer<typeof described> {
  readonly method: string;
  readonly path: string;
}

export interface Call {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

export function operationsOf(document: OpenApi): readonly Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => ({ ...one, method: method.toUpperCase(), path })),
  );
}

/** What the stage holds, by the example that stands in the schema. */
const PLANTED: Readonly<Record<string, readonly string[]>> = {
  tier3: ['quick', 'windowed', 'tier2', 'tier3'],
  pypi: ['pypi', 'pypi', 'npm', 'cran'],
  requests: ['tidewater', 'harbour', 'lighthouse', 'Light_House'],
  'fastapi[standard]': ['tidewater', 'harbour', 'lighthouse', 'tidewater[extra]'],
  '2.32.3': ['1.0.0', '2.0'],
  '17': ['1', '2', '3'],
  'uv.lock': ['requirements.txt', 'package-lock.json', 'uv.lock', 'DESCRIPTION'],
};

/** Ids, digests and names that answers have shown. */
export function createKnown(): Known & { learn(text: string): void } {
  const seen = new Map<string, Set<string>>();
  const SHAPES = [/\b[A-Z]-[1-9]\d{0,6}\b/g, /\bsha256:[0-9a-f]{64}\b/g, /\bpkg:[a-z]+\/[A-Za-z0-9@%._/-]{1,80}/g];
  const keyOf = (text: string) =>
    /^[A-Z]-/.test(text) ? text.slice(0, 2) : (/^(?:sha256|pkg):/.exec(text)?.[0] ?? text);
  return {
    like: (example) => [...(PLANTED[example] ?? []), ...[...(seen.get(keyOf(example)) ?? [])].slice(-20)],
    learn(text) {
      for (const [found] of SHAPES.flatMap((shape) => [...text.matchAll(shape)])) {
        const key = keyOf(found);
        seen.set(key, (seen.get(key) ?? new Set()).add(found));
      }
    },
  };
}

/** What callers send to say who they are: headers by who it is, none for nobody. */
export type Callers = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Calls of an operation, as somebody with one of the tokens would make them. */
export function callsOf(
  operation: Operation,
  document: OpenApi,
  { known, callers }: { readonly known: Known; readonly callers: Callers },
): Arbitrary<Call> {
  const all = document.components.schemas;
  const { parameters = [], requestBody } = operation;
  const bodySchema: Schema | undefined = requestBody?.content['application/json']?.schema;
  const upload = Object.keys(requestBody?.content ?? {}).find((type) => type !== 'application/json');
  const textOf = (given: Schema) =>
    fc.oneof({ weight: 12, arbitrary: valueText(given, all, known) }, { weight: 1, arbitrary: nastyText });
  const wantsMatch = parameters.some(({ name }) => name === 'if-match');
  const inPath = parameters.filter((one) => one.in === 'path');
  const inQuery = parameters.filter((one) => one.in === 'query');
  return fc
    .record({
      caller: fc.constantFrom(...Object.values(callers)),
      path: fc.tuple(...inPath.map(({ name, schema: given }) => textOf(given).map((text) => [name, text] as const))),
      query: fc
        .subarray(inQuery)
        .chain((some) =>
          fc.tuple(...some.map(({ name, schema: given }) => textOf(given).map((text) => [name, text] as const))),
        ),
      body:
        upload !== undefined
          ? anyFile
          : bodySchema === undefined
            ? fc.constant(undefined)
            : bodyText(valuesOf(all, known, bodySchema)),
      match: fc.constantFrom('as it is', 'as it is', 'as it is', '*', '"x"', undefined),
      key: fc.option(fc.oneof(fc.uuid(), fc.constantFrom('a', 'b', ' ', 'é')), { nil: undefined }),
    })
    .map(({ caller, path, query, body, match, key }) => {
      const filled = path.reduce((text, [name, value]) => text.replace(`{${name}}`, encoded(value)), operation.path);
      const asked = new URLSearchParams(
        query.map(([name, value]): [string, string] => [name, value.toWellFormed().slice(0, LONGEST_IN_URL)]),
      ).toString();
      return {
        operation: operation.operationId,
        method: operation.method,
        path: `${filled}${asked === '' ? '' : `?${asked}`}`,
        headers: {
          ...caller,
          ...(body === undefined ? {} : { 'content-type': upload ?? 'application/json' }),
          ...(match === undefined || !wantsMatch ? {} : { 'if-match': match }),
          ...(key === undefined || !/^[\x20-\x7e]+$/.test(key) ? {} : { 'idempotency-key': key }),
        },
        body,
      };
    });
}

/** Bytes, some of them blocks of zeros as a tar ends with. */
const anyFile: Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 2000 }),
  fc.uint8Array({ maxLength: 600 }).map((bytes) => Uint8Array.from([...bytes, ...new Uint8Array(1024)])),
);

function valueText(given: Schema, all: Readonly<Record<string, Schema>>, known: Known): Arbitrary<string> {
  if (given.type === 'string' && given.enum === undefined) return texts(given, known);
  return valuesOf(all, known, given).map((value) =>
    typeof value === 'string' ? value : (JSON.stringify(value) ?? ''),
  );
}

/** Beyond 16 KiB of headers the server of Node.js itself refuses. */
const LONGEST_IN_URL = 500;

/** An empty segment would be another address. */
function encoded(value: string): string {
  const text = encodeURIComponent(value.toWellFormed().slice(0, LONGEST_IN_URL));
  return text === '' || text === '.' || text === '..' ? '%20' : text;
}

/** JSON, now and then cut off or followed by something. */
function bodyText(values: Arbitrary<unknown>): Arbitrary<string> {
  const whole = values.map((value) => JSON.stringify(value) ?? 'null');
  return fc.oneof(
    { weight: 30, arbitrary: whole },
    { weight: 1, arbitrary: whole.map((text) => text.slice(0, text.length / 2)) },
    { weight: 1, arbitrary: nastyText.map((text) => text.toWellFormed()) },
  );
}

/** What an answer breaks of the document's promises; empty where nothing. */
export type Judge = (
  operation: Operation,
  answer: { readonly status: number; readonly type: string; readonly text: string },
) => readonly string[];

export function createJudge(document: OpenApi): Judge {
  const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'api', components: document.components });
  const compiled = new Map<string, ReturnType<typeof ajv.compile>>();
  const validator = (operation: Operation, status: string, type: string) => {
    const given = operation.responses[status]?.content?.[type]?.schema;
    if (given === undefined) return undefined;
    const key = `${operation.method} ${operation.path} ${status} ${type}`;
    const text = JSON.stringify(given).replaceAll('"#/components', '"api#/components');
    const made = compiled.get(key) ?? ajv.compile(JSON.parse(text));
    compiled.set(key, made);
    return made;
  };
  return (operation, { status, type, text }) => {
    const broken: string[] = [];
    if (status >= 500) broken.push(`answers ${status}`);
    if (operation.responses[String(status)] === undefined)
      broken.push(`answers ${status}, which the document does not name`);
    if (status === 304 || status === 204) return broken;
    if (status >= 400 && type !== 'application/problem+json') broken.push(`a problem comes as ${type}`);
    const check = validator(operation, String(status), type);
    if (check !== undefined && /json$/.test(type) && !check(JSON.parse(text)))
      broken.push(`the answer does not fit its schema: ${ajv.errorsText(check.errors)}`);
    return broken;
  };
}
