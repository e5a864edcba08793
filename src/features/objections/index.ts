/**
 * The objections room: data providers may question or overturn an acceptance before it takes effect. Each has a clock of its
 * own, which counts elapsed time or the working days of the channel; a question stops only the clock of who asked it.
 */
import type { FactOf } from '../../domain/fact.ts';
import type { Actor } from '../../domain/people.ts';
import type { ObjectionsDeps } from './deps.ts';
import { cancel, closeDue, openWindow, resumeWaiting } from './open-close.ts';
import type { ObjectionWindow } from './read.ts';
import { answer, none, overturn, question } from './say.ts';

export interface Objections {
  /** Reaction on `decision-made`: opens the window, or settles at once where the channel has none. Idempotent. */
  openWindow(fact: FactOf<'decision-made'>): Promise<void>;
  /** Reaction on `decision-undone`: the window ends with the decision. Idempotent. */
  cancel(fact: FactOf<'decision-undone'>): Promise<void>;
  /** Reaction on `channel-changed`: windows that waited for a provider start, or settle. */
  resumeWaiting(fact: FactOf<'channel-changed'>): Promise<void>;
  /** By a provider of the window: stops its clock. `id` is a window or a decision. */
  question(actor: Actor, id: string, text: string): Promise<ObjectionWindow>;
  /** By a reviewer or a requester: the clock goes on with what was left. `provider` says whose question, where several asked. */
  answer(actor: Actor, id: string, text: string, provider?: string): Promise<ObjectionWindow>;
  overturn(actor: Actor, id: string, reason: string): Promise<ObjectionWindow>;
  /** When every provider of the window has said so, it closes early. */
  none(actor: Actor, id: string): Promise<ObjectionWindow>;
  /** Ends clocks whose time has passed, and settles windows in which all are over; ids of their decisions. Idempotent. */
  closeDue(now: Date): Promise<readonly string[]>;
}

export function createObjections(deps: ObjectionsDeps): Objections {
  return {
    openWindow: (fact) => openWindow(deps, fact),
    cancel: (fact) => cancel(deps, fact),
    resumeWaiting: (fact) => resumeWaiting(deps, fact),
    question: (actor, id, text) => question(deps, actor, { id, text }),
    answer: (actor, id, ...[text, provider]) => answer(deps, actor, { id, text, provider }),
    overturn: (actor, id, reason) => overturn(deps, actor, { id, text: reason }),
    none: (actor, id) => none(deps, actor, id),
    closeDue: (now) => closeDue(deps, now),
  };
}
