/**
 * Files of packages and where they lie: source packages, and packages that were built for one platform and one minor
 * release of R, which have a tree of their own with an index of its own (R Installation and Administration, 6.6).
 */
import { normaliseName } from './names.ts';
import { cranVersions } from './versions.ts';

/** Where source packages lie, below a repository's address (`contrib.url(type = "source")`). */
export const CONTRIB = 'src/contrib';

/** A tree of built packages. */
export interface BinaryTree {
  /** `windows`, `macosx-big-sur-arm64`, `linux-bookworm`: as in the id of a target. */
  readonly platform: string;
  /** `4.4` */
  readonly r: string;
}

/** A file of a package; `tree` is `undefined` for a source package. */
export interface PackageFile {
  readonly name: string;
  readonly version: string;
  readonly tree: BinaryTree | undefined;
}

/** A platform as it stands in targets and file names; builds of macOS have an underscore in their name. */
const PLATFORM = '(?:windows|macosx(?:-[a-z0-9_]+)*|linux(?:-[a-z0-9_]+)+)';
const MINOR_R = '[1-9][0-9]?\\.[0-9]{1,2}';

const SOURCE = /^([^_]+)_([^_]+)\.tar\.gz$/;
const BUILT = new RegExp(`^([^_]+)_([^_]+)_r(${MINOR_R})-(${PLATFORM})(\\.zip|\\.tgz|\\.tar\\.gz)$`);
const TREE_ID = new RegExp(`^r(${MINOR_R})-(${PLATFORM})$`);

/** The tree that `r4.4-windows` names. */
export function parseTree(id: string): BinaryTree | undefined {
  const [, r, platform] = TREE_ID.exec(id) ?? [];
  return r === undefined || platform === undefined ? undefined : { platform, r };
}

/** `r4.4-windows` */
export function treeId({ r, platform }: BinaryTree): string {
  return `r${r}-${platform}`;
}

/** Whether the index of a tree has source packages beside the built ones: R on Linux builds them, and asks only there. */
export function mayBeSource({ platform }: Pick<BinaryTree, 'platform'>): boolean {
  return platform.startsWith('linux-');
}

/** What the files of a tree end in; `tools:::.get_standard_repository_URLs` knows the first two. */
function endingOf({ platform }: Pick<BinaryTree, 'platform'>): string {
  if (platform === 'windows') return '.zip';
  return mayBeSource({ platform }) ? '.tar.gz' : '.tgz';
}

/**
 * The name that a file has here. Trees hold files of the same name with other bytes, so the tree stands in it:
 * `name_1.2-3.tar.gz` for a source package ("Writing R Extensions", 1.3.1), `name_1.2-3_r4.4-windows.zip`.
 */
export function filenameOf({ name, version, tree }: PackageFile): string {
  if (tree === undefined) return `${name}_${version}.tar.gz`;
  return `${name}_${version}_${treeId(tree)}${endingOf(tree)}`;
}

/** What a file's name here says; `undefined` where it is no name of a package file. */
export function fileIn(filename: string): PackageFile | undefined {
  const [, rawName = '', rawVersion = '', r, platform, ending] = BUILT.exec(filename) ?? SOURCE.exec(filename) ?? [];
  const name = normaliseName(rawName);
  const version = cranVersions.normalise(rawVersion);
  if (name === undefined || version === undefined || version !== rawVersion) return undefined;
  if (r === undefined || platform === undefined) return { name, version, tree: undefined };
  const tree = { platform, r };
  return ending === endingOf(tree) ? { name, version, tree } : undefined;
}

/** Where the index and the files of a tree are, below a repository's address; source packages where there is no tree. */
export function folderOf(tree: BinaryTree | undefined): string {
  if (tree === undefined) return CONTRIB;
  const [family = '', ...build] = tree.platform.split('-');
  if (family === 'linux') return `bin/linux/${build.join('-')}/${tree.r}/${CONTRIB}`;
  return ['bin', family, ...(build.length === 0 ? [] : [build.join('-')]), 'contrib', tree.r].join('/');
}

/** The name of a file in its own folder, where the folder says the rest. */
export function plainName({ name, version, tree }: PackageFile): string {
  return `${name}_${version}${tree === undefined ? '.tar.gz' : endingOf(tree)}`;
}

/** `src/contrib/name_1.0.tar.gz`, `bin/windows/contrib/4.4/name_1.0.zip`. */
export function pathOf(file: PackageFile): string {
  return `${folderOf(file.tree)}/${plainName(file)}`;
}

/** A path taken apart where it begins with the folder of a tree or of the source packages. */
export function splitPath(
  path: string,
): { readonly tree: BinaryTree | undefined; readonly rest: readonly string[] } | undefined {
  const [first, ...more] = path.split('/');
  if (first === 'src' && more[0] === 'contrib') return { tree: undefined, rest: more.slice(1) };
  if (first === 'bin') return inTree(more);
  // The other spelling of repositories for one distribution of Linux, with the release of R behind it.
  return first === '__linux__' ? inTree(['linux', ...more]) : undefined;
}

function inTree(segments: readonly string[]): ReturnType<typeof splitPath> {
  const [family = '', ...more] = segments;
  const at = more.indexOf(family === 'linux' ? 'src' : 'contrib');
  if (at === -1) return undefined;
  const isLinux = family === 'linux';
  const build = more.slice(0, isLinux ? at - 1 : at);
  const r = more[isLinux ? at - 1 : at + 1] ?? '';
  if (build.length > 1 || (isLinux && more[at + 1] !== 'contrib')) return undefined;
  const tree = parseTree(`r${r}-${[family, ...build].join('-')}`);
  return tree === undefined ? undefined : { tree, rest: more.slice(at + 2) };
}
