/** The accounts that a packument names: who may publish a package, and who published each version. */
import { z } from 'zod';
import type { AccountsFrom, RegistryAccounts, UpstreamRelease } from '../../domain/distribution.ts';
import { releasedAt } from '../../domain/distribution.ts';

/** Accounts of one list that are kept; busy packages have some dozen. */
const MOST_OWNERS = 100;
/** Changes that are kept, the newest: who looks at a release looks at what came before it. */
const MOST_CHANGES = 1000;

/** npm gives out names of up to 214 characters; older registries gave any. */
const Account = z.union([
  z.looseObject({ name: z.string().min(1).max(214) }),
  // `name <address>`, as some registries write it.
  z
    .string()
    .max(600)
    .transform((text) => ({ name: text.replace(/\s*<.*$/s, '').trim() })),
]);
const Stated = z.looseObject({ maintainers: z.array(z.unknown()).optional(), _npmUser: z.unknown().optional() });

interface Named {
  readonly releases: readonly UpstreamRelease[];
  /** The objects of the versions, by version in normal form. */
  readonly manifests: ReadonlyMap<string, unknown>;
}

/** `undefined` where the packument names no account at all: some registries leave them out. */
export function accountsIn(maintainers: unknown, { releases, manifests }: Named): RegistryAccounts | undefined {
  const dated = releases
    .flatMap((release) => {
      const from = releasedAt(release);
      return from === undefined ? [] : [{ from, version: release.version }];
    })
    .toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from));
  const history: AccountsFrom[] = [];
  let last: string | undefined;
  for (const { from, version } of dated) {
    const stated = statedIn(manifests.get(version));
    const key = JSON.stringify(stated);
    if (key !== last) history.push({ from, ...stated });
    last = key;
  }
  const now = namesIn(maintainers);
  const isNamed = now.length > 0 || history.some(({ owners, publisher }) => owners.length > 0 || publisher !== null);
  return isNamed ? { now, history: history.slice(-MOST_CHANGES) } : undefined;
}

function statedIn(manifest: unknown): Omit<AccountsFrom, 'from'> {
  const stated = Stated.safeParse(manifest).data;
  return { owners: namesIn(stated?.maintainers), publisher: Account.safeParse(stated?._npmUser).data?.name ?? null };
}

function namesIn(raw: unknown): readonly string[] {
  if (!Array.isArray(raw)) return [];
  const names = raw.slice(0, MOST_OWNERS).flatMap((one) => Account.safeParse(one).data?.name ?? []);
  return [...new Set(names.filter((name) => name !== ''))].toSorted();
}
