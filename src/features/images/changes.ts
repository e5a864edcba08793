/** What changed from one image to another. Pure. */
import type { ImagedRelease, ImageManifest } from './manifest.ts';

export interface ImageChanges {
  readonly from: string;
  readonly to: string;
  readonly added: readonly ImagedRelease[];
  readonly removed: readonly ImagedRelease[];
  /** Packages whose versions are others. */
  readonly changed: readonly {
    readonly ecosystem: string;
    readonly name: string;
    readonly from: readonly string[];
    readonly to: readonly string[];
  }[];
  /** Same version, other bytes: never by an ordinary build. */
  readonly otherBytes: readonly string[];
}

/** Compares two contents lists. */
export function changesBetween(before: ImageManifest, after: ImageManifest): ImageChanges {
  const [old, now] = [byPackage(before), byPackage(after)];
  const changed = [...now].flatMap(([key, releases]) => {
    const [from, to] = [versionsOf(old.get(key) ?? []), versionsOf(releases)];
    const [first] = releases;
    if (first === undefined || from.length === 0 || from.join(' ') === to.join(' ')) return [];
    return [{ ecosystem: first.ecosystem, name: first.name, from, to }];
  });
  return {
    ...{ from: before.image, to: after.image },
    added: [...now].filter(([key]) => !old.has(key)).flatMap(([, releases]) => releases),
    removed: [...old].filter(([key]) => !now.has(key)).flatMap(([, releases]) => releases),
    changed,
    otherBytes: otherBytes(before, after),
  };
}

function byPackage({ releases }: ImageManifest): Map<string, readonly ImagedRelease[]> {
  return Map.groupBy(releases, ({ ecosystem, name }) => `${ecosystem} ${name}`);
}

function versionsOf(releases: readonly ImagedRelease[]): readonly string[] {
  return releases.map(({ version }) => version).toSorted();
}

function otherBytes(before: ImageManifest, after: ImageManifest): readonly string[] {
  const known = new Map(before.releases.map((release) => [release.purl, hashesOf(release)]));
  return after.releases.flatMap((release) => {
    const old = known.get(release.purl);
    if (old === undefined) return [];
    const names = hashesOf(release).filter(([filename, sha256]) =>
      old.some(([oldName, oldHash]) => oldName === filename && oldHash !== sha256),
    );
    return names.length === 0 ? [] : [release.purl];
  });
}

function hashesOf({ files }: ImagedRelease): readonly (readonly [string, string])[] {
  return files.map(({ filename, sha256 }) => [filename, sha256]);
}
