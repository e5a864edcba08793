/** What the API is handed by `main`: the rooms it speaks for, and who calls. */
import type { Diagnosis } from '../../domain/diagnosis.ts';
import type { Actor } from '../../domain/people.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import type { Accounts } from '../../features/accounts/index.ts';
import type { Advisories } from '../../features/advisories/index.ts';
import type { AssessmentRoom } from '../../features/assessment/index.ts';
import type { Audit } from '../../features/audit/index.ts';
import type { Advisers } from '../../features/availability/read.ts';
import type { Channels } from '../../features/channels/index.ts';
import type { Decisions } from '../../features/decisions/index.ts';
import type { Dossiers } from '../../features/dossier/index.ts';
import type { Feeds } from '../../features/feeds/index.ts';
import type { Images } from '../../features/images/index.ts';
import type { Lists } from '../../features/lists/index.ts';
import type { Notices } from '../../features/notices/index.ts';
import type { Objections } from '../../features/objections/index.ts';
import type { Policy } from '../../features/policy/index.ts';
import type { Quarantines } from '../../features/quarantine/index.ts';
import type { Reports } from '../../features/reports/index.ts';
import type { Requests } from '../../features/requests/index.ts';
import type { Viewer } from '../../features/serving/index.ts';
import type { SignIn } from '../../features/sign-in/index.ts';
import type { Snapshots } from '../../features/snapshots/index.ts';
import type { Tags } from '../../features/tags/index.ts';
import type { Tokens } from '../../features/tokens/index.ts';
import type { Vetting } from '../../features/vetting/index.ts';
import type { TarStreams } from '../../platform/backup/port.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Database } from '../../platform/db/port.ts';
import type { IdempotentAnswers } from '../../platform/idempotency/port.ts';
import type { LedgerCheck, LedgerFilter, LedgerRow, Precondition } from '../../platform/ledger/port.ts';
import type { Log, SecurityLog } from '../../platform/log/port.ts';
import type { WaitingLetter } from '../../platform/mail/port.ts';

/** Rooms whose doors operations call: one line for each. */
export interface ApiRooms {
  readonly accounts: Accounts;
  readonly channels: Channels;
  readonly notices: Notices;
  readonly assessment: AssessmentRoom;
  readonly audit: Audit;
  readonly images: Images;
  readonly lists: Lists;
  readonly advisories: Advisories;
  readonly decisions: Decisions;
  readonly dossiers: Dossiers;
  readonly feeds: Feeds;
  readonly objections: Objections;
  readonly policy: Policy;
  readonly quarantine: Quarantines;
  readonly reports: Reports;
  readonly requests: Requests;
  readonly snapshots: Snapshots;
  readonly signIn: SignIn;
  readonly tags: Tags;
  readonly tokens: Tokens;
  readonly vetting: Advisers & Pick<Vetting, 'outlines'>;
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
  readonly tar: TarStreams;
  readonly rooms: ApiRooms;
  readonly ecosystems: readonly Ecosystem[];
  readonly settings: ApiSettings;
  readonly idempotentAnswers: IdempotentAnswers;
  readonly log: Log;
  readonly securityLog: SecurityLog;
  /** Letters that have not gone out; without their text. */
  readonly mail: {
    waiting(): Promise<readonly WaitingLetter[]>;
    retry(): Promise<number>;
  };
  /** Of the product, for the document that describes the API. */
  readonly version: string;
  /** Without a slash at the end; where people reach this installation. */
  publicUrl(): string;
  /** The origin of our own pages; `undefined`: the one that a request came to. */
  readonly siteOrigin: string | undefined;
  now(): Date;
  /** Who calls. Throws a `sign-in` problem where the token or session is unknown, expired or revoked. */
  authenticate(shown: Credentials): Promise<Actor>;
  /** Why a package is refused, as its page says it to anybody: from each channel that refuses it and that they may know of. */
  refusals(
    asked: { readonly ecosystem: string; readonly name: string; readonly version: string | undefined },
    viewer: Viewer,
  ): Promise<readonly Refusal[]>;
  /** Whether the server can do its work now. */
  readiness(): Promise<{ readonly problems: readonly string[]; readonly notes: readonly string[] }>;
  /** What `pratique doctor` says of the home that is served; one examination at a time, whoever asks meanwhile gets the same. */
  examine(ask: { readonly sourcesOnly: boolean }): Promise<Pick<Diagnosis, 'checks' | 'sources'>>;
  readonly ledger: {
    list(filter: LedgerFilter): Promise<{ readonly rows: readonly LedgerRow[] }>;
    /** The whole chain, and every head that was signed. */
    verify(): Promise<LedgerCheck>;
    /** Every row, a line of JSON each. */
    export(): AsyncIterable<string>;
  };
  /** Runs `work`; the first change that it makes asks the precondition in its transaction. */
  onlyIf<T>(precondition: Precondition, work: () => Promise<T>): Promise<T>;
  /** Writes into the ledger that somebody read what is confidential. The answer waits for it. */
  noteRead(actor: Actor, read: ConfidentialRead): Promise<void>;
}

/** What was read: a kind of thing and its id, in a channel where it belongs to one. */
export interface ConfidentialRead {
  readonly what: 'request' | 'dossier' | 'objection' | 'ledger';
  readonly id: string;
  readonly channel: string | null;
}
