/** Which file of an earlier release a file is to be compared with. */
import type { ComparedFile } from '../../domain/file-changes.ts';

/** Raise it when the same files give other figures (`compare.ts`): what was found before is then found anew. */
export const COMPARISON_VERSION = 1;

/** Endings that tell the form of a distribution. */
const FORMS: readonly string[] = ['.whl', '.tar.gz', '.tgz', '.zip', '.tar.bz2', '.tar.xz'];

/**
 * The file of the same form whose name has most parts in common, the version left aside: of wheels the one for the same
 * Python and system. `undefined` where none is of the same form.
 */
export function counterpartOf(
  { filename, version }: { readonly filename: string; readonly version: string },
  before: { readonly version: string; readonly files: readonly ComparedFile[] },
): ComparedFile | undefined {
  const form = formOf(filename);
  const parts = new Set(partsOf(filename, version));
  const alike = before.files
    .filter((one) => formOf(one.filename) === form)
    .map((file) => ({ file, shared: partsOf(file.filename, before.version).filter((part) => parts.has(part)).length }))
    .toSorted((a, b) => b.shared - a.shared || (a.file.filename < b.file.filename ? -1 : 1));
  return alike[0]?.file;
}

function formOf(filename: string): string | undefined {
  return FORMS.find((form) => filename.endsWith(form));
}

function partsOf(filename: string, version: string): readonly string[] {
  return filename.replace(version, '').split(/[-._]+/);
}
