/** A channel that asks for a token, or for a network, with the stock pip, uv, npm, pnpm, Yarn, Bun and R. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Actor } from '../../src/domain/people.ts';
import { createAccounts } from '../../src/features/accounts/index.ts';
import { resolveActor } from '../../src/features/accounts/read.ts';
import { createChannels } from '../../src/features/channels/index.ts';
import { createTokens, type MadeToken } from '../../src/features/tokens/index.ts';
import { networkOf } from '../../src/platform/fetch/networks.ts';
import { findClients } from '../harness/clients.ts';
import { findNodeClients, type NodeClient } from '../harness/node-clients.ts';
import { olga } from '../harness/people.ts';
import { emptyLibrary, findRClient } from '../harness/r-client.ts';
import { openTestRegistry, type TestRegistry } from '../harness/registry.ts';
import { CRAN_KIT, NPM_KIT, PYPI_KIT, type RegistryKit } from '../harness/registry-kits.ts';

/** Several runs of a client on a machine that does other things too. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const PACKAGE = 'app';
const INSTALL_R = `
headers <- if (nzchar(a[3])) c(Authorization = paste("Bearer", a[3]))
install.packages("app", lib = a[1], repos = a[2], type = "source", headers = headers)
if (!("app" %in% rownames(installed.packages(a[1])))) quit(status = 1)`;
/** What our answers say, as far as a client prints it. */
const SAYS = {
  // pnpm breaks lines where it likes.
  token: /pratique\s+token\s+create\s+--label\s+TEXT\s+--action\s+install\s+--channel\s+tier3/,
  network: /NOT\s+FROM\s+THIS\s+NETWORK/,
};

interface Attempt {
  readonly code: number;
  readonly printed: string;
}

/** One client: installs `app` into a fresh place from a registry, showing a token where there is one. */
interface Installer {
  readonly label: string;
  readonly kit: RegistryKit;
  /** What it prints where a token is missing or wrong, and where the network is. */
  readonly says: { readonly token: RegExp; readonly network: RegExp };
  /** Whether it prints the token that it was given. */
  readonly printsToken: boolean;
  install(registry: TestRegistry, folder: string, token: string | undefined): Promise<Attempt>;
}

/** Where pip, uv and R carry a token: in the address, of which clients make a header. */
function withToken(registry: TestRegistry, path: string, token: string | undefined): string {
  const shown = token === undefined ? '' : `token:${token}@`;
  return `http://${shown}127.0.0.1:${registry.port}/tier3/${path}`;
}

/** uv prints the status alone. */
const UV_SAYS = { token: /401 Unauthorized/, network: /403 Forbidden/ };
/** What clients of npm registries print of our answers. */
const NODE_SAYS: Readonly<Record<NodeClient['kind'], Installer['says']>> = {
  npm: SAYS,
  pnpm: SAYS,
  'yarn-1': SAYS,
  'yarn-4': { token: /Invalid authentication/, network: SAYS.network },
  bun: { token: /- 401$/m, network: /- 403$/m },
};

/** Where each keeps a token: in the settings of its person, beside the address of the registry. */
async function keepToken(
  kind: NodeClient['kind'],
  project: string,
  { address, token }: { readonly address: string; readonly token: string },
): Promise<void> {
  if (kind === 'yarn-4')
    await writeFile(join(project, '.home', '.yarnrc.yml'), `npmAuthToken: ${token}\nnpmAlwaysAuth: true\n`);
  else
    await writeFile(
      join(project, '.npmrc'),
      `//${address}:_authToken=${token}\n${kind === 'yarn-1' ? 'always-auth=true\n' : ''}`,
    );
}

