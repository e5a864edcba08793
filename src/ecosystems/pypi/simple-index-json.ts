/**
 * The JSON form of the simple index: PEP 691, with sizes and times (700), sidecars (714), provenance (740) and project
 * status (792). https://packaging.python.org/specifications/simple-repository-api/
 */
import { z } from 'zod';
import { type Digest, digestFromHex } from '../../domain/digest.ts';
import {
  isFilename,
  isPlainAddress,
  type ListedFile,
  linkFrom,
  MOST_FILES,
  type ParsedPage,
  sidecarUrl,
  utcTime,
} from './index-page.ts';

const Hashes = z.record(z.string(), z.string());
const Sidecar = z.union([z.boolean(), Hashes]).nullish();

const Document = z.object({
  meta: z.object({ 'api-version': z.string() }),
  name: z.string().optional(),
  files: z.array(z.unknown()).max(MOST_FILES),
  'project-status': z.object({ status: z.string(), reason: z.string().nullish() }).optional().catch(undefined),
});

const File = z.object({
  filename: z.string().refine(isFilename, 'is no file name'),
  url: z.string(),
  hashes: Hashes,
  size: z.number().int().nonnegative().nullish(),
  // A time that is none is as good as no time: such a release goes to review.
  'upload-time': z.string().nullish().catch(undefined),
  'requires-python': z.string().nullish(),
  yanked: z.union([z.boolean(), z.string()]).nullish(),
  'core-metadata': Sidecar,
  'dist-info-metadata': Sidecar,
  provenance: z.string().nullish().catch(undefined),
});

/** Reads a project page. `base` is where it was found; `isName` says whether a text names the project. */
export function parseJsonPage(text: string, base: string, isName: (name: string) => boolean): ParsedPage {
  const json = parsed(text);
  const document = Document.safeParse(json);
  if (!document.success)
    return { status: 'unreadable', reason: 'what it answers is no simple index in JSON (PEP 691)' };
  const { meta, name, files } = document.data;
  // PEP 629: a higher major version means that we would read it wrongly.
  if (!/^1\.\d+$/.test(meta['api-version']))
    return {
      status: 'unreadable',
      reason: `its simple API has version ${meta['api-version'].slice(0, 20)}; we read 1`,
    };
  if (name !== undefined && !isName(name))
    return { status: 'unreadable', reason: `it answers with another project (${name.slice(0, 80)})` };
  const warnings: string[] = [];
  const listed = files.flatMap((file) => {
    const outcome = readFile(file, base);
    if (typeof outcome !== 'string') return [outcome];
    warnings.push(outcome);
    return [];
  });
  const state = document.data['project-status'];
  const status = state === undefined ? undefined : { status: state.status, reason: state.reason ?? undefined };
  return { status: 'read', page: { files: listed, status, warnings } };
}

/** The file, or why it is left out. */
function readFile(raw: unknown, base: string): ListedFile | string {
  const file = File.safeParse(raw);
  if (!file.success)
    return `an entry is left out: ${file.error.issues[0]?.path.join('.') ?? 'it'} is not as PEP 691 has it`;
  const { filename, hashes, yanked } = file.data;
  const address = addressesOf(file.data.url, base);
  if (address === undefined) return `${filename} is left out: its address is not http, https or a file of this source`;
  const sha256 = hashes.sha256 === undefined ? undefined : digestFromHex(hashes.sha256);
  if (hashes.sha256 !== undefined && sha256 === undefined) return `${filename} is left out: its sha256 is none`;
  const metadata = sidecarOf(file.data['core-metadata'] ?? file.data['dist-info-metadata'], address.sidecar);
  if (metadata === 'wrong') return `${filename} is left out: the sha256 of its metadata is none`;
  return {
    filename,
    url: address.file,
    sha256,
    size: file.data.size ?? undefined,
    uploadedAt: utcTime(file.data['upload-time'] ?? undefined),
    requiresRuntime: file.data['requires-python'] ?? undefined,
    yanked: yanked === true ? '' : typeof yanked === 'string' && yanked !== '' ? yanked : false,
    metadata,
    provenanceUrl: file.data.provenance == null ? undefined : linked(file.data.provenance, base),
  };
}

/** The address of a file, without a fragment, and of its sidecar. */
function addressesOf(href: string, base: string): { readonly file: string; readonly sidecar: string } | undefined {
  if (isPlainAddress(href)) return { file: href, sidecar: `${href}.metadata` };
  const url = linkFrom(href, base);
  if (url === undefined) return undefined;
  const sidecar = sidecarUrl(url);
  url.hash = '';
  return { file: url.href, sidecar };
}

function linked(href: string, base: string): string | undefined {
  return isPlainAddress(href) ? href : linkFrom(href, base)?.href;
}

function sidecarOf(stated: z.infer<typeof Sidecar>, url: string): ListedFile['metadata'] | 'wrong' {
  if (stated === undefined || stated === null || stated === false) return undefined;
  const hex = stated === true ? undefined : stated.sha256;
  const sha256: Digest | undefined = hex === undefined ? undefined : digestFromHex(hex);
  if (hex !== undefined && sha256 === undefined) return 'wrong';
  return { url, sha256 };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
