/** What a person reads of every refusal, with every client of this machine: state by state, as the client itself prints it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findClients } from '../harness/clients.ts';
import { findNodeClients, type NodeClient } from '../harness/node-clients.ts';
import { emptyLibrary, findRClient, type RClient } from '../harness/r-client.ts';
import { CHANNEL, type TestRegistry } from '../harness/registry.ts';
import { CRAN_KIT, NPM_KIT, PYPI_KIT, type RegistryKit } from '../harness/registry-kits.ts';
import { installersOf, type Installer as PythonInstaller } from './installers.ts';
import { type Case, OPEN, openRefusals, refusalCases } from './refusal-cases.ts';

/** Dozens of runs of a client on a machine that does other things too. */
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

/** What a client prints, and what of that a person must be able to read; a text says why the case cannot be. */
type Words = (wanted: Wanted) => readonly string[] | { readonly not: string; readonly instead: RegExp };

interface Wanted {
  readonly one: Case;
  /** `http://…/<channel>/<ecosystem>` */
  readonly base: string;
  readonly sentence: (version: string) => string;
}

interface Client {
  readonly label: string;
  readonly kit: RegistryKit;
  readonly words: Words;
  /** Everything printed in the attempt to install, on one line. */
  attempt(wanted: Wanted, folder: string): Promise<string>;
}

const RELEASE = ' 1.0.0';

/** pip and uv name the version; they learn it from an index that the refusal stands in. */
function pythonClient(installer: PythonInstaller): Client {
  return {
    ...{ label: installer.label, kit: PYPI_KIT },
    words: ({ sentence }) => ['403', sentence(RELEASE)],
    async attempt({ one, base }, folder) {
      const environment = await installer.environment(folder);
      const ran = await environment.install(`${base}/simple/`, [
        one.pin === undefined ? one.name : `${one.name}==${one.pin}`,
      ]);
      expect(ran.code, ran.printed).not.toBe(0);
      return ran.printed;
    },
  };
}

