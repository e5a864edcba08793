/** A small world of packages for properties of what a registry offers, and how a client looks at it. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Digest } from '../../src/domain/digest.ts';
import type { UpstreamAnswer } from '../../src/ecosystems/contract.ts';
import type { MadeRelease } from '../harness/registry.ts';
import { type KitFile, listingOf, type RegistryKit } from '../harness/registry-kits.ts';

/** What every release of a name needs: a release is always the same file. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  ...{ alpha: [], beta: ['alpha'], gamma: ['alpha', 'beta'], delta: [] },
};
export const NAMES = Object.keys(NEEDS);
export const VERSIONS = ['1.0.0', '1.1.0', '2.0.0'];

export function needsOf(name: string): readonly string[] {
  return NEEDS[name] ?? [];
}

/** A root with some version of everything that it needs. */
export const tree = fc
  .tuple(fc.constantFrom(...NAMES), fc.array(fc.constantFrom(...VERSIONS), { minLength: 4, maxLength: 4 }))
  .map(([root, versions]): readonly MadeRelease[] =>
    [root, ...needsOf(root)].map((name, at) => ({ name, version: versions[at] ?? '1.0.0', requires: needsOf(name) })),
  );

export interface Known extends KitFile {
  readonly name: string;
  readonly version: string;
}

/** Everything that upstream has, by `name@version`; one release has one file, whatever needs it names. */
export async function makeUpstream(kit: RegistryKit): Promise<ReadonlyMap<string, Known>> {
  const files = new Map<string, Known>();
  for (const name of NAMES)
    for (const version of VERSIONS)
      files.set(`${name}@${version}`, {
        ...(await kit.make({ name, version, requires: needsOf(name) })),
        ...{ name, version },
      });
  return files;
}

/** The upstream of these files. */
export function listingFrom({ ecosystem }: RegistryKit, files: ReadonlyMap<string, Known>) {
  return (name: string): UpstreamAnswer =>
    listingOf(
      ecosystem,
      name,
      [...files.values()].filter((one) => one.name === name),
    );
}

/** The digest of what stands at an address, or the status where that is not 200. */
export async function answerAt(url: string): Promise<Digest | number> {
  const response = await fetch(url, { redirect: 'manual' });
  const body = new Uint8Array(await response.arrayBuffer());
  return response.status === 200 ? `sha256:${createHash('sha256').update(body).digest('hex')}` : response.status;
}

/** Addresses of files in everything that a client reads below `/<channel>/<ecosystem>/`. */
export async function linksBelow(kit: RegistryKit, base: string): Promise<ReadonlySet<string>> {
  const links = new Set<string>();
  for (const { path, accept } of kit.indexes(NAMES)) {
    const response = await fetch(base + path, { headers: { accept } });
    const body = new Uint8Array(await response.arrayBuffer());
    // Where nothing of a name is offered, npm clients are told so at the index itself.
    if (response.status === 403 && kit.ecosystem.traits.nothingOffered === 'refusal') continue;
    if (response.status !== 200) throw new Error(`${path} answers ${response.status}`);
    for (const link of kit.links({ path, base, body })) links.add(link);
  }
  return links;
}

/** Bytes of everything that a client reads of some packages; the address of the server stands for itself. */
export async function documentsBelow(
  kit: RegistryKit,
  { url, base, names = NAMES }: { readonly url: string; readonly base: string; readonly names?: readonly string[] },
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { path, accept } of kit.indexes(names)) {
    const response = await fetch(base + path, { headers: { accept } });
    const body = Buffer.from(await response.arrayBuffer())
      .toString('latin1')
      .replaceAll(url, '');
    found.push(`${path} ${response.status} ${response.status === 200 ? body : ''}`);
  }
  return found;
}
