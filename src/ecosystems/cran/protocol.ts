/** What R, renv, remotes and pak ask for below `/<channel>/cran/`, and what they are told to ask. */
import type { ClientIntent, RegistryProtocol } from '../contract.ts';
import {
  ALL_PARTS_KEY,
  compilePackage,
  compileRoot,
  emptyTreeFolder,
  GZIP_TYPE,
  heldUpReleases,
  INDEX_FORMS,
  LISTS,
  METADATA,
  METADATA_FOLDER,
  partKey,
  REFUSED_VERSION,
  SOURCE_MARK,
  TEXT_TYPE,
} from './documents.ts';
import {
  type BinaryTree,
  CONTRIB,
  fileIn,
  filenameOf,
  folderOf,
  mayBeSource,
  type PackageFile,
  pathOf,
  plainName,
  splitPath,
} from './files.ts';
import { normaliseName } from './names.ts';

const PART_PREFIX = partKey('');

export const cranProtocol: RegistryProtocol = {
  route,
  compilePackage,
  compileRoot,
  partsKey: ALL_PARTS_KEY,
  heldUp: heldUpReleases,
  filePath: ({ filename }) => {
    const file = fileIn(filename);
    return file === undefined ? `${CONTRIB}/${filename}` : pathOf(file);
  },
  versionOf: (filename, name) => {
    const file = fileIn(filename);
    return file?.name !== name || file.version === REFUSED_VERSION ? undefined : file.version;
  },
  releaseIn: (filename) => {
    const file = fileIn(filename);
    return file === undefined ? undefined : { name: file.name, version: file.version };
  },
  fileHeaders,
  clientSettings,
};

const UNSUPPORTED: ClientIntent = { kind: 'unsupported' };

/** R sends no `Accept` that means anything: a path has one form. */
function route(path: string): ClientIntent {
  if (path === ALL_PARTS_KEY) return { kind: 'index', key: path, name: undefined, contentType: TEXT_TYPE };
  if (path.startsWith(PART_PREFIX)) {
    const name = normaliseName(path.slice(PART_PREFIX.length));
    return name === undefined ? UNSUPPORTED : { kind: 'index', key: path, name, contentType: TEXT_TYPE };
  }
  if (path.startsWith(`${METADATA_FOLDER}/`)) return routeMetadata(path.slice(METADATA_FOLDER.length + 1));
  const place = splitPath(path);
  return place === undefined ? UNSUPPORTED : routeBelow(place.tree, place.rest);
}

function routeMetadata(path: string): ClientIntent {
  const place = splitPath(path);
  if (place?.rest.length !== 1 || place.rest[0] !== METADATA) return UNSUPPORTED;
  const key = `${METADATA_FOLDER}/${folderOf(place.tree)}/${METADATA}`;
  return { kind: 'index', key, name: undefined, contentType: GZIP_TYPE };
}

/**
 * A file lies beside its index, in the archive (`Archive/<package>/`), or behind the words of a refusal. Clients guess
 * between the first two from an index that may have changed meanwhile: both lead to the same file.
 */
function routeBelow(tree: BinaryTree | undefined, segments: readonly string[]): ClientIntent {
  const document = segments.join('/');
  const isOnLinux = tree !== undefined && mayBeSource(tree);
  const list = tree === undefined || isOnLinux ? LISTS.get(document) : undefined;
  if (list !== undefined) return { kind: 'index', key: `${CONTRIB}/${document}`, name: undefined, contentType: list };
  const form = INDEX_FORMS.get(document);
  if (form !== undefined) return indexIntent(tree, document, form);
  const filename = segments.at(-1) ?? '';
  const folders = segments.slice(0, -1);
  const file = fileBelow(tree, filename);
  if (file === undefined) return UNSUPPORTED;
  const { name } = file;
  const isSource = folders.length === 2 && folders[0] === SOURCE_MARK[0] && folders[1] === SOURCE_MARK[1];
  const isArchived = folders.length === 2 && folders[0] === 'Archive' && folders[1] === name;
  if (isOnLinux && (isSource || isArchived)) return fileIntent({ ...file, tree: undefined });
  if (folders.length === 0 || (isArchived && tree === undefined)) return fileIntent(file);
  const [mark, word, state = '', id = ''] = folders;
  if (mark !== '-' || word !== 'refused' || folders.length !== 5) return UNSUPPORTED;
  return { kind: 'refused', state, id: id === '-' ? '' : id, name, filename: filenameOf(file) };
}

function indexIntent(tree: BinaryTree | undefined, document: string, contentType: string): ClientIntent {
  const index = { kind: 'index' as const, key: `${folderOf(tree)}/${document}`, name: undefined, contentType };
  return tree === undefined ? index : { ...index, otherwise: `${emptyTreeFolder(tree)}/${document}` };
}

function fileIntent(file: PackageFile): ClientIntent {
  return { kind: 'file', filename: filenameOf(file), name: file.name, digestHex: undefined };
}

/** The file that a plain name means in the folder of a tree. */
function fileBelow(tree: BinaryTree | undefined, filename: string): PackageFile | undefined {
  const source = fileIn(filename.replace(/\.(?:zip|tgz)$/, '.tar.gz'));
  if (source === undefined || source.tree !== undefined) return undefined;
  const file = { ...source, tree };
  return plainName(file) === filename ? file : undefined;
}

/** pak installs what comes from a folder of source packages as it is, where these say that it was built, and for what. */
function fileHeaders(filename: string): Readonly<Record<string, string>> | undefined {
  const tree = fileIn(filename)?.tree;
  if (tree === undefined || !mayBeSource(tree)) return undefined;
  const [, ...distribution] = tree.platform.split('-');
  return {
    'X-Repository-Type': 'RSPM',
    'X-Package-Type': 'binary',
    'X-Package-Binary-Tag': `${tree.r}-${distribution.join('-')}`,
  };
}

function clientSettings(base: string): readonly { readonly client: string; readonly text: string }[] {
  const url = base.replace(/\/$/, '');
  return [
    { client: 'R (Rprofile.site)', text: `options(repos = c(CRAN = "${url}"))\n` },
    {
      client: 'R on Linux, with built packages (Rprofile.site)',
      text: `options(repos = c(CRAN = paste0("${url}/bin/linux/<distribution>/", sub("[.][0-9]+$", "", format(getRversion())))))\n`,
    },
    {
      client: 'renv (Renviron.site)',
      text: `RENV_CONFIG_REPOS_OVERRIDE=${url}\nRENV_CONFIG_CRANDB_ENABLED=FALSE\nRENV_CONFIG_PPM_ENABLED=FALSE\n`,
    },
    { client: 'pak (Renviron.site)', text: `R_PKG_CRAN_METADATA_URL=${url}/metadata/\n` },
  ];
}