/** npm asks for a package, and prints what it is told of that; of a version, what its index says of all that are refused. */
const NODE_WORDS: Readonly<Record<NodeClient['kind'], Words>> = {
  npm: ({ one, sentence, base }) =>
    one.pin === undefined
      ? [`403 403 ${sentence('')}`, `npm notice ${sentence('')}`]
      : [
          'E403',
          `Could not download ${one.name}@${one.pin} due to policy violations: `,
          `NOT CLEARED: this version of ${one.name}`,
          `${new URL(base).origin}/b/npm/${one.name}`,
        ],
  pnpm: ({ one, sentence }) =>
    one.pin === undefined
      ? [`/npm/${one.name}: `, sentence('')]
      : { not: 'it does not read what an index says of refused versions', instead: /ERR_PNPM_NO_MATCHING_VERSION/ },
  'yarn-1': ({ one, sentence, base }) =>
    one.pin === undefined
      ? [sentence(''), `${new URL(base).origin}/b/`]
      : { not: 'it does not read what an index says of refused versions', instead: /Couldn't find any versions/ },
  'yarn-4': ({ one, sentence }) =>
    one.pin === undefined
      ? [`Response Code: 403 (${sentence('')})`]
      : { not: 'it does not read what an index says of refused versions', instead: /No candidates found/ },
  bun: ({ one }) =>
    one.pin === undefined
      ? { not: 'it prints an address and a status, and the address is that of a page', instead: /GET http:\S+ - 403/ }
      : { not: 'it does not read what an index says of refused versions', instead: /No version matching/ },
};

function nodeClient(client: NodeClient): Client {
  return {
    ...{ label: client.id, kit: NPM_KIT, words: NODE_WORDS[client.kind] },
    async attempt({ one, base }, folder) {
      const project = await client.project(folder);
      const ran = await project.install(`${base}/`, [one.pin === undefined ? one.name : `${one.name}@${one.pin}`]);
      expect(ran.code, ran.printed).not.toBe(0);
      return ran.printed;
    },
  };
}

const INSTALL_R = `
options(download.file.method = a[4])
install.packages(a[3], lib = a[1], repos = a[2], type = "source")
if (a[3] %in% rownames(installed.packages(a[1]))) quit(status = 1)`;

/** R prints no word of an answer, but the address; where it downloads with wget, that prints the phrase. */
function rClient(r: RClient, method: 'libcurl' | 'wget'): Client {
  return {
    ...{ label: `${r.label}, ${method}`, kit: CRAN_KIT },
    words({ one, base, sentence }) {
      if (one.pin !== undefined)
        return { not: 'it takes no version, and its index shows what is offered', instead: /DONE \(current\)/ };
      if (one.isUnchecked)
        return { not: 'a name that no index lists does not exist for it', instead: /dark.* is not available/ };
      const state = Object.entries(refusalCases(new Date())).find(([, cases]) =>
        cases.some((each) => each.what === one.what),
      );
      const address = `${base}/src/contrib/-/refused/${state?.[0]}/${one.id ?? '-'}/run-pratique-why-${one.name}/${one.name}_0.0.tar.gz`;
      return [address, ...(method === 'wget' ? [`ERROR 403: ${sentence(sentenceNames(one))}`] : [])];
    },
    async attempt({ one, base }, folder) {
      const library = await emptyLibrary(folder);
      const ran = await r.run(INSTALL_R, [library, base, one.name, method], library);
      expect(ran.code, ran.printed).toBe(one.pin === undefined ? 0 : 1);
      return ran.printed;
    },
  };
}

/** The version that upstream lists is named, but where whichever release is the first to be old enough. */
function sentenceNames({ name }: Case): string {
  return name === 'young' ? '' : RELEASE;
}

async function clientsHere(): Promise<readonly Client[]> {
  const r = await findRClient();
  const { clients: nodeClients } = await findNodeClients();
  return [
    ...installersOf(await findClients()).map(pythonClient),
    // The npm of the machine is one of those in the cache once more.
    ...nodeClients.filter(({ id }) => id !== 'npm' || nodeClients.length === 1).map(nodeClient),
    ...(r === undefined ? [] : (['libcurl', 'wget'] as const).map((method) => rClient(r, method))),
  ];
}

const found = await clientsHere();
if (found.length === 0) it('no client is here', (context) => context.skip('pip, npm and R are not on this machine'));

describe.each([PYPI_KIT, NPM_KIT, CRAN_KIT])('refusals of $ecosystem.title', (kit) => {
  const here = found.filter((client) => client.kit === kit);
  const eco = kit.ecosystem.id;
  let registry: TestRegistry;
  let folder: string;
  beforeAll(async () => {
    registry = await openRefusals(kit);
    folder = await mkdtemp(join(tmpdir(), 'pratique-words-'));
  });
  afterAll(async () => {
    await registry?.close();
    await rm(folder, { recursive: true, force: true });
  });

  describe.each(here)('with $label', (client) => {
    const cases = Object.entries(refusalCases(new Date())).flatMap(([state, all]) =>
      all.map((one) => ({ ...one, state })),
    );
    it.each(cases)('$state: $what', async ({ what }) => {
      const one = Object.values(refusalCases(registry.clock.now()))
        .flat()
        .find((each) => each.what === what);
      if (one === undefined) throw new RangeError(what);
      const base = `${registry.url}/${one.channel ?? CHANNEL}/${eco}`;
      const sentence = (version: string) => one.sentence(version).replaceAll('{eco}', eco);
      const wanted: Wanted = { one, base, sentence };
      const printed = inOneLine(await client.attempt(wanted, folder));
      const words = client.words(wanted);
      if ('not' in words) expect(printed, words.not).toMatch(words.instead);
      else for (const word of words) expect(printed).toContain(word);
      // Where policy lets releases in by itself, an install is what asks for one.
      if (one.channel === OPEN) expect(registry.firstUses).toContain(`${one.name} any`);
      expect(printed).not.toMatch(/Traceback|panicked|Password|\b(?:401|500|502)\b/);
    });
  });
});

/** Clients break lines where they like. */
function inOneLine(printed: string): string {
  return printed.replaceAll(/\s+/g, ' ');
}
