/** `/`, `/openapi.json`: what the API is. */
import { z } from 'zod';
import { BASE, describe } from '../document.ts';
import { data, type Operation, operation } from '../operation.ts';

/** `all` lists every operation, these included. */
export function about(all: () => readonly Operation[]): readonly Operation[] {
  let document: Readonly<Record<string, unknown>> | undefined;
  return [
    operation({
      method: 'get',
      path: '/',
      id: 'showOverview',
      summary: 'What this is, and where to go on',
      access: 'public',
      answer: z.object({ name: z.string(), version: z.string(), openapi: z.string(), addresses: z.array(z.string()) }),
      async work({ app }) {
        const addresses = [...new Set(all().map(({ path }) => `${BASE}${path === '/' ? '' : path}`))];
        return data({ name: 'Pratique', version: app.version, openapi: `${BASE}/openapi.json`, addresses });
      },
    }),
    operation({
      method: 'get',
      path: '/openapi.json',
      id: 'showDocument',
      summary: 'This API, described: OpenAPI 3.1',
      access: 'public',
      answer: z.looseObject({ openapi: z.string() }),
      async work({ app }) {
        document ??= describe(all(), app.version);
        return data({ openapi: '3.1.0', ...document });
      },
    }),
  ];
}
