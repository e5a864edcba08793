/** Requests from an imported list, all with the same answers. */
import { Problem } from '../../../domain/problem.ts';
import type { Wish } from '../../../features/lists/read.ts';

/** What was filed for an entry, or why nothing was. */
export interface Asked {
  readonly request: string | null;
  readonly outcome: 'filed' | 'joined' | 'would-file' | 'not-filed';
  readonly reason: string | null;
}

/** What becomes of each entry: filed, or only foreseen; `undefined` where nothing is asked for. */
export async function askedFor<A>(
  wishes: readonly Wish[],
  { isDraft, answers }: { readonly isDraft: boolean; readonly answers: A | undefined },
  file: (wish: AskedFor, answers: A) => Promise<Filed>,
): Promise<readonly Asked[] | undefined> {
  if (isDraft) return foreseen(wishes);
  return answers === undefined ? undefined : await fileWishes(wishes, (wish) => file(wish, answers));
}

/** What would be filed; nothing is. */
function foreseen(wishes: readonly Wish[]): readonly Asked[] {
  return wishes.map((wish) =>
    wish.kind === 'ask' ? { request: null, outcome: 'would-file', reason: null } : leftOut(wish.why),
  );
}

/** A wish that becomes a request. */
type AskedFor = Extract<Wish, { readonly kind: 'ask' }>;

interface Filed {
  readonly request: string;
  readonly outcome: 'filed' | 'joined';
}

/** Files the wishes, one after the other; what stands against one does not keep the others. */
async function fileWishes(
  wishes: readonly Wish[],
  file: (wish: AskedFor) => Promise<Filed>,
): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  for (const wish of wishes) {
    if (wish.kind === 'leave') {
      asked.push(leftOut(wish.why));
      continue;
    }
    try {
      asked.push({ ...(await file(wish)), reason: null });
    } catch (error) {
      if (!(error instanceof Problem) || !isAboutThePackage(error)) throw error;
      asked.push(leftOut(error.message));
    }
  }
  return asked;
}

function leftOut(reason: string): Asked {
  return { request: null, outcome: 'not-filed', reason };
}

/** Not about who asks or how: these would stand against every entry. */
function isAboutThePackage({ kind }: Problem): boolean {
  return kind === 'not-allowed' || kind === 'could-not-check' || kind === 'conflict';
}
