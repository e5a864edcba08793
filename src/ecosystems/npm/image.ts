/** What an image installs npm packages from: `package.json` and its lock, laid out by npm's own tree builder. */
import type { TreeNode } from '@npmcli/arborist';
import { hexOf } from '../../domain/digest.ts';
import type { Distribution } from '../../domain/distribution.ts';
import type { ImageContents, ImageFile, ImageRelease } from '../../domain/image.ts';
import { Problem } from '../../domain/problem.ts';
import type { CandidateView } from '../contract.ts';
import { readManifest } from './manifest.ts';
import { tarballPath } from './names.ts';
import { idealTree } from './resolve.ts';

/** What stands in a lock of a package beside its place (npm's documentation, "package-lock.json", `packages`). */
const LOCKED_FIELDS = [
  'dependencies',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'bin',
  'engines',
  'os',
  'cpu',
  'libc',
] as const;
/** The form of lock that npm 7 and later write and read. */
const LOCK_VERSION = 3;
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'] as const;

/** `npm ci` beside these two installs exactly the image's releases. */
export async function npmImageFiles(contents: ImageContents): Promise<readonly ImageFile[]> {
  const { base, target, releases } = contents;
  const core = releases.filter(({ isCore }) => isCore);
  const roots = core.map(({ name, version }) => ({ name, extras: [], range: version }));
  const tree = await idealTree(roots, viewOf(releases), target);
  if (tree.status !== 'built') throw noTree(target.id, tree.reason);
  const dependencies = Object.fromEntries(core.map(({ name, version }) => [name, version]));
  const byRelease = new Map(releases.map((release) => [`${release.name}@${release.version}`, release]));
  const locked = [...tree.root.inventory.values()]
    .filter(({ isProjectRoot, inert }) => !isProjectRoot && !inert)
    .toSorted((a, b) => (a.location < b.location ? -1 : 1))
    .map((node) => [node.location, lockedOf(node, byRelease.get(`${node.packageName}@${node.version}`), base)]);
  const project = { name: 'pratique-image', version: '0.0.0' };
  const manifest = { ...project, private: true, dependencies };
  const lock = {
    ...{ ...project, lockfileVersion: LOCK_VERSION, requires: true },
    packages: { '': { ...project, dependencies }, ...Object.fromEntries(locked) },
  };
  const folder = `npm/${target.id}`;
  return [
    { path: `${folder}/package.json`, text: json(manifest) },
    { path: `${folder}/package-lock.json`, text: json(lock) },
    { path: `${folder}/.npmrc`, text: `registry=${base}\n` },
  ];
}

function lockedOf(
  { location, packageName, version, optional }: TreeNode,
  release: ImageRelease | undefined,
  base: string,
) {
  const [file] = release?.files ?? [];
  if (release === undefined || file === undefined)
    throw noTree('this image', `${packageName} ${version} would be installed and is not in it`);
  const manifest = readManifest(release.metadata ?? '');
  const said = LOCKED_FIELDS.map((field) => [field, manifest?.[field]] as const).filter(([, value]) => isSaid(value));
  const hasScripts = INSTALL_SCRIPTS.some((script) => manifest?.scripts[script] !== undefined);
  // Behind an alias the folder has another name than the package.
  const isAlias = !location.endsWith(`node_modules/${packageName}`);
  return {
    ...(isAlias ? { name: packageName } : {}),
    version,
    resolved: `${base}${tarballPath(packageName, file.filename)}`,
    integrity: `sha256-${Buffer.from(hexOf(file.sha256), 'hex').toString('base64')}`,
    ...(optional ? { optional } : {}),
    ...(hasScripts ? { hasInstallScript: true } : {}),
    ...Object.fromEntries(said),
  };
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null && (typeof value !== 'object' || Object.keys(value).length > 0);
}

/** The image's releases are all that the tree may be made of. */
function viewOf(releases: readonly ImageRelease[]): CandidateView {
  const texts = new Map(releases.flatMap(({ files, metadata }) => files.map(({ sha256 }) => [sha256, metadata])));
  return {
    async package(name) {
      const found = releases.filter((release) => release.name === name);
      if (found.length === 0) return { status: 'unknown' };
      const candidates = found.map(({ version, files }) => ({
        ...{ version, preference: 0 },
        distributions: files.map(asDistribution),
      }));
      return { status: 'found', releases: candidates };
    },
    async metadata({ sha256, filename }) {
      const text = sha256 === undefined ? undefined : texts.get(sha256);
      return text === undefined ? { unreadable: `no metadata is stored for ${filename}` } : { text };
    },
    buildRequires: async ({ filename }) => ({ status: 'unstated', reason: `${filename} is not built` }),
  };
}

function asDistribution({ filename, sha256, size }: ImageRelease['files'][number]): Distribution {
  const none = { uploadedAt: undefined, requiresRuntime: undefined, metadata: undefined, provenanceUrl: undefined };
  return {
    filename,
    sha256,
    size,
    url: `file:///${filename}`,
    source: 'image',
    kind: 'tarball',
    yanked: false,
    ...none,
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function noTree(target: string, why: string): Problem {
  return new Problem({
    kind: 'could-not-check',
    code: 'no-image-tree',
    what: `The core packages of npm do not go into one tree for ${target}`,
    why,
    next: 'Take one of the core packages that contradict each other off the core list.',
  });
}
