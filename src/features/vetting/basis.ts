/** What a resolution read of upstream, and whether upstream as policy shows it still says the same. */
import { z } from 'zod';
import type { Digest } from '../../domain/digest.ts';
import type { Distribution, UpstreamPackage } from '../../domain/distribution.ts';
import type { BuildRequiresAnswer, CandidatePackage } from '../../ecosystems/contract.ts';
import { digestOfText, saidBy } from './said.ts';
import { digestSchema, distributionSchema } from './schema.ts';

/** One package as the resolver saw it. */
export interface SeenPackage {
  readonly name: string;
  /** Of all that upstream said of it; `null` where every source said that there is none. */
  readonly said: Digest | null;
  /** What was kept from the resolver, and by what: denied, quarantined, or refused by policy in a round before. */
  readonly hidden: readonly string[];
  /** Versions that were not taken where another would do: younger than the cool-down. */
  readonly young: readonly string[];
}

/** Everything an answer of the resolver follows from, beside what was asked of it. */
export interface Basis {
  readonly packages: readonly SeenPackage[];
  /** Metadata texts whose digest follows from no listing: to be read again and compared. */
  readonly texts: readonly { readonly distribution: Distribution; readonly sha256: Digest }[];
}

export const basisSchema: z.ZodType<Basis, unknown> = z.object({
  packages: z.array(
    z.object({
      name: z.string(),
      said: digestSchema.nullable(),
      hidden: z.array(z.string()),
      young: z.array(z.string()),
    }),
  ),
  texts: z.array(z.object({ distribution: distributionSchema, sha256: digestSchema })),
});

type Found = Extract<CandidatePackage, { readonly status: 'found' }>;

/** Notes what is read. Whatever cannot be held against upstream later leaves a doubt, and then there is no basis. */
export class BasisRecord {
  private readonly packages = new Map<string, () => SeenPackage>();
  private readonly texts = new Map<string, Basis['texts'][number]>();
  private isDoubtful = false;

  /** Something could not be read: the next time it may be there. */
  doubt(): void {
    this.isDoubtful = true;
  }

  unknown(name: string): void {
    this.packages.set(name, () => ({ name, said: null, hidden: [], young: [] }));
  }

  found(name: string, listing: UpstreamPackage, shown: Found): void {
    this.packages.set(name, () => ({ name, ...seen(listing, shown) }));
  }

  /** A text that an index states the digest of, or that a file of a stated digest holds, follows from the listing. */
  metadata(distribution: Distribution, text: string, from: 'upstream' | 'file'): void {
    const sha256 = digestOfText(text);
    const isStated = from === 'file' ? distribution.sha256 !== undefined : distribution.metadata?.sha256 === sha256;
    if (isStated) return;
    if (from === 'file') this.doubt();
    else this.texts.set(distribution.url, { distribution, sha256 });
  }

  buildRequires({ sha256 }: Distribution, { status }: BuildRequiresAnswer): void {
    if (sha256 === undefined || status === 'unreadable') this.doubt();
  }

  /** One package as it was noted. */
  packageOf(name: string): SeenPackage | undefined {
    return this.packages.get(name)?.();
  }

  /** `undefined` where there is a doubt. */
  basis(): Basis | undefined {
    if (this.isDoubtful) return undefined;
    return { packages: [...this.packages.values()].map((one) => one()), texts: [...this.texts.values()] };
  }
}

function seen(listing: UpstreamPackage, shown: Found): Omit<SeenPackage, 'name'> {
  const preferences = new Map(shown.releases.map(({ version, preference }) => [version, preference]));
  const versions = listing.releases.map(({ version }) => version);
  return {
    said: saidBy(listing),
    hidden: (shown.stopped ?? []).map(({ version, by }) => `${version}: ${by}`),
    young: versions.filter((version) => (preferences.get(version) ?? 0) > 0),
  };
}
