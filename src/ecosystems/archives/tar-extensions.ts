import { decodeUtf8 } from './names.ts';
import type { ProblemList } from './problems.ts';
import type { TarHeader } from './tar-header.ts';

/** What extended headers said of the entry that follows. */
export interface TarExtensions {
  paxName?: string;
  paxLinkName?: string;
  paxSize?: string;
  gnuName?: string;
  gnuLinkName?: string;
}

/** Type flags of headers that describe the next entry (`x`, GNU `L` and `K`) or all that follow (`g`). */
export const EXTENSION_TYPES: ReadonlySet<string> = new Set(['x', 'g', 'L', 'K']);

/** Takes one extended header in. `false` and a problem where readers could differ over it. */
export function takeExtension(
  type: string,
  content: Buffer,
  extensions: TarExtensions,
  problems: ProblemList,
): boolean {
  if (type === 'L' || type === 'K') return takeGnuName(type, content, extensions, problems);
  const records = paxRecords(content);
  if (records === undefined) {
    problems.add('extended-header');
    return false;
  }
  if (type === 'g') return checkGlobal(records, problems);
  if (records.some(([key]) => key.startsWith('GNU.sparse.') || key === 'hdrcharset')) {
    problems.add('extended-override', null, 'sparse file or other character set');
    return false;
  }
  for (const [key, value] of records) {
    if (key === 'path') extensions.paxName = value;
    if (key === 'linkpath') extensions.paxLinkName = value;
    if (key === 'size') extensions.paxSize = value;
  }
  return true;
}

function takeGnuName(type: 'L' | 'K', content: Buffer, extensions: TarExtensions, problems: ProblemList): boolean {
  const end = content.indexOf(0);
  const text = decodeUtf8(end === -1 ? content : content.subarray(0, end));
  if (text === undefined || (end !== -1 && content.subarray(end).some((byte) => byte !== 0))) {
    problems.add('name-encoding', content.toString('latin1'));
    return false;
  }
  if (type === 'L') extensions.gnuName = text;
  else extensions.gnuLinkName = text;
  return true;
}

/** Global headers may carry a comment (git writes the commit there), never a name, link or size of entries. */
function checkGlobal(records: readonly (readonly [string, string])[], problems: ProblemList): boolean {
  const bad = records.find(
    ([key]) => ['path', 'linkpath', 'size', 'hdrcharset'].includes(key) || key.startsWith('GNU.'),
  );
  if (bad === undefined) return true;
  problems.add('extended-override', null, `global ${bad[0]}`);
  return false;
}

/** Records `<length> <key>=<value>\n` (POSIX pax, "pax Extended Header"); `undefined` where malformed or repeated. */
function paxRecords(content: Buffer): readonly (readonly [string, string])[] | undefined {
  const records = new Map<string, string>();
  let position = 0;
  while (position < content.length) {
    const digits = /^([1-9][0-9]{0,7}) /.exec(content.toString('latin1', position, position + 9))?.[1];
    const end = position + Number(digits ?? Number.NaN);
    if (digits === undefined || !(end <= content.length) || content[end - 1] !== 0x0a) return undefined;
    const record = decodeUtf8(content.subarray(position + digits.length + 1, end - 1));
    const equals = record?.indexOf('=') ?? -1;
    if (record === undefined || equals < 1 || records.has(record.slice(0, equals))) return undefined;
    records.set(record.slice(0, equals), record.slice(equals + 1));
    position = end;
  }
  return [...records];
}

/** The header with its extensions applied; `undefined` and a problem where two of them contradict each other. */
export function applyExtensions(
  header: TarHeader,
  extensions: TarExtensions,
  problems: ProblemList,
): TarHeader | undefined {
  const name = extensions.paxName ?? extensions.gnuName ?? header.name;
  const twoNames = extensions.paxName !== undefined && extensions.gnuName !== undefined;
  const twoLinks = extensions.paxLinkName !== undefined && extensions.gnuLinkName !== undefined;
  // The size in the header governs where the next entry stands; readers that ignore pax would see other entries.
  const otherSize = extensions.paxSize !== undefined && extensions.paxSize !== String(header.size);
  if (twoNames || twoLinks || otherSize) {
    problems.add('extended-override', name);
    return undefined;
  }
  return { ...header, name, linkName: extensions.paxLinkName ?? extensions.gnuLinkName ?? header.linkName };
}
