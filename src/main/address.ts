/** Under which address a home is reached: as configured, else where `serve` listens now, which it notes in the home. */
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from './config.ts';
import type { Home } from './home.ts';

type Reached = { readonly home: Home; readonly config: Config };

/**
 * How people and clients reach this installation; without a slash at the end. Read anew each time: commands and workers of
 * a home live longer, and begin earlier, than the server whose `--port` they are to name.
 */
export function publicUrlOf({ home, config: { server } }: Reached): string {
  return server.public_url?.replace(/\/$/, '') ?? notedIn(home) ?? `http://${server.host}:${server.port}`;
}

/** Notes where the server of this home listens, until the returned function is called. */
export async function noteAddress(home: Home, url: string): Promise<() => Promise<void>> {
  await writeFile(fileOf(home), `${url}\n`, { mode: 0o600 });
  return async () => {
    // Another server of this home may have begun since: its note stays.
    if (notedIn(home) === url) await rm(fileOf(home), { force: true });
  };
}

function notedIn(home: Home): string | undefined {
  try {
    const text = readFileSync(fileOf(home), 'utf8').trim();
    return URL.canParse(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

function fileOf({ folder }: Home): string {
  return join(folder, 'listening');
}
