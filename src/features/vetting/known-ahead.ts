/** What is known of the files of a tree, asked for in three questions instead of three for each file. */
import { canonicalJson } from '../../domain/canonical-json.ts';
import type { Digest } from '../../domain/digest.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { type CodeKey, findIndexed } from './code-index.ts';
import {
  type ContentKey,
  type ContentOutcomeRow,
  type ExaminationKey,
  findContentOutcomesOf,
  findExaminationsOf,
} from './store.ts';

/**
 * Answers from before a vetting began to work on its files. What is not here may have come since: then it is asked for by
 * itself. Nothing that is here can become untrue: rows about the same bytes under the same names only come to it.
 */
export class KnownAhead {
  private readonly examinations = new Map<string, unknown>();
  private readonly outcomes = new Map<string, ContentOutcomeRow[]>();
  private readonly indexed = new Set<string>();

  /** Asks about all files with these digests; `examiner` and `printer` are the versions in force. */
  async load(
    db: Queryable,
    digests: readonly Digest[],
    { ecosystem, examiner, printer }: { ecosystem: string; examiner: number; printer: number },
  ): Promise<void> {
    if (digests.length === 0) return;
    const [examinations, outcomes, indexed] = await Promise.all([
      findExaminationsOf(db, digests, { ecosystem, examiner }),
      findContentOutcomesOf(db, digests, ecosystem),
      findIndexed(db, digests, { ecosystem, printer }),
    ]);
    for (const { key, result } of examinations) this.examinations.set(textOf(key), result);
    for (const { key, row } of outcomes)
      this.outcomes.set(textOf(key), [...(this.outcomes.get(textOf(key)) ?? []), row]);
    for (const key of indexed) this.indexed.add(indexedText(key));
  }

  examination(key: ExaminationKey): unknown {
    return this.examinations.get(textOf(key));
  }

  contentOutcomes(key: ContentKey): readonly ContentOutcomeRow[] | undefined {
    return this.outcomes.get(textOf(key));
  }

  isIndexed(key: CodeKey): boolean {
    return this.indexed.has(indexedText(key));
  }
}

function textOf(key: ExaminationKey | ContentKey): string {
  return canonicalJson({ ...key });
}

/** The index of code does not tell file names apart. */
function indexedText({ sha256, ecosystem, name, releaseVersion, printer }: Omit<CodeKey, 'filename'>): string {
  return canonicalJson({ sha256, ecosystem, name, releaseVersion, printer });
}
