/** A release that is one Python file, which talks or starts programs, and of which no description says what it is for. */
import type { Finding } from '../../domain/evidence.ts';
import { endOfFields, isPypiMetadata } from '../syntax/fields.ts';
import { mayAct } from './load-time.ts';
import { SIGNS } from './signs.ts';

const LONGEST_PATH = 300;
/** A header with a word in it; setuptools writes `UNKNOWN` for none. */
const DESCRIBED = /^Description:[ \t]*(?!UNKNOWN\s*$)\S/im;

/** Counts file by file. */
export class LoneFile {
  private files = 0;
  private acting: string | undefined;
  private isUndescribed = false;

  file(path: string, text: string): void {
    if (isPypiMetadata(path)) this.isUndescribed = !isDescribed(text);
    if (!path.endsWith('.py') || path.endsWith('/setup.py')) return;
    this.files += 1;
    if (this.files === 1 && mayAct(text, 'python')) this.acting = path;
  }

  findings(): readonly Finding[] {
    if (this.files !== 1 || this.acting === undefined || !this.isUndescribed) return [];
    const sign = 'lone-file';
    const location = this.acting.slice(0, LONGEST_PATH);
    return [{ kind: 'install-code', ...SIGNS[sign], subject: this.acting, location, data: { sign } }];
  }
}

/** The description is a header, or all that stands behind the first empty line (core metadata, "Description"). */
function isDescribed(text: string): boolean {
  const end = endOfFields(text);
  const body = text.slice(end).trim();
  return (body !== '' && body !== 'UNKNOWN') || DESCRIBED.test(text.slice(0, end));
}
