/** What the requests room needs, and the form a requester fills in. */
import type { FactOf } from '../../domain/fact.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import type { Clock } from '../../platform/clock/port.ts';
import type { Database } from '../../platform/db/port.ts';
import type { Ledger } from '../../platform/ledger/port.ts';
import type { Request } from './read.ts';

/** What vetting says before a request is filed (`Vetting.preflight`). */
export type PreflightAnswer =
  | { readonly status: 'ok' }
  | {
      readonly status: 'refused';
      readonly code: string;
      readonly what: string;
      readonly why: string;
      readonly next: string;
    };

export type NewestAnswer =
  | { readonly status: 'found'; readonly version: string }
  | { readonly status: 'none' }
  | { readonly status: 'could-not-check'; readonly reason: string };

export interface RequestsDeps {
  readonly db: Database;
  readonly ledger: Ledger;
  readonly clock: Clock;
  ecosystem(id: string): Ecosystem | undefined;
  readonly ecosystems: readonly Ecosystem[];
  /** Which versions of a package a channel offers, now or before it was rolled back, minus what is stopped; newest last. */
  offeredIn(
    channel: string,
    which?: 'before-rollback',
  ): Promise<(ecosystem: string, name: string) => Promise<readonly string[]>>;
  /** The newest release that upstream has in a range, and that policy would choose. */
  newestWithin(ask: {
    readonly channel: string;
    readonly ecosystem: string;
    readonly name: string;
    readonly range: string;
  }): Promise<NewestAnswer>;
  preflight(ask: {
    channel: string;
    ecosystem: string;
    name: string;
    version: string | null;
  }): Promise<PreflightAnswer>;
}

export interface RequestForm {
  readonly channel: string;
  readonly ecosystem: string;
  /** May carry extras: `fastapi[standard]`. */
  readonly name: string;
  readonly version?: string | undefined;
  readonly q1: string;
  readonly q2: string;
  /** May be `unknown`. */
  readonly q3: string;
  readonly project?: string | undefined;
  /** How the requester is reached: one line. */
  readonly contact?: string | undefined;
  /** What answers the concern of an earlier rejection or objection. */
  readonly answersConcern?: string | undefined;
}

export type Filed = { readonly request: Request; readonly outcome: 'filed' | 'joined' };
export type FollowedFact =
  | FactOf<'evidence-collected'>
  | FactOf<'evidence-failed'>
  | FactOf<'decision-made'>
  | FactOf<'decision-undone'>
  | FactOf<'decision-settled'>
  | FactOf<'decision-overturned'>;
