/** Which entries of an imported list become requests, so that all of it comes and nothing is asked for twice. Pure. */
import type { Ecosystem } from '../../../ecosystems/contract.ts';
import { exactVersionIn } from './formats.ts';
import type { EntryReport } from './hygiene.ts';

/** What becomes of one entry: a request, or why there is none. */
export type Wish =
  | { readonly kind: 'ask'; readonly name: string; readonly version: string | null }
  | { readonly kind: 'leave'; readonly why: string };

/** One wish per entry, in their order. `here` are the names of which something is offered already. */
export function wishesOf(
  entries: readonly EntryReport[],
  here: ReadonlySet<string>,
  { versions }: Ecosystem,
): readonly Wish[] {
  const first = entries.map((entry) => wishOf(entry, here, exactVersionIn(entry.range, versions)));
  const asked = new Set<string>();
  const covered = new Set<string>();
  const ask = (name: string) => {
    asked.add(name);
    covered.add(name);
    cover(entries, covered);
  };
  const able = entries.filter((_, at) => first[at]?.kind === 'ask');
  for (const { name, range, neededBy } of able)
    if (name !== null && (neededBy.length === 0 || exactVersionIn(range, versions) !== null)) ask(name);
  // What is left is needed by something that is not asked for, or by each other.
  for (const { name } of able) if (name !== null && !covered.has(name)) ask(name);
  return first.map((wish, at) => {
    if (wish.kind === 'leave' || asked.has(wish.name)) return wish;
    const parent = entries[at]?.neededBy.find((one) => covered.has(one)) ?? '';
    return { kind: 'leave', why: `comes with ${parent}` };
  });
}

function wishOf({ name, problems }: EntryReport, here: ReadonlySet<string>, version: string | null): Wish {
  const stands = problems.find((one) => one !== 'written-otherwise' && one !== 'newest-outside-range');
  if (name === null || stands !== undefined) return { kind: 'leave', why: stands ?? 'not-a-name' };
  if (here.has(name)) return { kind: 'leave', why: 'already-here' };
  if (version === null && problems.includes('newest-outside-range'))
    return { kind: 'leave', why: 'newest-outside-range' };
  return { kind: 'ask', name, version };
}

/** Adds what is needed by something that is covered, through whatever lies between. */
function cover(entries: readonly EntryReport[], covered: Set<string>): void {
  for (;;) {
    const before = covered.size;
    for (const { name, neededBy } of entries)
      if (name !== null && neededBy.some((one) => covered.has(one))) covered.add(name);
    if (covered.size === before) return;
  }
}
