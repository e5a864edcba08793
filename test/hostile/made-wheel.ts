/** Wheels file by file, so that one promise at a time can be broken. */
import { createHash } from 'node:crypto';
import { type RawEntry, rawZip } from './raw-zip.ts';

export const EXPECTED = { filename: 'demo_pkg-1.0-py3-none-any.whl', name: 'demo-pkg', version: '1.0' } as const;
const INFO = 'demo_pkg-1.0.dist-info';

export type WheelFiles = Readonly<Record<string, string | undefined>>;

/** The files of an honest wheel without RECORD. */
const HONEST: WheelFiles = {
  'demo_pkg/__init__.py': 'VALUE = 1\n',
  [`${INFO}/METADATA`]: 'Metadata-Version: 2.1\nName: demo-pkg\nVersion: 1.0\n\nWörds.\n',
  [`${INFO}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
};

/** RECORD as it should be. */
export function recordOf(files: WheelFiles): string {
  const lines = Object.entries(files).map(([path, content]) => {
    const hash = createHash('sha256')
      .update(content ?? '')
      .digest('base64url');
    return `${path},sha256=${hash},${Buffer.byteLength(content ?? '')}\n`;
  });
  return `${lines.join('')}${INFO}/RECORD,,\n`;
}

/**
 * A wheel with some files changed, added, or left out (`undefined`). RECORD is honest unless `record` changes it;
 * `null` leaves it out.
 */
export function madeWheel(
  changes: WheelFiles = {},
  record: (honest: string) => string | null = (honest) => honest,
): Buffer {
  const files = Object.fromEntries(
    Object.entries({ ...HONEST, ...changes }).filter(([, content]) => content !== undefined),
  );
  const text = record(recordOf(files));
  const entries: RawEntry[] = Object.entries(files).map(([name, content]) => ({ name, content: content ?? '' }));
  return rawZip(text === null ? entries : [...entries, { name: `${INFO}/RECORD`, content: text }]);
}
