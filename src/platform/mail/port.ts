/** Mail that leaves the house: queued in the transaction of what it tells of, handed to the operator's mail server afterwards. */
import type { Transaction } from '../db/port.ts';

/** A letter to one person. The text is the master copy, in plain lines; nothing confidential stands in it. */
export interface Letter {
  /** What makes it one letter: a second one with the same key is the same letter and is not queued again. */
  readonly key: string;
  /** An address as RFC 5321 has it, without a display name. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Where letters wait. Queued and committed means: it is sent, or a person is told why not. */
export interface Outbox {
  queue(db: Transaction, letter: Letter): Promise<void>;
}

/** What the mail server said of a letter. */
export type Handed =
  | { readonly status: 'taken' }
  /** Worth another try: the server is away, busy, or grey-lists. */
  | { readonly status: 'later'; readonly reason: string }
  /** It will never take it: no such person, refused by its rules (RFC 5321, replies of 5yz). */
  | { readonly status: 'refused'; readonly reason: string };

/** One conversation with a mail server. */
export interface MailServer {
  /**
   * Hands over one letter. `beforeTheLastDot` runs when the whole letter is with the server and only the line that makes
   * the server responsible for it (RFC 5321, 4.1.1.4) is still unsent.
   */
  hand(
    letter: Letter & { readonly messageId: string; readonly at: Date },
    beforeTheLastDot: () => Promise<void>,
  ): Promise<Handed>;
}

/**
 * `due`: waits. `sending`: with a sender, not yet the server's affair. `handing-over`: the last line is being sent; whether
 * the server took it is known only from its answer. `sent`, and `stuck`: waits for a person.
 */
export type LetterState = 'due' | 'sending' | 'handing-over' | 'sent' | 'stuck';

/** A letter as the operator sees it: no text, which may hold a code for its reader alone. Times are RFC 3339, UTC. */
export interface WaitingLetter {
  readonly id: number;
  readonly to: string;
  readonly subject: string;
  readonly state: LetterState;
  readonly attempts: number;
  readonly queuedAt: string;
  readonly error: string | null;
}
