/** Entries of an operator's lists of licences: whether one can ever stand for a licence that is found. */
import { EXCEPTION_NAMES, inTodaysForm, LICENCE_NAMES, parseExpression } from './expression.ts';

/** What licences found in releases are called: deprecated ids of the GNU licences never, but in today's form. */
const FOUND = [...new Set(LICENCE_NAMES.map(inTodaysForm))];

/**
 * What is wrong with an entry: an SPDX id, one `WITH` an exception, or the beginning of such and `*`. An entry that stands
 * for nothing would deny nothing, and nobody would notice. `undefined` where it is fine.
 */
export function faultOfEntry(entry: string): string | undefined {
  return entry.endsWith('*') ? faultOfBeginning(entry) : faultOfLicence(entry);
}

function faultOfBeginning(entry: string): string | undefined {
  const beginning = entry.slice(0, -1).toLowerCase();
  const [licence = '', exception] = beginning.split(' with ');
  if (exception === undefined)
    return begins([...FOUND, OWN], licence) || licence.startsWith(OWN)
      ? undefined
      : `no licence of the SPDX list begins with ${entry.slice(0, -1)}`;
  return (
    faultOfLicence(licence) ?? (begins(EXCEPTION_NAMES, exception) ? undefined : `no exception begins like ${entry}`)
  );
}

/** Licences that are on no list (`LicenseRef-…`). */
const OWN = 'licenseref-';

function faultOfLicence(entry: string): string | undefined {
  const [[found = ''] = []] = parseExpression(entry)?.alternatives ?? [];
  if (found.toLowerCase() === entry.toLowerCase()) return undefined;
  if (found !== '')
    return `${entry} is not used any more: write ${found}, or ${withoutEnd(found)}-* for every form of it`;
  const meant = FOUND.find((id) => bare(id) === bare(entry));
  const hint = meant ?? (begins(FOUND, `${entry.toLowerCase()}-`) ? `${entry}-*` : undefined);
  return `${entry} is no id of the SPDX licence list${hint === undefined ? '' : ` (${hint}?)`}`;
}

function begins(ids: readonly string[], beginning: string): boolean {
  return ids.some((id) => id.toLowerCase().startsWith(beginning));
}

function bare(id: string): string {
  return id.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function withoutEnd(id: string): string {
  return id.replace(/-(?:only|or-later)$/, '');
}
