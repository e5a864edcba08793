/** What R, renv, remotes and pak ask for below `/<channel>/cran/`, and what they are told to ask. */
import type { ClientIntent, RegistryProtocol } from '../contract.ts';
import {
  ALL_PARTS_KEY,
  CONTRIB,
  compilePackage,
  compileRoot,
  GZIP_TYPE,
  partKey,
  REFUSED_VERSION,
  TEXT_TYPE,
} from './documents.ts';
import { normaliseName } from './names.ts';
import { releaseIn } from './record.ts';

/** Documents about all packages, and what they are. */
const ROOT: ReadonlyMap<string, string> = new Map([
  [`${CONTRIB}/PACKAGES`, TEXT_TYPE],
  [`${CONTRIB}/PACKAGES.gz`, GZIP_TYPE],
  [`${CONTRIB}/PACKAGES.rds`, GZIP_TYPE],
  [`${CONTRIB}/Meta/archive.rds`, GZIP_TYPE],
  [`${CONTRIB}/Meta/current.rds`, GZIP_TYPE],
  [ALL_PARTS_KEY, TEXT_TYPE],
]);

const PART_PREFIX = partKey('');

export const cranProtocol: RegistryProtocol = {
  route,
  compilePackage,
  compileRoot,
  partsKey: ALL_PARTS_KEY,
  filePath: ({ filename }) => `${CONTRIB}/${filename}`,
  versionOf: (filename, name) => {
    const release = releaseIn(filename);
    return release?.name !== name || release.version === REFUSED_VERSION ? undefined : release.version;
  },
  releaseIn,
  clientSettings,
};

/** R sends no `Accept` that means anything: a path has one form. */
function route(path: string): ClientIntent {
  const contentType = ROOT.get(path);
  if (contentType !== undefined) return { kind: 'index', key: path, name: undefined, contentType };
  if (path.startsWith(PART_PREFIX)) {
    const name = normaliseName(path.slice(PART_PREFIX.length));
    return name === undefined ? UNSUPPORTED : { kind: 'index', key: path, name, contentType: TEXT_TYPE };
  }
  const [source, contrib, ...rest] = path.split('/');
  return source === 'src' && contrib === 'contrib' ? routeBelowContrib(rest) : UNSUPPORTED;
}

const UNSUPPORTED: ClientIntent = { kind: 'unsupported' };

/**
 * A file lies beside the index, in the archive (`Archive/<package>/`), or behind the words of a refusal. Clients guess
 * between the first two from an index that may have changed meanwhile: both lead to the same file.
 */
function routeBelowContrib(segments: readonly string[]): ClientIntent {
  const filename = segments.at(-1) ?? '';
  const release = releaseIn(filename);
  if (release === undefined) return UNSUPPORTED;
  const { name } = release;
  const folders = segments.slice(0, -1);
  const isArchived = folders.length === 2 && folders[0] === 'Archive' && folders[1] === name;
  if (folders.length === 0 || isArchived) return { kind: 'file', filename, name, digestHex: undefined };
  const [mark, word, state = '', id = ''] = folders;
  if (mark !== '-' || word !== 'refused' || folders.length !== 5) return UNSUPPORTED;
  return { kind: 'refused', state, id: id === '-' ? '' : id, name, filename };
}

function clientSettings(base: string): readonly { readonly client: string; readonly text: string }[] {
  const url = base.replace(/\/$/, '');
  return [
    { client: 'R (Rprofile.site)', text: `options(repos = c(CRAN = "${url}"))\n` },
    {
      client: 'renv (Renviron.site)',
      text: `RENV_CONFIG_REPOS_OVERRIDE=${url}\nRENV_CONFIG_CRANDB_ENABLED=FALSE\nRENV_CONFIG_PPM_ENABLED=FALSE\n`,
    },
  ];
}
