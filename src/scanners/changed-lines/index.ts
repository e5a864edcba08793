import { asJson, canonicalJson } from '../../domain/canonical-json.ts';
import { counted } from '../../domain/counted.ts';
import type { Finding } from '../../domain/evidence.ts';
import type { ComparedFile, FileChanges } from '../../domain/file-changes.ts';
import type { ScanContext, Scanner, Subject } from '../contract.ts';
import { counterpartOf } from './counterpart.ts';

/** Files of a release that are compared: wheels for several systems and Pythons mostly repeat each other. */
const MOST_FILES = 8;

/** How many files and lines are new, gone or other than in the release that was cleared before, and which differ most. */
export const changedLinesScanner: Scanner<'change'> = {
  id: 'changed-lines',
  version: 1,
  looksAt: 'change',
  ecosystems: 'every',
  emits: ['change'],
  // The comparison is with what was cleared when this release was vetted, and stays that.
  staleAfterHours: null,
  sees: 'How much changed since the release that was cleared before: files added, removed, changed and moved, lines added and removed, and the files that differ most. Each file of the release is compared with the most similar file of the other one.',
  cannotSee:
    'What the changed lines do: the other checks read each release as a whole. Lines of files that are no text or larger than 4 MiB, and changes where no other release of the package is cleared or none of its files is of the same form.',
  async scan(subject, context) {
    const { name, now, before } = subject;
    if (before === undefined)
      return { status: 'not-applicable', reason: `no other version of ${name} is cleared here to compare with` };
    const pairs: Pair[] = [];
    for (const [index, file] of now.files.entries())
      pairs.push(index < MOST_FILES ? await compared(file, { ...subject, before }, context) : tooMany(file));
    const failed = pairs.flatMap((one) => ('reason' in one ? [one] : []));
    const done = pairs.flatMap((one) => ('changes' in one ? [one] : []));
    if (done.length === 0)
      return { status: 'failed', reason: failed[0]?.reason ?? 'there is no file to compare', retryable: true };
    const alike = [...Map.groupBy(done, ({ changes }) => canonicalJson(changes)).values()];
    return {
      status: 'completed',
      findings: [
        ...alike.map((same) => changesFinding(subject, before.version, same)),
        ...failed.map((one) => notCompared(subject, before.version, one)),
      ],
    };
  },
};

interface Done {
  readonly file: ComparedFile;
  readonly with: ComparedFile;
  readonly changes: FileChanges;
}

interface Failed {
  readonly file: ComparedFile;
  readonly reason: string;
}

type Pair = Done | Failed;
type Following = Subject<'change'> & { readonly before: NonNullable<Subject<'change'>['before']> };

function tooMany(file: ComparedFile): Failed {
  return { file, reason: `only the first ${MOST_FILES} files of a release are compared` };
}

async function compared(file: ComparedFile, { name, version, before }: Following, context: ScanContext): Promise<Pair> {
  if (before.files.length === 0) return { file, reason: `no file of ${name} ${before.version} is kept here` };
  const other = counterpartOf({ filename: file.filename, version }, before);
  if (other === undefined)
    return { file, reason: `no file of ${name} ${before.version} that is cleared here is of the same form` };
  const answer = await context.fileChanges(file, other);
  return answer.status === 'failed' ? { file, reason: answer.reason } : { file, with: other, changes: answer.changes };
}

/** Files of the release that changed alike are one finding. */
function changesFinding({ purl }: Subject<'change'>, since: string, same: readonly Done[]): Finding {
  const { changes } = same[0] ?? { changes: NOTHING };
  return {
    kind: 'change',
    severity: 'info',
    subject: purl,
    summary: `Since ${since}: ${inWords(changes)}`,
    location: undefined,
    data: {
      ...{ code: 'files', since },
      files: same.map((one) => ({ filename: one.file.filename, comparedWith: one.with.filename })),
      changes: asJson(changes),
    },
  };
}

const NOTHING: FileChanges = {
  files: { added: 0, removed: 0, changed: 0, moved: 0, same: 0 },
  lines: { added: 0, removed: 0 },
  ...{ withoutLines: 0, cut: 0, largest: [] },
};

/** `2 files added, 1 changed of 40; 30 lines added, 4 removed`. */
function inWords({ files, lines, withoutLines, cut }: FileChanges): string {
  const { added, removed, changed, moved, same } = files;
  const sorts = Object.entries({ added, removed, changed, moved }).filter(([, count]) => count > 0);
  const incomplete = cut === 0 ? '' : `; ${counted(cut, 'file')} compared by the start only`;
  if (sorts.length === 0) return `no file differs of ${same}${incomplete}`;
  const told = sorts.map(([sort, count], index) => `${index === 0 ? counted(count, 'file') : count} ${sort}`);
  const rest = withoutLines === 0 ? '' : `; ${counted(withoutLines, 'file')} of them without lines`;
  const figures = `${counted(lines.added, 'line')} added, ${lines.removed} removed`;
  return `${told.join(', ')}, ${same} unchanged; ${figures}${rest}${incomplete}`;
}

function notCompared({ purl }: Subject<'change'>, since: string, { file, reason }: Failed): Finding {
  return {
    kind: 'change',
    severity: 'unknown',
    subject: purl,
    summary: `${file.filename} could not be compared with ${since}: ${reason}`,
    location: undefined,
    data: { code: 'not-compared', since, filename: file.filename },
  };
}
