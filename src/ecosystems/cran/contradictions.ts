/** Where `DESCRIPTION` inside a file and the repository's record of it say different things: R resolves by the latter. */
import { readRecord } from './record.ts';

/** Fields that decide what is installed, and by which R. */
const COMPARED = [
  'Package',
  'Version',
  'Depends',
  'Imports',
  'LinkingTo',
  'OS_type',
  'NeedsCompilation',
  'MD5sum',
] as const;
/** Fields that a repository may leave out, and a file too: nothing is promised then. */
const OPTIONAL: ReadonlySet<string> = new Set(['NeedsCompilation', 'MD5sum']);

/** One sentence per field that differs. */
export function contradictions(inside: string, index: string): readonly string[] {
  const [own, listed] = [readRecord(inside), readRecord(index)];
  if (own === undefined || listed === undefined) return ['One of the two records of this release cannot be read'];
  return COMPARED.flatMap((field) => {
    const [a, b] = [plain(own.fields.get(field)), plain(listed.fields.get(field))];
    if (a === b || (OPTIONAL.has(field) && (a === '' || b === ''))) return [];
    const where = field === 'MD5sum' ? 'of the file' : 'in DESCRIPTION';
    return [`${field} is ${shown(a)} ${where} and ${shown(b)} in the repository's index`];
  });
}

/** White space and a comma at the end mean nothing ("Writing R Extensions", 1.1.1). */
function plain(value: string | undefined): string {
  return (value ?? '')
    .replace(/\s+/g, ' ')
    .replace(/ ?, ?/g, ', ')
    .replace(/(?:, )+$/, '')
    .replace(/ ?\( ?/g, ' (')
    .replace(/ ?\)/g, ')')
    .trim();
}

function shown(text: string): string {
  return text === '' ? 'not there' : JSON.stringify(text.slice(0, 120));
}