async function installers(): Promise<readonly Installer[]> {
  const { pips, uv } = await findClients();
  const { clients } = await findNodeClients();
  const r = await findRClient();
  return [
    ...pips.map((pip) => ({
      ...{ label: pip.label, kit: PYPI_KIT, says: SAYS, printsToken: false },
      async install(registry: TestRegistry, folder: string, token: string | undefined) {
        const python = await pip.makeEnvironment(await mkdtemp(join(folder, 'python-')));
        const index = withToken(registry, 'pypi/simple/', token);
        // Why an index page cannot be read, pip says with -vv alone.
        const ran = await pip.pip(python, [
          'install',
          '-vv',
          '--no-input',
          '--no-cache-dir',
          '--index-url',
          index,
          PACKAGE,
        ]);
        return { code: ran.code, printed: `${ran.stdout}${ran.stderr}` };
      },
    })),
    ...(uv === undefined ? [] : [uv]).map((client) => ({
      ...{ label: client.label, kit: PYPI_KIT, says: UV_SAYS, printsToken: false },
      async install(registry: TestRegistry, folder: string, token: string | undefined) {
        const target = await mkdtemp(join(folder, 'uv-'));
        const shown = token === undefined ? {} : { UV_INDEX_HAVEN_USERNAME: 'token', UV_INDEX_HAVEN_PASSWORD: token };
        const index = `haven=${withToken(registry, 'pypi/simple/', undefined)}`;
        const ran = await client.run(['pip', 'install', '--target', target, '--default-index', index, PACKAGE], shown);
        return { code: ran.code, printed: `${ran.stdout}${ran.stderr}` };
      },
    })),
    ...clients.map((client) => ({
      ...{ label: client.id, kit: NPM_KIT, says: NODE_SAYS[client.kind], printsToken: false },
      async install(registry: TestRegistry, folder: string, token: string | undefined) {
        const project = await client.project(folder);
        const address = `127.0.0.1:${registry.port}/tier3/npm/`;
        if (token !== undefined) await keepToken(client.kind, project.folder, { address, token });
        return project.install(`http://${address}`, [PACKAGE]);
      },
    })),
    // The header keeps the token out of what R prints; an address with the token in it works, and is printed.
    ...(r === undefined ? [] : [r]).flatMap((client) =>
      [true, false].map((asHeader) => ({
        ...{ label: `${client.label}, ${asHeader ? 'header' : 'address'}`, kit: CRAN_KIT },
        says: { token: /unable to access index for repository/, network: /unable to access index for repository/ },
        printsToken: !asHeader,
        async install(registry: TestRegistry, folder: string, token: string | undefined) {
          const library = await emptyLibrary(folder);
          const header = asHeader && token !== undefined ? token : '';
          const repository = withToken(registry, 'cran', asHeader ? undefined : token);
          return client.run(INSTALL_R, [library, repository, header], library);
        },
      })),
    ),
  ];
}

const found = await installers();
if (found.length === 0)
  it('no client is here', (context) => context.skip('none of pip, uv, npm, pnpm, Yarn, Bun and R is on this machine'));

describe.each(found)('$label before a gate', ({ kit, says, printsToken, install }) => {
  let registry: TestRegistry;
  let folder: string;
  let rosa: Actor;
  const { id } = kit.ecosystem;
  const attempt = (token?: string) => install(registry, folder, token);
  const channels = () => createChannels({ ledger: registry.ledger, targets: [], network: networkOf });
  const tokens = () => {
    const { db, ledger, clock } = registry;
    const noIssuer = { publishers: [], issuerOf: () => undefined, verifyIdentity: async () => ({}) };
    return createTokens({ ...{ db, ledger, clock }, ecosystemIds: [id], ...noIssuer });
  };
  const open = async (...allow: readonly string[]) => {
    await channels().changeAccess(olga, 'tier3', { allow, reason: 'A test.' });
    await registry.serving.refresh();
  };
  const made = async (): Promise<MadeToken> => {
    const one = await tokens().create(rosa, {
      label: 'installs',
      scope: { actions: ['install'], channels: ['tier3'] },
    });
    await registry.serving.refresh();
    return one;
  };

  beforeAll(async () => {
    registry = await openTestRegistry(undefined, { kit });
    folder = await mkdtemp(join(tmpdir(), 'pratique-access-'));
    const accounts = createAccounts({ ledger: registry.ledger });
    await accounts.claimFirstOperator({ name: 'olga', code: (await accounts.makeOperatorCode()) ?? '' });
    await accounts.add(olga, { name: 'rosa', roles: ['researcher'] });
    rosa = await resolveActor(registry.db, 'rosa');
    await registry.accept([{ name: PACKAGE, version: '1.0.0' }]);
    await registry.snapshots.publish({ channel: 'tier3', ecosystem: id, names: [] });
    await registry.serving.refresh();
  });
  afterAll(async () => {
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('installs with a right token, and not any more once it is revoked', async () => {
    await open('token');
    const { token, listing } = await made();
    const right = await attempt(token);
    expect(right.code, right.printed).toBe(0);
    expect(right.printed.includes(token)).toBe(printsToken);
    await tokens().revoke(rosa, listing.id);
    await registry.serving.refresh();
    const revoked = await attempt(token);
    expect(revoked.code, revoked.printed).not.toBe(0);
    expect(revoked.printed).toMatch(says.token);
  });

  it('says what to do without one and with a wrong one, and from a wrong network', async () => {
    await open('token');
    const without = await attempt();
    expect(without.code, without.printed).not.toBe(0);
    expect(without.printed).toMatch(says.token);
    const wrong = await attempt('prtq_mistyped');
    expect(wrong.code, wrong.printed).not.toBe(0);
    expect(wrong.printed).toMatch(says.token);
    await open('10.20.0.0/16');
    const outside = await attempt();
    expect(outside.code, outside.printed).not.toBe(0);
    expect(outside.printed).toMatch(says.network);
    await open('127.0.0.0/8');
    const inside = await attempt();
    expect(inside.code, inside.printed).toBe(0);
  });
});
