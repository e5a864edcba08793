/** The JSON API: every operation of the catalogue under `/api/v1`, over the same doors as the command line. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { ApiApp } from './app.ts';
import { createCallRates } from './call-rates.ts';
import { CATALOGUE } from './catalogue.ts';
import { BASE } from './document.ts';
import { allowed, exchange, refuse } from './exchange.ts';
import { HttpProblem } from './http-problem.ts';
import type { Operation } from './operation.ts';
import { about } from './routes/about.ts';

export type { ApiApp } from './app.ts';

/** Answers everything under `/api`. */
export function createApi(app: ApiApp): (request: IncomingMessage, response: ServerResponse) => void {
  const state = { app, rates: createCallRates(() => app.now()) };
  const hono = new Hono<{ Bindings: HttpBindings }>();
  for (const [path, operations] of byPath(allOperations())) {
    const route = `${BASE}${path === '/' ? '' : path.replaceAll(/\{([a-z]+)\}/g, ':$1')}`;
    for (const operation of operations)
      hono.on(operation.method.toUpperCase(), route, (context) => exchange(state, context, operation));
    const methods = operations.map(({ method }) => (method === 'get' ? 'GET, HEAD' : method.toUpperCase())).join(', ');
    hono.options(route, (context) => allowed(state, context, methods));
    hono.all(route, (context) => refuse(state, context, notThisMethod(methods)));
  }
  hono.all('*', (context) => refuse(state, context, noSuchAddress()));
  const listener = getRequestListener(hono.fetch, { overrideGlobalObjects: false });
  return (request, response) => void listener(request, response);
}

/** The catalogue, and what tells of it. */
export function allOperations(): readonly Operation[] {
  const all: readonly Operation[] = [...about(() => all), ...CATALOGUE];
  return all;
}

/** In an order in which a fixed segment goes before a parameter in its place: `{` is greater than every letter. */
function byPath(operations: readonly Operation[]): readonly (readonly [string, readonly Operation[]])[] {
  const paths = new Map<string, Operation[]>();
  for (const operation of operations) paths.set(operation.path, [...(paths.get(operation.path) ?? []), operation]);
  return [...paths].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function notThisMethod(methods: string): HttpProblem {
  return new HttpProblem(
    405,
    {
      kind: 'usage',
      code: 'method-not-allowed',
      what: 'This address does not take this method',
      next: `It takes ${methods}.`,
    },
    { allow: methods },
  );
}

function noSuchAddress(): HttpProblem {
  return new HttpProblem(404, {
    kind: 'not-found',
    code: 'no-such-address',
    what: 'The API has no such address',
    next: 'See /api/v1/openapi.json.',
  });
}
