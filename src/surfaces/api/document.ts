/** The OpenAPI 3.1 document, made from the schemas that validate. */
import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import { z } from 'zod';
import { SESSION_COOKIE } from './caller.ts';
import { problemSchema } from './http-problem.ts';
import { type Operation, takesKey } from './operation.ts';

/** Where every operation lives. */
export const BASE = '/api/v1';

const TOKEN = 'token';
const SESSION = 'session';

/** Statuses that any operation may answer, beside its own, and when. */
const COMMON: Readonly<Record<number, string>> = {
  400: 'What was sent does not fit the schema.',
  401: 'Nobody signed in, or the token or session is unknown, expired or revoked.',
  403: 'Your role, or the scope of your token, does not reach so far; or a rule of the house stands against it.',
  404: 'There is nothing of that name here, or nothing that you may see.',
  406: 'The answer cannot be had in a form that `Accept` asks for.',
  429: 'Too many calls: wait as long as `Retry-After` says.',
  500: 'Something unexpected happened; the log of the server has it under `instance`.',
  503: 'Something outside did not answer: nothing was changed.',
};
const WITH_BODY: Readonly<Record<number, string>> = {
  409: 'It is in another state by now, or the same call is being done at this moment.',
  413: 'The body is too large.',
  415: 'The body is of another media type.',
  422: 'The `Idempotency-Key` was used for another call.',
};
const WITH_MATCH: Readonly<Record<number, string>> = {
  412: 'It has changed since the state that `If-Match` names.',
  428: '`If-Match` is missing.',
};

/** The document. */
export function describe(operations: readonly Operation[], version: string): Readonly<Record<string, unknown>> {
  const hono = new OpenAPIHono();
  const { openAPIRegistry: registry } = hono;
  registry.registerComponent('securitySchemes', TOKEN, {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of yours. Its scope may be narrower than what you may do.',
  });
  registry.registerComponent('securitySchemes', SESSION, {
    type: 'apiKey',
    in: 'cookie',
    name: SESSION_COOKIE,
    description: 'The session of a browser. Calls that change something also need the header `Pratique-Csrf`.',
  });
  for (const operation of operations) registry.registerPath(routeOf(operation));
  const document = hono.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Pratique',
      version,
      license: { name: 'Apache-2.0' },
      description: DESCRIPTION,
    },
    servers: [{ url: '/' }],
    security: [{ [TOKEN]: [] }, { [SESSION]: [] }],
    tags: [...new Set(operations.map(tagOf))].map((name) => ({ name })),
  });
  return { ...document };
}

const DESCRIPTION = `Everything that people do with a Pratique server, as JSON. Errors are \`application/problem+json\` (RFC 9457).
Lists answer \`results\` and \`next\`, a cursor. Reads answer an \`ETag\`; what decides about something needs it as \`If-Match\`.
Changes may carry an \`Idempotency-Key\`: the same call again within a day gets the same answer and is not done twice.`;

/** The first segment of the path. */
function tagOf({ path }: Operation): string {
  return path.split('/')[1] ?? '';
}

function routeOf(operation: Operation): RouteConfig {
  const { method, path, id, summary, description, access, params, query } = operation;
  return {
    method,
    path: `${BASE}${path === '/' ? '' : path}`,
    operationId: id,
    summary,
    description: [description, accessText(operation)].filter((text) => text !== undefined).join('\n\n'),
    tags: [tagOf(operation)],
    ...(access === 'public' ? { security: [] } : {}),
    request: {
      ...(params instanceof z.ZodObject ? { params } : {}),
      ...(query instanceof z.ZodObject ? { query } : {}),
      ...headersOf(operation),
      ...bodyOf(operation),
    },
    responses: responsesOf(operation),
  };
}

function bodyOf({ body, upload }: Operation) {
  if (upload !== undefined) return { body: { required: true, content: { [upload]: { schema: FILE } } } };
  return body === undefined ? {} : { body: { required: true, content: { 'application/json': { schema: body } } } };
}

const FILE = z.string().meta({ format: 'binary' });

function accessText({ access }: Operation): string | undefined {
  if (access === 'public') return 'Anybody may call this.';
  if (access === 'oneself') return 'About yourself: a token with limits does not reach it.';
  return access === 'signed-in' ? undefined : `Takes a role that may \`${access}\`.`;
}

function headersOf(operation: Operation) {
  const idempotent = takesKey(operation) ? { 'idempotency-key': idempotencyKey.optional() } : {};
  const match = operation.decidesOn !== undefined ? { 'if-match': ifMatch } : {};
  const shape = { ...idempotent, ...match };
  return Object.keys(shape).length === 0 ? {} : { headers: z.object(shape) };
}

/** Printable ASCII, as a header can hold it. */
export const idempotencyKey = z
  .string()
  .regex(/^[!-~]{1,200}$/)
  .meta({
    description: 'Yours to choose, new for each thing you want done: a UUID.',
    examples: ['8e03978e-40d5-43e8-bc93-6894a57f9324'],
  });
const ifMatch = z.string().meta({ description: 'The `ETag` of what you decide about.' });

function responsesOf(operation: Operation): RouteConfig['responses'] {
  const { status = 200, answer, alsoAnswers = [], problems = [], method, body, upload, decidesOn } = operation;
  const others = Object.fromEntries(
    alsoAnswers.map((type) => [type, { schema: type.endsWith('json') ? z.unknown() : z.string() }]),
  );
  const failures = {
    ...COMMON,
    ...(method === 'get' && problems.length === 0 ? {} : { 409: WITH_BODY[409] ?? '' }),
    ...(body === undefined && upload === undefined ? {} : WITH_BODY),
    ...(method === 'post' ? { 422: WITH_BODY[422] ?? '' } : {}),
    ...(decidesOn === undefined ? {} : WITH_MATCH),
  };
  const codes = problems.length === 0 ? '' : ` Codes here: ${problems.map((code) => `\`${code}\``).join(', ')}.`;
  return {
    [status]: {
      description: operation.summary,
      content: { 'application/json': { schema: answer }, ...others },
      ...(method === 'get' ? { headers: z.object({ etag: z.string().optional() }) } : {}),
    },
    ...(method === 'get' ? { 304: { description: 'It is as `If-None-Match` says.' } } : {}),
    ...Object.fromEntries(
      Object.entries(failures).map(([code, text]) => [
        code,
        {
          description: code === '403' || code === '409' ? `${text}${codes}` : text,
          content: { 'application/problem+json': { schema: problemSchema } },
        },
      ]),
    ),
  };
}
