import type { Examination } from '../../domain/examination.ts';
import { examineFile, nothingRead, type Reading } from '../archives/examine.ts';
import type { ByteSource } from '../archives/source.ts';
import type { ArchiveRules } from '../contract.ts';
import type { ExpectedRelease } from './archive-metadata.ts';
import { examineTarSdist, examineZipSdist } from './archive-sdist.ts';
import { walkArchive } from './archive-walk.ts';
import { examineWheel } from './archive-wheel.ts';
import { deriveWithoutTests } from './derive-wheel.ts';
import { contradictsRuntime } from './runtime-stated.ts';

/**
 * Strict reading of Python's distributions: wheels and source distributions (`.tar.gz`, `.zip`).
 *
 * Nothing is ever unpacked to disk or run. Whatever two tools could understand in two ways is a problem, because the
 * one that vets and the one that installs must see the same files. The codes are in `ARCHIVE_PROBLEMS`.
 * Memory does not grow with the size of the file; `archive-limits.ts` bounds the rest.
 */
export const pypiArchives: ArchiveRules = {
  examine: (path, expected, visit) =>
    examineFile(path, visit, (source, reading) => examineByName(source, expected, reading)),
  walk: walkArchive,
  deriveWithoutTests,
  // PEP 658: the sidecar is the file's own metadata, byte for byte.
  contradictions: (inside, index) =>
    inside === index ? [] : ['The metadata served beside the file differs from the metadata inside it'],
  contradictsRuntime,
};

function examineByName(source: ByteSource, expected: ExpectedRelease, reading: Reading): Promise<Examination> {
  const { filename } = expected;
  if (filename.endsWith('.whl')) return examineWheel(source, expected, reading);
  if (filename.endsWith('.tar.gz')) return examineTarSdist(source, expected, reading);
  if (filename.endsWith('.zip')) return examineZipSdist(source, expected, reading);
  reading.problems.add('unsupported-archive', null, filename);
  return Promise.resolve(nothingRead(reading.problems));
}
