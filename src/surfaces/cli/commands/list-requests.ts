/** Requests from an imported list, all with the same answers. */
import { Problem } from '../../../domain/problem.ts';
import type { Ecosystem } from '../../../ecosystems/contract.ts';
import type { Wish } from '../../../features/lists/read.ts';
import type { Session } from '../session.ts';
import type { Answers } from './request-answers.ts';

/** What was filed for an entry, or why nothing was. */
export interface Asked {
  readonly request: string | null;
  readonly outcome: 'filed' | 'joined' | 'would-file' | 'not-filed';
  readonly reason: string | null;
}

/** What would be filed; nothing is. */
export function foreseen(wishes: readonly Wish[]): readonly Asked[] {
  return wishes.map((wish) =>
    wish.kind === 'ask' ? { request: null, outcome: 'would-file', reason: null } : leftOut(wish.why),
  );
}

/** Files the wishes, one after the other; what stands against one does not keep the others. */
export async function fileWishes(
  session: Session,
  ecosystem: Ecosystem,
  { wishes, answers }: { readonly wishes: readonly Wish[]; readonly answers: Answers },
): Promise<readonly Asked[]> {
  const { rooms } = await session.app();
  const actor = await session.actor();
  const asked: Asked[] = [];
  for (const wish of wishes) {
    if (wish.kind === 'leave') {
      asked.push(leftOut(wish.why));
      continue;
    }
    const about = { channel: session.channel, ecosystem: ecosystem.id, name: wish.name };
    try {
      const form = { ...about, version: wish.version ?? undefined, ...answers };
      const { request, outcome } = await rooms.requests.file(actor, form);
      asked.push({ request: request.id, outcome, reason: null });
    } catch (error) {
      if (!(error instanceof Problem) || !isAboutThePackage(error)) throw error;
      asked.push(leftOut(error.message));
    }
  }
  await session.settle();
  return asked;
}

function leftOut(reason: string): Asked {
  return { request: null, outcome: 'not-filed', reason };
}

/** Not about who asks or how: these would stand against every entry. */
function isAboutThePackage({ kind }: Problem): boolean {
  return kind === 'not-allowed' || kind === 'could-not-check' || kind === 'conflict';
}
