/** Runs content scanners over files that a test makes up. */
import { type ContentFile, type ContentSubject, decodeText } from '../../src/domain/content.ts';
import type { Finding, ScanOutcome } from '../../src/domain/evidence.ts';
import type { ContentReading, ContentScanner } from '../../src/scanners/contract.ts';

/** Files of a distribution: path to content. */
export type ContentFiles = Readonly<Record<string, string | Uint8Array>>;

/** A wheel that nobody publishes. */
export const A_WHEEL: ContentSubject = {
  ecosystem: 'pypi',
  name: 'demo-pkg',
  version: '1.0',
  filename: 'demo_pkg-1.0-py3-none-any.whl',
};

/** A file as the walk hands it out. */
export function contentFile(path: string, content: string | Uint8Array): ContentFile {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return { path, size: bytes.length, bytes, complete: true, text: decodeText(bytes, true) };
}

/** Runs one scanner over files in their order. */
export async function inspectFiles(
  scanner: ContentScanner,
  files: ContentFiles | readonly ContentFile[],
  subject: ContentSubject = A_WHEEL,
  reading?: ContentReading,
): Promise<ScanOutcome> {
  const inspection = scanner.inspect(subject, reading);
  const list = isList(files) ? files : Object.entries(files).map(([path, content]) => contentFile(path, content));
  for (const file of list) await inspection.file(file);
  return inspection.done();
}

/** The findings of a run that must have completed. */
export async function findingsIn(
  scanner: ContentScanner,
  files: ContentFiles | readonly ContentFile[],
  subject: ContentSubject = A_WHEEL,
): Promise<readonly Finding[]> {
  const outcome = await inspectFiles(scanner, files, subject);
  if (outcome.status !== 'completed') throw new Error(`${scanner.id}: ${outcome.status}: ${outcome.reason}`);
  return outcome.findings;
}

function isList(files: ContentFiles | readonly ContentFile[]): files is readonly ContentFile[] {
  return Array.isArray(files);
}
