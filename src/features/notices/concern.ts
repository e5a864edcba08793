/** What a fact is to the people whom it concerns. */
import type { FactKind, FactOf } from '../../domain/fact.ts';
import type { Queryable } from '../../platform/db/port.ts';
import type { Timing } from './store.ts';
import type { Words } from './wording.ts';

/** What some people are told of a fact. */
export interface Concern {
  readonly people: readonly string[];
  readonly words: Words;
  readonly timing: Timing;
  /** Also the one whose doing it is: a receipt, or a change of their own account. */
  readonly alsoActor?: boolean;
  readonly channel: string | null;
  /** Id of the request or quarantine that it is about. */
  readonly about: string | null;
}

/** What a quarantine or a denial stops. */
export interface Stopping {
  readonly ecosystem: string;
  readonly name: string;
  readonly versions: string | null;
  readonly channel: string | null;
}

/** A cleared release that a stop touches, itself or through its tree. */
export interface Affected {
  readonly request: string | null;
  readonly channel: string;
  readonly name: string;
  readonly version: string;
}

export interface ConcernDeps {
  /** By what a stop takes out of use: in one channel, or in all. */
  affectedBy(stopped: Stopping): Promise<readonly Affected[]>;
}

/** A fact, and where to ask whom it concerns. */
export interface Asking<K extends FactKind> {
  readonly deps: ConcernDeps;
  readonly db: Queryable;
  readonly fact: FactOf<K>;
}
