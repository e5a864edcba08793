import type { ArchiveEntry } from '../archives/entry.ts';
import type { ProblemList } from '../archives/problems.ts';
import { type ExpectedRelease, sameVersion } from './archive-metadata.ts';
import { foldName } from './names.ts';

/** Schemes that a `.data` folder may have (binary distribution format; `sysconfig` install paths). */
const SCHEMES = new Set(['purelib', 'platlib', 'headers', 'scripts', 'data']);

/** Name of the one `.dist-info` folder, or `undefined` and a problem where it is not exactly one, rightly named. */
export function findDistInfo(
  entries: readonly ArchiveEntry[],
  expected: ExpectedRelease,
  problems: ProblemList,
): string | undefined {
  const folders = new Set<string>();
  for (const { path } of entries) {
    const top = topOf(path);
    // pip takes any folder that ends so, in any case of letters on systems that fold case.
    if (top.toLowerCase().endsWith('.dist-info')) folders.add(top);
  }
  const [folder, ...others] = folders;
  if (folder === undefined) problems.add('no-dist-info');
  else if (others.length > 0) problems.add('several-dist-infos', null, [...folders].join(', '));
  else if (!isNamedAfter(folder, '.dist-info', expected)) problems.add('dist-info-name', folder);
  else return folder;
  return undefined;
}

/** Checks names: plain paths, `.data` folders, and that no two files are installed to the same place. */
export function checkLayout(entries: readonly ArchiveEntry[], expected: ExpectedRelease, problems: ProblemList): void {
  const installed = new Map<string, string>();
  for (const { path, kind, plain } of entries) {
    if (!plain) problems.add('path-not-plain', path);
    const top = topOf(path);
    const isData = top.toLowerCase().endsWith('.data');
    if (isData && !isDataPath(path, top, kind, expected)) problems.add('data-folder', path);
    if (kind !== 'file') continue;
    const place = installPlace(path, isData);
    if (isData && /^[^/]+\.dist-info\//i.test(place)) problems.add('several-dist-infos', path);
    const other = installed.get(place);
    if (other !== undefined) problems.add('installed-twice', path, `also ${other}`);
    installed.set(place, path);
  }
}

function isDataPath(path: string, top: string, kind: ArchiveEntry['kind'], expected: ExpectedRelease): boolean {
  const [, scheme, ...rest] = path.split('/');
  if (!isNamedAfter(top, '.data', expected)) return false;
  if (scheme === undefined) return kind === 'folder';
  return SCHEMES.has(scheme) && (rest.length > 0 || kind === 'folder');
}

/** Where a file lands: the root, `purelib` and `platlib` are one place in an ordinary environment. */
function installPlace(path: string, isData: boolean): string {
  if (!isData) return path;
  const [, scheme = '', ...rest] = path.split('/');
  return scheme === 'purelib' || scheme === 'platlib' ? rest.join('/') : `${scheme}:${rest.join('/')}`;
}

function topOf(path: string): string {
  const slash = path.indexOf('/');
  return slash === -1 ? path : path.slice(0, slash);
}

/** Whether a folder is called `{name}-{version}{ending}`; older tools did not normalise the two, so both are compared. */
function isNamedAfter(folder: string, ending: string, expected: ExpectedRelease): boolean {
  if (!folder.endsWith(ending)) return false;
  const stem = folder.slice(0, -ending.length);
  const dash = stem.lastIndexOf('-');
  const rightName = foldName(stem.slice(0, Math.max(0, dash))) === foldName(expected.name);
  return rightName && sameVersion(stem.slice(dash + 1), expected.version);
}
