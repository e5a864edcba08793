/** A whole installation in this process: real home, real database, every room wired as `serve` wires it; no worker. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor, Role } from '../../src/domain/people.ts';
import { createApp, type OpenApp } from '../../src/main/app.ts';
import { openFoundation } from '../../src/main/foundation.ts';
import { openHome } from '../../src/main/home.ts';
import { createHttpServer } from '../../src/main/http-server.ts';
import { initHome } from '../../src/main/init.ts';
import { createHandler } from '../../src/main/requests.ts';
import { readEnvironment } from '../../src/platform/environment/environment.ts';
import { openTestDatabase } from './database.ts';

export interface TestHome {
  readonly app: OpenApp;
  /** Where it answers, without a slash at the end. */
  readonly url: string;
  /** The first operator. */
  readonly operator: Actor;
  /** Adds a person and gives them a token. */
  person(name: string, role: Role, organisation?: string): Promise<Caller>;
  /** Runs what follows from changes until nothing is left. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export interface Caller {
  readonly actor: Actor;
  readonly token: string;
}

export interface TestHomeOptions {
  /** Address of the index that PyPI packages come from; none otherwise. */
  readonly index?: string;
  /** Changes `pratique.yaml`. */
  readonly config?: (text: string) => string;
  /** Variables beside PATH, as package clients read them. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Made, served on a free port, with one operator: `olga`. */
export async function openTestHome(options: TestHomeOptions = {}): Promise<TestHome> {
  const database = await openTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'pratique-home-'));
  const variables = { PATH: process.env['PATH'], ...options.variables };
  const environment = { ...readEnvironment(variables), databaseUrl: urlOf(database.connection) };
  const { operatorCode } = await initHome(folder, environment);
  await furnish(folder, options);
  const app = createApp(await openFoundation({ home: await openHome(folder), environment, logTo: 'file' }));
  const { accounts } = app.rooms;
  await accounts.claimFirstOperator({ name: 'olga', code: operatorCode ?? '' });
  const operator: Actor = { kind: 'person', name: 'olga', roles: ['operator'], organisation: null };
  const handler = await createHandler(app);
  const server = createHttpServer(handler.handle, handler.malformed).listener;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  return {
    app,
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    operator,
    async person(name, role, organisation) {
      await accounts.add(operator, { name, roles: [role], organisation });
      const actor: Actor = { kind: 'person', name, roles: [role], organisation: organisation ?? null };
      return { actor, token: await tokenOf(app, actor) };
    },
    settle: () => app.settle(() => undefined),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await handler.close();
      await app.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a test machine can do, and where it is looked for. */
async function furnish(folder: string, { index, config }: TestHomeOptions): Promise<void> {
  const file = join(folder, 'pratique.yaml');
  const sources = `sources:\n${index === undefined ? '  pypi: []\n' : `  pypi:\n    - name: local\n      url: ${index}\n`}  npm: []\n  cran: []\n`;
  const text = (await readFile(file, 'utf8'))
    .replace(/^sources:\n(?: {2}\w+: discover\n)+/m, sources)
    .replace('when_not_isolated: refuse', 'when_not_isolated: run');
  await writeFile(file, config === undefined ? text : config(text));
  // Trials are tested where they are made; here they would only cost time.
  const policy = join(folder, 'policy.yaml');
  await writeFile(policy, (await readFile(policy, 'utf8')).replace('install_proof: root', 'install_proof: off'));
}

/** A call of the API by somebody; the body is JSON both ways. */
export async function callApi(
  home: TestHome,
  token: string | undefined,
  ask: { method: string; path: string; headers?: Readonly<Record<string, string>>; body?: unknown },
): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> {
  const response = await fetch(`${home.url}/api/v1${ask.path}`, {
    method: ask.method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(ask.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...ask.headers,
    },
    ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

/** A token without limits. */
export async function tokenOf({ rooms }: OpenApp, actor: Actor): Promise<string> {
  return (await rooms.tokens.create(actor, { label: 'test', scope: {} })).token;
}

/** A test database as `DATABASE_URL` names it. */
export function urlOf(connection: Awaited<ReturnType<typeof openTestDatabase>>['connection']): string {
  if (connection.kind === 'url') return connection.url;
  const { folder, port, user, database } = connection;
  return `postgresql:///${database}?host=${encodeURIComponent(folder)}&port=${port}&user=${user}`;
}
