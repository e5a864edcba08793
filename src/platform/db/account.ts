/** Which operating-system account the database server runs as: PostgreSQL refuses to run as root. */
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Tried in this order when Pratique itself runs as root; the first that exists is used. */
const UNPRIVILEGED_ACCOUNTS = ['pratique', 'postgres', 'nobody'] as const;

/** What Linux calls the overflow uid: where there is no passwd file at all (minimal containers), it is still nobody's. */
const OVERFLOW_ID = 65534;

/**
 * The account to drop to, or `undefined` where this process is not root and the server simply runs as itself.
 */
export async function serverAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const rows = passwd.split('\n').map((line) => line.split(':'));
  for (const name of UNPRIVILEGED_ACCOUNTS) {
    const row = rows.find((fields) => fields[0] === name);
    const uid = Number(row?.[2]);
    const gid = Number(row?.[3]);
    if (Number.isInteger(uid) && Number.isInteger(gid) && uid > 0) return { uid, gid };
  }
  return { uid: OVERFLOW_ID, gid: OVERFLOW_ID };
}

/**
 * Whether the account may pass through `folder` and everything above it. An account of `undefined` is ourselves: yes.
 * Access control lists are not read: where one of them denies, starting the server says so.
 */
export async function canEnter(folder: string, account: Account | undefined): Promise<boolean> {
  if (account === undefined) return true;
  for (let current = folder; ; current = dirname(current)) {
    const found = await stat(current).catch(() => undefined);
    if (found === undefined) return false;
    const bit = found.uid === account.uid ? 0o100 : found.gid === account.gid ? 0o010 : 0o001;
    if ((found.mode & bit) === 0) return false;
    if (current === dirname(current)) return true;
  }
}
