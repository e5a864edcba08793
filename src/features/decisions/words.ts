/** The words that each outcome needs: reasons, notes, criteria and dates. */
import type { EvidenceSet } from '../../domain/evidence.ts';
import { freeText, optionalText } from '../../domain/free-text.ts';
import { Problem } from '../../domain/problem.ts';
import type { DecisionForm } from './deps.ts';

/** What stands in a decision beside its outcome. */
export interface Words {
  readonly reason: string;
  readonly concern: string | null;
  readonly criterion: number | null;
  readonly note: string | null;
  readonly until: Date | null;
  readonly reviewAgain: Date | null;
}

/** The words of a form, checked against what its outcome and its evidence need. */
export function wordsOf(form: DecisionForm, set: EvidenceSet | undefined, now: Date): Words {
  const note = optionalText('The note', form.note);
  const { choice } = form;
  const until = form.until === undefined ? null : laterThan(now, form.until);
  const reviewAgain = form.reviewAgain === undefined ? null : laterThan(now, form.reviewAgain);
  const plain = { concern: optionalText('The concern', form.concern), criterion: null, note, until, reviewAgain };
  if (choice.kind === 'reject')
    return {
      ...plain,
      reason: freeText('The reason (--reason)', form.reason ?? ''),
      concern: freeText('What would change our mind (--concern)', form.concern ?? ''),
    };
  if (choice.kind !== 'accept')
    return {
      ...plain,
      reason: freeText(choice.kind === 'ask' ? 'The question (--reason)' : 'The reason (--reason)', form.reason ?? ''),
    };
  if (set === undefined)
    throw new Problem({
      kind: 'conflict',
      code: 'no-evidence',
      what: `${form.request} has no evidence yet`,
      next: 'Wait until it is collected; nothing is accepted unseen.',
    });
  const { reasons, outcome } = set.verdict;
  const needs = new Set(reasons.map((one) => one.needs));
  if (note === null && (outcome !== 'admit' || needs.has('note')))
    throw usage(
      'note-needed',
      `Policy says ${outcome}: accepting needs a note`,
      'Say with --note what is done about it.',
    );
  if (until === null && (outcome === 'refuse' || needs.has('exception')))
    throw usage(
      'exception-needed',
      'Policy refuses this: accepting is an exception with an end date',
      'Give the date with --until YYYY-MM-DD.',
    );
  return {
    ...plain,
    reason: freeText('The reason (--reason)', form.reason ?? ''),
    criterion: criterionOf(choice.list, form.criterion, note),
  };
}

/** The policy's five criteria for the core list; any one suffices. */
function criterionOf(list: 'core' | 'extra', criterion: number | undefined, note: string | null): number | null {
  if (list === 'extra') return null;
  if (criterion !== undefined && Number.isInteger(criterion) && criterion >= 1 && criterion <= 5 && note !== null)
    return criterion;
  throw usage(
    'criterion-needed',
    'The core list needs one of the five criteria, and a note on how it is met',
    'Give --criterion 1 to 5 and --note.',
  );
}

function laterThan(now: Date, text: string): Date {
  const shape = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/.exec(text);
  const at = Date.parse(text);
  // Date.parse rolls 30 February over to March: what is read back must be what was written.
  const isDate = shape !== null && !Number.isNaN(at) && new Date(at).toISOString().startsWith(shape[1] ?? '-');
  if (isDate && at > now.getTime()) return new Date(at);
  throw usage(
    'not-a-date',
    `${JSON.stringify(text.slice(0, 40))} is no date after now`,
    'Write YYYY-MM-DD (00:00 UTC of that day).',
  );
}

function usage(code: string, what: string, next: string): Problem {
  return new Problem({ kind: 'usage', code, what, next });
}
