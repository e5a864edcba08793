/** Where a home's database cluster and its socket live: inside the home where the server's account can get there. */
import { createHash, randomBytes } from 'node:crypto';
import { chmod, chown, lstat, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { Problem } from '../../domain/problem.ts';
import { type Account, canEnter, serverAccount } from './account.ts';
import { errorCode } from './connect.ts';

/** Everything about where one embedded server keeps its things. */
export interface Place {
  /** The folder of this installation that `home` means; its log is there. */
  readonly home: string;
  /** Holds `data` (and copies of programs, where they had to be copied). Owned by the server's account, mode 0700. */
  readonly folder: string;
  readonly data: string;
  readonly socket: string;
  /** Where the server writes what it has to say. */
  readonly log: string;
  /** `undefined` where the server runs as ourselves. */
  readonly account: Account | undefined;
}

export interface PlaceOptions {
  readonly home: string;
  /** `XDG_STATE_HOME`: tried first when the home itself cannot be reached by the server's account. */
  readonly stateHome?: string | undefined;
}

/** Written into the home, so that every later command finds the same cluster. */
const RECORD = 'database.json';
const record = z.object({ schema: z.literal('pratique.database/1'), folder: z.string().startsWith('/') });

/** A socket's whole path may have 107 bytes on Linux (sun_path) and 103 elsewhere; the file in it is `.s.PGSQL.5432`. */
const LONGEST_SOCKET_FOLDER_BYTES = 85;
/** PostgreSQL cuts paths at 1,024 bytes (MAXPGPATH), and its own files lie up to 100 bytes below the data folder. */
const LONGEST_DATA_FOLDER_BYTES = 800;

/** The place of a home's cluster, chosen once and then kept. Creates the folders; the cluster itself may not exist yet. */
export async function openPlace(options: PlaceOptions): Promise<Place> {
  await mkdir(options.home, { recursive: true, mode: 0o700 });
  const home = await realpath(options.home);
  const account = await serverAccount();
  const folder = (await recordedFolder(home)) ?? (await chooseFolder(home, account, options.stateHome));
  await ownFolder(folder, account);
  const socket = await socketFolder(folder, account);
  await mkdir(join(home, 'logs'), { recursive: true });
  return { home, folder, data: join(folder, 'data'), socket, log: join(home, 'logs', 'postgresql.log'), account };
}

/** Where an existing cluster is, or `undefined` where this home has none yet: for `doctor` and removal. Creates nothing. */
export async function recordedFolder(home: string): Promise<string | undefined> {
  const text = await readFile(join(home, RECORD), 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const parsed = record.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data.folder;
  throw new Problem({
    kind: 'internal',
    code: 'home-damaged',
    what: `${join(home, RECORD)} cannot be read`,
    why: 'it should name the folder of the database',
    next: 'Restore it from a backup of the home; the data themselves are not touched.',
  });
}

/** Takes away the folders of a place whose server has been stopped. The home itself stays. */
export async function removePlace(place: Place): Promise<void> {
  await rm(place.folder, { recursive: true, force: true });
  await rm(place.socket, { recursive: true, force: true });
  await rm(join(place.home, RECORD), { force: true });
}

async function chooseFolder(home: string, account: Account | undefined, stateHome?: string): Promise<string> {
  const inside = join(home, 'database');
  if ((await canEnter(home, account)) && Buffer.byteLength(inside) <= LONGEST_DATA_FOLDER_BYTES) {
    return remember(home, inside);
  }
  // A random name, never one made from the home's path: a new home at an old path must not meet the old home's data.
  const name = randomBytes(8).toString('hex');
  const parents = [
    ...(stateHome?.startsWith('/') ? [join(stateHome, 'pratique')] : []),
    '/var/lib/pratique',
    join(tmpdir(), 'pratique-state'),
  ];
  for (const parent of parents) {
    const made = await mkdir(parent, { recursive: true, mode: 0o755 }).then(
      () => true,
      () => false,
    );
    if (!made || !(await canEnter(parent, account)) || !(await isOurs(parent))) continue;
    const folder = join(parent, name);
    if (await ownFolder(folder, account).catch(() => false)) return remember(home, folder);
  }
  throw new Problem({
    kind: 'could-not-check',
    code: 'no-place-for-database',
    what: 'No folder was found that the database server can use',
    why: `the server may not run as root, its account cannot enter ${home}, and none of ${parents.join(', ')} can be used`,
    next: 'Choose a home that other accounts can pass through (mode 0711), or set DATABASE_URL to a server that runs already.',
  });
}

/** Two processes may choose at once: the one whose record is linked first wins, the other follows it. */
async function remember(home: string, folder: string): Promise<string> {
  const text = `${JSON.stringify({ schema: 'pratique.database/1', folder })}\n`;
  try {
    await writeFile(join(home, RECORD), text, { flag: 'wx', flush: true });
    return folder;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    const other = await settledRecord(home);
    if (other !== folder && folder !== join(home, 'database')) await rm(folder, { recursive: true, force: true });
    return other;
  }
}

/** The other process creates and fills its record in two system calls: between them the file is empty for a moment. */
async function settledRecord(home: string): Promise<string> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const text = await readFile(join(home, RECORD), 'utf8');
    if (text.endsWith('\n')) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const folder = await recordedFolder(home);
  if (folder !== undefined) return folder;
  throw new Problem({ kind: 'internal', code: 'home-damaged', what: `${join(home, RECORD)} disappeared` });
}

async function ownFolder(folder: string, account: Account | undefined): Promise<true> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (account !== undefined) await chown(folder, account.uid, account.gid);
  await chmod(folder, 0o700);
  return true;
}

/** In a folder that everybody can write to, somebody else may have made ours before us. */
async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder);
  return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

/** Beside the data where that is short enough, else a short folder whose name follows from the long one. */
async function socketFolder(folder: string, account: Account | undefined): Promise<string> {
  const beside = join(folder, 'socket');
  if (Buffer.byteLength(beside) <= LONGEST_SOCKET_FOLDER_BYTES) {
    await ownFolder(beside, account);
    return beside;
  }
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const short = join('/tmp', `pratique-${name}`);
  await ownFolder(short, account);
  const found = await lstat(short);
  const owner = account?.uid ?? process.getuid?.();
  if (found.isDirectory() && found.uid === owner) return short;
  throw new Problem({
    kind: 'could-not-check',
    code: 'socket-folder-taken',
    what: `${short} belongs to somebody else`,
    why: 'the database server would put its socket there, because the path of the home is too long for one',
    next: 'Remove that folder, or choose a home with a shorter path.',
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
