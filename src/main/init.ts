/** `pratique init`: a home from nothing, or what an existing one still lacks. Safe to repeat. */
import { existsSync } from 'node:fs';
import { SYSTEM } from '../domain/people.ts';
import { listChannels } from '../features/channels/read.ts';
import { DEFAULT_CASES, DEFAULT_POLICY } from '../features/policy/index.ts';
import type { Environment } from '../platform/environment/environment.ts';
import { writeOnce } from '../platform/signing/write-once.ts';
import type { Initialised } from '../surfaces/cli/app.ts';
import { createApp, type OpenApp } from './app.ts';
import { CONFIG_TEXT } from './config.ts';
import { openFoundation } from './foundation.ts';
import { createHome } from './home.ts';

/** Makes or completes a home: files, keys, database, channels with their empty snapshots, the first operator's code. */
export async function initHome(folder: string, environment: Environment): Promise<Initialised> {
  const home = await createHome(folder);
  await writeNew(home.config, CONFIG_TEXT);
  await writeNew(home.policy, DEFAULT_POLICY);
  await writeNew(home.policyCases, DEFAULT_CASES);
  const app = createApp(await openFoundation({ home, environment, logTo: 'file' }));
  try {
    return { home: home.folder, ...(await firstContents(app)) };
  } finally {
    await app.close();
  }
}

async function firstContents({ rooms, db, foundation, ledger }: OpenApp) {
  const isNew = (await ledger.list({ order: 'newest-first', limit: 1, ...NO_FILTER })).rows.length === 0;
  if (isNew) {
    const { publicKey } = foundation.signer;
    await rooms.ledger.change(SYSTEM, async ({ append }) => append({ kind: 'home-initialised', publicKey }));
  }
  const channels = await rooms.channels.ensureDefaults();
  for (const { name } of await listChannels(db)) await rooms.snapshots.init(name);
  const operatorCode = (await rooms.accounts.makeOperatorCode()) ?? null;
  await foundation.heads.sign();
  return { channels, operatorCode };
}

const NO_FILTER = { actor: undefined, since: undefined, until: undefined };

/** Where another `init` writes the same file at this moment, either text is the whole one. */
async function writeNew(file: string, text: string): Promise<void> {
  if (!existsSync(file)) await writeOnce(file, text);
}
