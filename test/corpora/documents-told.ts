/** The sets of documents, and what a scanner tells of one sample. */
import type { ContentScanner } from '../../src/scanners/contract.ts';
import { A_WHEEL, findingsIn } from '../harness/content.ts';
import {
  DOCUMENT_SAMPLES,
  type DocumentSample,
  MORE_DOCUMENTS,
  MORE_SILENT,
  MORE_WITHOUT,
  NO_DOCUMENTS,
  READ_AND_SILENT,
} from './documents.ts';

/** A readme that says nothing but what the package is. */
const silent = (text: string): DocumentSample => ({
  title: text.trim(),
  ecosystem: 'npm',
  files: { 'package/README.md': text },
  said: ['documentation'],
});

export const documentCorpora = [
  { title: 'first', samples: DOCUMENT_SAMPLES, without: [...NO_DOCUMENTS, ...READ_AND_SILENT.map(silent)] },
  { title: 'second', samples: MORE_DOCUMENTS, without: [...MORE_WITHOUT, ...MORE_SILENT.map(silent)] },
] as const;

export async function toldOf(
  scanner: ContentScanner,
  { ecosystem, files }: DocumentSample,
): Promise<readonly unknown[]> {
  const found = await findingsIn(scanner, files, { ...A_WHEEL, ecosystem });
  return found.map(({ data }) => data.code);
}
