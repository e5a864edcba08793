/** What the API is handed by `main`: the rooms it speaks for, and who calls. */
import type { Actor } from '../../domain/people.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import type { Channels } from '../../features/channels/index.ts';
import type { Notices } from '../../features/notices/index.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Database } from '../../platform/db/port.ts';
import type { IdempotentAnswers } from '../../platform/idempotency/port.ts';
import type { Log } from '../../platform/log/port.ts';
import type { WaitingLetter } from '../../platform/mail/port.ts';

/** Rooms whose doors operations call: one line for each. */
export interface ApiRooms {
  readonly channels: Channels;
  readonly notices: Notices;
}

/** What a call shows to say who makes it. */
export type Credentials =
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'session'; readonly cookie: string };

/** How many calls are answered, and from where browsers may call. */
export interface ApiSettings {
  /** Calls in a minute by one person or token, and from one address. */
  readonly callsPerMinute: { readonly actor: number; readonly address: number };
  /** Origins whose pages may call with a bearer token; cookies are never taken from them. */
  readonly origins: readonly string[];
  /** Addresses of proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
}

export interface ApiApp {
  readonly db: Database;
  readonly blobs: Blobs;
  readonly rooms: ApiRooms;
  readonly ecosystems: readonly Ecosystem[];
  readonly settings: ApiSettings;
  readonly idempotentAnswers: IdempotentAnswers;
  readonly log: Log;
  /** Letters that have not gone out; without their text. */
  readonly mail: {
    waiting(): Promise<readonly WaitingLetter[]>;
    retry(): Promise<number>;
  };
  /** Of the product, for the document that describes the API. */
  readonly version: string;
  /** Without a slash at the end; where people reach this installation. */
  readonly publicUrl: string;
  now(): Date;
  /** Who calls. Throws a `sign-in` problem where the token or session is unknown, expired or revoked. */
  authenticate(shown: Credentials): Promise<Actor>;
  /** Writes into the ledger that somebody read what is confidential. The answer waits for it. */
  noteRead(actor: Actor, read: ConfidentialRead): Promise<void>;
}

/** What was read: a kind of thing and its id, in a channel where it belongs to one. */
export interface ConfidentialRead {
  readonly what: 'request' | 'dossier' | 'objection' | 'ledger';
  readonly id: string;
  readonly channel: string | null;
}
