/**
 * The HTML form of the simple index (PEP 503, with 592, 629, 658, 714 and 792) and find-links pages: a small tolerant
 * reader of tags that looks at every character about once, whatever the page holds.
 */
import { digestFromHex } from '../../domain/digest.ts';
import {
  isFilename,
  type ListedFile,
  linkFrom,
  MOST_FILES,
  type ParsedPage,
  sidecarUrl,
  utcTime,
} from './index-page.ts';

type Attributes = ReadonlyMap<string, string>;

interface Tag {
  readonly name: string;
  readonly attributes: Attributes;
}

/** Reads all links of a page that lead to files. `base` is where it was found. */
export function parseHtmlPage(text: string, found: string): ParsedPage {
  const files: ListedFile[] = [];
  const warnings: string[] = [];
  const meta = new Map<string, string>();
  let base = found;
  for (const { name, attributes } of tagsOf(text)) {
    if (name === 'base') base = URL.parse(attributes.get('href') ?? '', found)?.href ?? base;
    if (name === 'meta') meta.set(attributes.get('name') ?? '', attributes.get('content') ?? '');
    if (name !== 'a') continue;
    const file = readAnchor(attributes, base);
    if (typeof file === 'string') warnings.push(file);
    else if (file !== undefined) files.push(file);
    if (files.length > MOST_FILES) return { status: 'unreadable', reason: `it lists more than ${MOST_FILES} files` };
  }
  const version = meta.get('pypi:repository-version');
  if (version !== undefined && !/^1\.\d+$/.test(version))
    return { status: 'unreadable', reason: `its simple API has version ${version.slice(0, 20)}; we read 1` };
  const state = meta.get('pypi:project-status');
  const status = state === undefined ? undefined : { status: state, reason: meta.get('pypi:project-status-reason') };
  return { status: 'read', page: { files, status, warnings } };
}

/** A file, why it is left out, or `undefined` for a link that is none to a file. */
function readAnchor(attributes: Attributes, base: string): ListedFile | string | undefined {
  const href = attributes.get('href');
  const url = href === undefined ? undefined : linkFrom(href.trim(), base);
  if (url === undefined) return undefined;
  const filename = lastSegment(url);
  if (filename === undefined) return undefined;
  const stated = /(?:^#|&)sha256=([^&]*)/.exec(url.hash)?.[1];
  const sha256 = stated === undefined ? undefined : digestFromHex(stated);
  if (stated !== undefined && sha256 === undefined) return `${filename} is left out: its sha256 is none`;
  const sidecar = attributes.get('data-core-metadata') ?? attributes.get('data-dist-info-metadata');
  const sidecarHex = sidecar === undefined ? undefined : /^sha256=(.*)$/.exec(sidecar)?.[1];
  const sidecarSha = sidecarHex === undefined ? undefined : digestFromHex(sidecarHex);
  if (sidecarHex !== undefined && sidecarSha === undefined)
    return `${filename} is left out: the sha256 of its metadata is none`;
  const metadata =
    sidecar === undefined || sidecar === 'false' ? undefined : { url: sidecarUrl(url), sha256: sidecarSha };
  const provenance = attributes.get('data-provenance');
  url.hash = '';
  return {
    filename,
    url: url.href,
    sha256,
    size: undefined,
    // No PEP gives HTML a time (PEP 700 is JSON only), but some mirrors write it so, and the cool-down can use it.
    uploadedAt: utcTime(attributes.get('data-upload-time')),
    requiresRuntime: attributes.get('data-requires-python') || undefined,
    yanked: attributes.get('data-yanked') ?? false,
    metadata,
    provenanceUrl: provenance === undefined ? undefined : linkFrom(provenance, base)?.href,
  };
}

function lastSegment(url: URL): string | undefined {
  try {
    const name = decodeURIComponent(url.pathname.slice(url.pathname.lastIndexOf('/') + 1));
    return isFilename(name) ? name : undefined;
  } catch {
    return undefined;
  }
}

const ATTRIBUTE = /[\s/]*([^\s=>/"']+)(?:\s{0,20}=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?/y;

/**
 * Copies of short texts, one for each distinct value. What a pattern matches is a view into the page that keeps the whole
 * of it in memory; a tree of a hundred packages would hold all its pages through their `data-requires-python`.
 */
function ownTexts(): (text: string) => string {
  const own = new Map<string, string>();
  return (text) => {
    const known = own.get(text);
    if (known !== undefined) return known;
    const copy = Buffer.from(text).toString();
    own.set(copy, copy);
    return copy;
  };
}

/** The tags that matter, outside comments. */
function* tagsOf(text: string): Generator<Tag> {
  const own = ownTexts();
  const opening = /<!--|<(a|base|meta)(?=[\s/>])/gi;
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const name = match[1]?.toLowerCase();
    if (name === undefined) {
      const end = text.indexOf('-->', opening.lastIndex);
      if (end === -1) return;
      opening.lastIndex = end + 3;
      continue;
    }
    const attributes = new Map<string, string>();
    ATTRIBUTE.lastIndex = opening.lastIndex;
    for (let each = ATTRIBUTE.exec(text); each !== null; each = ATTRIBUTE.exec(text)) {
      const key = (each[1] ?? '').toLowerCase();
      // As browsers do: the first of two attributes with one name counts.
      if (!attributes.has(key)) attributes.set(key, own(unescapeHtml(each[2] ?? each[3] ?? each[4] ?? '')));
      opening.lastIndex = ATTRIBUTE.lastIndex;
    }
    yield { name, attributes };
  }
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);
const HIGHEST_CODE_POINT = 0x10ffff;

function unescapeHtml(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/gi, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return ENTITIES.get(name.toLowerCase()) ?? whole;
    const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code <= HIGHEST_CODE_POINT ? String.fromCodePoint(code) : whole;
  });
}
