/** The public keys that an installation has signed with, as its database remembers them. */
import type { Clock } from '../clock/port.ts';
import type { Database } from '../db/port.ts';
import { type KnownKey, openSigner } from './keys.ts';
import type { Signer } from './port.ts';

type KeyTables = {
  readonly signing_keys: { readonly key_id: string; readonly public_key: string; readonly added_at: Date };
};

/** Every key that this installation has used, oldest first. */
export async function knownKeys(db: Database): Promise<readonly KnownKey[]> {
  const rows = await db.withTables<KeyTables>().selectFrom('signing_keys').selectAll().orderBy('added_at').execute();
  return rows.map((row) => ({ keyId: row.key_id, publicKey: row.public_key }));
}

export interface HomeSignerDeps {
  readonly db: Database;
  readonly clock: Clock;
  /** `<home>/keys`. */
  readonly folder: string;
}

/** The home's signer, remembered in the database: opened once by `main`. Throws what `openSigner` throws. */
export async function openHomeSigner(deps: HomeSignerDeps): Promise<Signer> {
  const signer = await openSigner({ folder: deps.folder, known: await knownKeys(deps.db) });
  await deps.db
    .withTables<KeyTables>()
    .insertInto('signing_keys')
    .values({ key_id: signer.keyId, public_key: signer.publicKey, added_at: deps.clock.now() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return signer;
}
