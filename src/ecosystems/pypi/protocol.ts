/** What pip and uv ask for below `/<channel>/pypi/`, and what they are told to ask (PEP 503, 691; clients' behaviour). */
import type { ClientIntent, RegistryProtocol } from '../contract.ts';
import { parseFilename, versionOfFilename } from './filenames.ts';
import { compilePackage, compileRoot, filePath, HTML_TYPE, JSON_TYPE, TEXT_TYPE } from './index-documents.ts';
import { normaliseName } from './names.ts';

/** No file name of a distribution is longer: file systems stop here. */
const LONGEST_FILENAME_CHARACTERS = 255;

/** A real client sends about 100 characters; past this nothing is read. */
const LONGEST_ACCEPT_CHARACTERS = 1000;

/** What each media range means here; the order breaks ties. PEP 691 names `latest` and asks to answer with the real type. */
const ACCEPTED: readonly (readonly [string, string])[] = [
  [JSON_TYPE, JSON_TYPE],
  ['application/vnd.pypi.simple.latest+json', JSON_TYPE],
  [HTML_TYPE, HTML_TYPE],
  ['application/vnd.pypi.simple.latest+html', HTML_TYPE],
  ['text/html', TEXT_TYPE],
  ['application/*', JSON_TYPE],
  ['text/*', TEXT_TYPE],
  ['*/*', TEXT_TYPE],
];

export const pypiProtocol: RegistryProtocol = {
  route,
  compilePackage,
  compileRoot,
  filePath: ({ sha256, filename }) => filePath(sha256, filename),
  versionOf: (filename) => versionOfFilename(withoutSidecar(filename)),
  releaseIn(filename) {
    const file = parseFilename(filename);
    return file === undefined ? undefined : { name: file.name, version: file.version };
  },
  clientSettings,
};

function route(path: string, accept: string | undefined, query?: string): ClientIntent {
  const segments = path.split('/');
  switch (segments[0]) {
    case 'simple':
      return routeIndex(segments, accept, query);
    case 'packages':
      return routeFile(segments);
    case '-':
      return routeRefused(segments);
    default:
      return { kind: 'unsupported' };
  }
}

function routeIndex(segments: readonly string[], accept: string | undefined, query: string | undefined): ClientIntent {
  const [, raw, end] = segments;
  if (raw === undefined) return { kind: 'redirect', to: 'simple/' };
  if (segments.length > 3 || (end !== undefined && end !== '')) return { kind: 'unsupported' };
  const contentType = negotiate(formatOf(query) ?? accept);
  if (raw === '' && end === undefined) {
    return contentType === undefined
      ? { kind: 'not-acceptable' }
      : { kind: 'index', key: 'simple/', name: undefined, contentType };
  }
  const name = normaliseName(raw);
  if (name === undefined) return { kind: 'unsupported' };
  if (name !== raw || end === undefined) return { kind: 'redirect', to: `simple/${name}/` };
  return contentType === undefined
    ? { kind: 'not-acceptable' }
    : { kind: 'index', key: `simple/${name}/`, name, contentType };
}

/** `packages/aa/bb/<60 hexadecimal digits>/<file>`, with `.metadata` for its sidecar (PEP 658). */
function routeFile(segments: readonly string[]): ClientIntent {
  const [, first = '', second = '', rest = '', last = ''] = segments;
  const digestHex = first + second + rest;
  if (segments.length !== 5 || first.length !== 2 || second.length !== 2 || !/^[0-9a-f]{64}$/.test(digestHex))
    return { kind: 'unsupported' };
  const filename = withoutSidecar(last);
  const name = nameOfFile(filename);
  if (name === undefined) return { kind: 'unsupported' };
  return { kind: filename === last ? 'file' : 'metadata', filename, name, digestHex };
}

/** `-/refused/<state>/[<id>/]run-pratique-why-<name>/<file>`. */
function routeRefused(segments: readonly string[]): ClientIntent {
  const [, kind, state = '', ...rest] = segments;
  const [filename = '', why = '', id = '', ...more] = rest.toReversed();
  const name = normaliseName(/^run-pratique-why-(.+)$/.exec(why)?.[1] ?? '');
  const known = /^[a-z-]{1,40}$/.test(state) && /^(?:[A-Z]-[0-9]{1,12})?$/.test(id);
  if (kind !== 'refused' || !known || more.length > 0 || name === undefined || filename === '')
    return { kind: 'unsupported' };
  return { kind: 'refused', state, id, name, filename: withoutSidecar(filename) };
}

function nameOfFile(filename: string): string | undefined {
  if (filename.length > LONGEST_FILENAME_CHARACTERS) return undefined;
  const name = parseFilename(filename)?.name;
  return name === undefined ? undefined : normaliseName(name);
}

function withoutSidecar(filename: string): string {
  return filename.endsWith('.metadata') ? filename.slice(0, -'.metadata'.length) : filename;
}

/** `?format=` is for people with a browser; it wins over `Accept` (PEP 691). */
function formatOf(query: string | undefined): string | undefined {
  return query === undefined || query === '' ? undefined : (new URLSearchParams(query).get('format') ?? undefined);
}

/** RFC 9110, 12.5.1, for three representations. Without `Accept`, and for anything at all: what the oldest client reads. */
function negotiate(accept: string | undefined): string | undefined {
  if (accept === undefined || accept.trim() === '') return TEXT_TYPE;
  if (accept.length > LONGEST_ACCEPT_CHARACTERS) return undefined;
  let best: { readonly type: string; readonly quality: number; readonly rank: number } | undefined;
  for (const part of accept.split(',')) {
    const [range = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const rank = ACCEPTED.findIndex(([known]) => known === range);
    const type = ACCEPTED[rank]?.[1];
    const quality = qualityOf(parameters);
    if (type === undefined || !(quality > 0)) continue;
    if (best === undefined || quality > best.quality || (quality === best.quality && rank < best.rank))
      best = { type, quality, rank };
  }
  return best?.type;
}

function qualityOf(parameters: readonly string[]): number {
  const text = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  return text === undefined ? 1 : /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 0;
}

function clientSettings(base: string): readonly { readonly client: string; readonly text: string }[] {
  const index = `${base}simple/`;
  return [
    { client: 'pip', text: `# pip.conf\n[global]\nindex-url = ${index}\n` },
    { client: 'uv', text: `# uv.toml\n[[index]]\nurl = "${index}"\ndefault = true\n` },
  ];
}
