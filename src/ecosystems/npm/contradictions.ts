/**
 * Where `package.json` inside a tarball and the registry's own object of the version say different things: npm resolves by
 * the one and installs the other ("manifest confusion"). What publishing itself adds or rewrites is no contradiction.
 */
import { bundledIn, INSTALL_SCRIPTS, type Manifest, readManifest } from './manifest.ts';

/** One sentence per field that differs, in the order of how much it matters. */
export function contradictions(inside: string, index: string): readonly string[] {
  const [own, listed] = [readManifest(inside.replace(/^\ufeff/, '')), readManifest(index)];
  if (own === undefined || listed === undefined) return ['One of the two manifests of this release is no JSON object'];
  const found: string[] = [];
  const differ = (what: string, a: string, b: string) => {
    if (a !== b) found.push(`${what} is ${shown(a)} in package.json and ${shown(b)} at the registry`);
  };
  differ('The name', own.name, listed.name);
  for (const script of INSTALL_SCRIPTS) compareScript(script, { own, listed, differ });
  const fields = ['dependencies', 'optionalDependencies', 'peerDependencies'] as const;
  for (const field of fields) {
    const [a, b] = [dependenciesOf(own, field), dependenciesOf(listed, field)];
    for (const name of [...new Set([...a.keys(), ...b.keys()])].toSorted())
      differ(`${field} ${name}`, a.get(name) ?? '', b.get(name) ?? '');
  }
  differ('bundleDependencies', list(bundledIn(own)), list(bundledIn(listed)));
  differ('bin', binOf(own), binOf(listed));
  for (const field of ['os', 'cpu', 'libc'] as const) differ(field, list(own[field] ?? []), list(listed[field] ?? []));
  return found.slice(0, MOST_SAID);
}

/** The first differences decide; a manifest that is another one altogether differs in hundreds. */
const MOST_SAID = 20;

interface Pair {
  readonly own: Manifest;
  readonly listed: Manifest;
  differ(what: string, a: string, b: string): void;
}

/** Registries do not always list scripts; npm adds `node-gyp rebuild` for a `binding.gyp` (package.json, "scripts"). */
function compareScript(script: (typeof INSTALL_SCRIPTS)[number], { own, listed, differ }: Pair): void {
  const [a = '', b = ''] = [own.scripts[script], listed.scripts[script]];
  if (Object.keys(listed.scripts).length === 0) return;
  if (script === 'install' && a === '' && b === 'node-gyp rebuild') return;
  differ(`The script ${script}`, a, b);
}

/** Optional dependencies are listed under `dependencies` too by old publishers, and count as optional. */
function dependenciesOf(
  manifest: Manifest,
  field: 'dependencies' | 'optionalDependencies' | 'peerDependencies',
): ReadonlyMap<string, string> {
  const needs = Object.entries(manifest[field])
    .filter(([name]) => field !== 'dependencies' || !Object.hasOwn(manifest.optionalDependencies, name))
    .map(([name, range]) => [name, range.trim()] as const);
  return new Map(needs);
}

/** `"bin": "./cli.js"` is `{"<name>": "cli.js"}` (normalize-package-bin). */
function binOf({ name, bin }: Manifest): string {
  const map = typeof bin === 'string' ? { [name.slice(name.indexOf('/') + 1)]: bin } : (bin ?? {});
  return list(Object.entries(map).map(([command, path]) => `${command}=${path.replace(/^(?:[.]?\/)+/, '')}`));
}

function list(words: readonly string[]): string {
  return words.toSorted().join(', ');
}

function shown(text: string): string {
  return text === '' ? 'not there' : JSON.stringify(text.slice(0, 120));
}
