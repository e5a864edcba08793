/** Fields of the `Name: value` formats: Core Metadata (RFC 5322) and DESCRIPTION (Debian control files). */

/** Characters of fields that are read; licence texts inside a field have a tenth. */
const MAX_CHARACTERS = 524_288;

/** Whether a path is that of `METADATA` of a wheel, or of `PKG-INFO` at the top of a source distribution. */
export function isPypiMetadata(path: string): boolean {
  return /^[^/]+[.]dist-info\/METADATA$|^[^/]+\/PKG-INFO$/.test(path);
}

/** Where the fields of a text end: at its first empty line; its length where there is none. */
export function endOfFields(text: string): number {
  const end = text.search(/\n\r?\n/);
  return end === -1 ? text.length : end;
}

/** Values of the named fields in their order; lines of a folded value stay lines. Ends where the fields end. */
export function readFields(text: string, names: readonly string[]): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  let current: string[] | undefined;
  let name = '';
  const close = () => {
    if (current !== undefined) found.push([name, current.join('\n').trim()]);
    current = undefined;
  };
  for (const raw of text.slice(0, MAX_CHARACTERS).split('\n')) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line === '') break;
    if (/^[ \t]/.test(line)) {
      current?.push(line.replace(/^[ \t]+[|]?/, ''));
      continue;
    }
    close();
    const colon = line.indexOf(':');
    if (colon < 1) break;
    const field = names.find((one) => one.toLowerCase() === line.slice(0, colon).trim().toLowerCase());
    if (field === undefined) continue;
    name = field;
    current = [line.slice(colon + 1).trim()];
  }
  close();
  return found;
}
