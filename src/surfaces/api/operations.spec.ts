/** Rules that every operation keeps, whichever noun it is about. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Caller, callApi, openTestHome, type TestHome } from '../../../test/harness/home.ts';
import { allOperations } from './index.ts';

const operations = allOperations();
const each = operations.map((one) => [`${one.method.toUpperCase()} ${one.path}`, one] as const);
const EXAMPLES: Readonly<Record<string, string>> = {
  channel: 'tier3',
  ecosystem: 'pypi',
  name: 'requests',
  list: 'extra',
  number: '1',
};

let home: TestHome;
let rosa: Caller;
let document: z.infer<typeof openApi>;
beforeAll(async () => {
  home = await openTestHome();
  rosa = await home.person('rosa', 'researcher');
  document = openApi.parse((await callApi(home, undefined, { method: 'GET', path: '/openapi.json' })).body);
});
afterAll(() => home.close());

const described = z.looseObject({
  operationId: z.string(),
  summary: z.string(),
  responses: z.record(
    z.string(),
    z.looseObject({ description: z.string(), content: z.record(z.string(), z.unknown()).optional() }),
  ),
  security: z.array(z.unknown()).optional(),
});
const openApi = z.looseObject({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), described)),
  components: z.looseObject({
    schemas: z.record(z.string(), z.unknown()),
    securitySchemes: z.record(z.string(), z.unknown()),
  }),
});

/** The path with ids that nobody has. */
const filled = (path: string) => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => EXAMPLES[name] ?? idFor(path));

function idFor(path: string): string {
  const letters = {
    requests: 'R',
    decisions: 'A',
    objections: 'W',
    entries: 'L',
    denials: 'D',
    quarantines: 'Q',
    reports: 'P',
    tags: 'G',
    'tag-requirements': 'N',
  };
  const found = Object.entries(letters).find(([noun]) => path.includes(`/${noun}/{`));
  return `${found?.[1] ?? 'X'}-999`;
}

describe('the document', () => {
  it('has an operation of its own for each, with a unique id', () => {
    const ids = operations.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { method, path, id } of operations)
      expect(document.paths[`/api/v1${path === '/' ? '' : path}`]?.[method]).toMatchObject({ operationId: id });
  });
  it('names the nouns of the contract on thirty paths and more', () => {
    const paths = Object.keys(document.paths);
    expect(paths.length).toBeGreaterThanOrEqual(30);
    const segments = new Set(paths.flatMap((path) => path.split('/')));
    for (const noun of ['requests', 'decisions', 'objections', 'lists', 'channels', 'snapshots', 'ledger', 'notices'])
      expect(segments).toContain(noun);
  });
  it('says for each how it fails, as a problem document', () => {
    for (const methods of Object.values(document.paths))
      for (const one of Object.values(methods))
        for (const [status, { content }] of Object.entries(one.responses))
          if (Number(status) >= 400) expect(Object.keys(content ?? {})).toEqual(['application/problem+json']);
  });
  it('has two ways to say who calls, and says where none is needed', () => {
    expect(Object.keys(document.components.securitySchemes).toSorted()).toEqual(['session', 'token']);
    const open = Object.entries(document.paths).filter(([, methods]) =>
      Object.values(methods).some(({ security }) => security?.length === 0),
    );
    expect(open.map(([path]) => path).toSorted()).toEqual(
      operations
        .filter(({ access }) => access === 'public')
        .map(({ path }) => `/api/v1${path === '/' ? '' : path}`)
        .toSorted(),
    );
  });
  it('refers to no schema that is not there', () => {
    const refs = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name ?? '',
    );
    for (const name of new Set(refs)) expect(document.components.schemas).toHaveProperty([name]);
  });
});

describe.each(each)('%s', (_, operation) => {
  const ask = () => ({ method: operation.method.toUpperCase(), path: filled(operation.path) });
  it.runIf(operation.access !== 'public')('asks who calls', async () => {
    expect(await callApi(home, undefined, ask())).toMatchObject({ status: 401 });
  });
  it('answers what is not there, or not to be read, with a problem and never a failure', async () => {
    const body = operation.method === 'get' ? {} : { body: {} };
    const { status, body: answer } = await callApi(home, rosa.token, { ...ask(), ...body });
    expect(status).toBeLessThan(500);
    if (status >= 400) expect(answer).toMatchObject({ status, code: expect.any(String), title: expect.any(String) });
  });
  it.runIf(operation.decidesOn !== undefined)('names a read with the same parameters', () => {
    const names = (path = '') => [...path.matchAll(/\{\w+\}/g)].map(([name]) => name);
    expect(names(operation.decidesOn?.path)).toEqual(names(operation.path));
    expect(operation.decidesOn?.method).toBe('get');
  });
});
