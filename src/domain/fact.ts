/**
 * Everything that happens, past tense, typed and immutable. Every change appends its facts to the ledger in the same
 * transaction; `src/main/reactions.ts` says what follows from each. Texts in facts never hold secrets.
 */
import type { Access } from './access.ts';
import type { AccountFact } from './account-fact.ts';
import type { Digest } from './digest.ts';
import type { UpstreamChange } from './distribution.ts';
import type { VerdictOutcome } from './evidence.ts';
import type { EcosystemId } from './purl.ts';

export type Fact =
  | { readonly kind: 'home-initialised'; readonly publicKey: string }
  | { readonly kind: 'channel-created'; readonly channel: string; readonly tier: number; readonly mode: string }
  | { readonly kind: 'channel-changed'; readonly channel: string; readonly what: string }
  | {
      /** Who may install from the channel. */
      readonly kind: 'channel-access-changed';
      readonly channel: string;
      readonly access: Access;
      readonly reason: string;
    }
  | AccountFact
  | {
      readonly kind: 'request-filed';
      readonly request: string;
      readonly channel: string;
      readonly ecosystem: EcosystemId;
      readonly name: string;
      readonly version: string | null;
      readonly extras: readonly string[];
    }
  | {
      /** Requests that the files of one project asked for together. */
      readonly kind: 'bundle-filed';
      readonly bundle: string;
      readonly channel: string;
      readonly title: string;
      readonly requests: readonly string[];
    }
  | { readonly kind: 'request-joined'; readonly request: string; readonly channel: string }
  | { readonly kind: 'request-answered'; readonly request: string; readonly channel: string }
  | { readonly kind: 'request-withdrawn'; readonly request: string; readonly channel: string }
  | {
      readonly kind: 'first-use-seen';
      readonly channel: string;
      readonly ecosystem: EcosystemId;
      readonly name: string;
      readonly version: string | null;
    }
  | {
      readonly kind: 'evidence-collected';
      readonly channel: string;
      readonly ecosystem: EcosystemId;
      readonly name: string;
      /** The request the evidence is for; `null` for first use in an open channel. */
      readonly request: string | null;
      readonly evidence: Digest;
      readonly verdict: VerdictOutcome;
    }
  | {
      readonly kind: 'evidence-failed';
      readonly channel: string;
      readonly ecosystem: EcosystemId;
      readonly name: string;
      readonly request: string | null;
      readonly code: string;
      readonly reason: string;
    }
  | {
      readonly kind: 'decision-made';
      readonly decision: string;
      readonly request: string | null;
      readonly channel: string;
      readonly outcome: 'accepted' | 'rejected' | 'denied' | 'asked';
      readonly list: 'core' | 'extra' | null;
      readonly evidence: Digest | null;
      /** The dossier that the evidence and the request gave at that moment; absent in facts of before there were dossiers. */
      readonly dossier?: Digest | null;
      readonly reason: string;
      /** RFC 3339, UTC: until then whoever made it may undo it; nobody is told before. Absent where it cannot be undone. */
      readonly undoUntil?: string | undefined;
    }
  | {
      /** The first of two approvals that an acceptance takes in the channel. */
      readonly kind: 'approval-given';
      readonly decision: string;
      readonly request: string;
      readonly channel: string;
      readonly list: 'core' | 'extra' | null;
      readonly evidence: Digest | null;
      readonly dossier: Digest | null;
      readonly reason: string;
      /** As in `decision-made`. */
      readonly undoUntil?: string | undefined;
    }
  | {
      readonly kind: 'decision-undone';
      readonly decision: string;
      readonly request: string | null;
      readonly channel: string;
    }
  | {
      /** Somebody who may decide was shown this evidence. */
      readonly kind: 'evidence-shown';
      readonly request: string;
      readonly channel: string;
      readonly evidence: string;
    }
  | {
      /** An acceptance is to be looked at again, or is an exception that ends soon. */
      readonly kind: 'review-due';
      readonly decision: string;
      readonly request: string | null;
      readonly channel: string;
      readonly ecosystem: EcosystemId;
      readonly name: string;
      readonly why: 'review-again' | 'exception-ends';
      /** RFC 3339, UTC: the date that it is about. */
      readonly at: string;
    }
  | {
      readonly kind: 'window-opened';
      readonly decision: string;
      readonly channel: string;
      readonly closesAt: string;
      readonly providers: readonly string[];
      /** As in `decision-made`. */
      readonly undoUntil?: string | undefined;
    }
  | {
      /** A reminder, once for each closing time: the window closes within a day. */
      readonly kind: 'window-closing';
      readonly decision: string;
      readonly channel: string;
      readonly closesAt: string;
    }
  | {
      readonly kind: 'objection-raised';
      readonly decision: string;
      readonly channel: string;
      readonly provider: string;
      readonly question: string;
    }
  | {
      readonly kind: 'objection-answered';
      readonly decision: string;
      readonly channel: string;
      /** Whose question it was; absent in facts of before each provider had a clock of its own. */
      readonly provider?: string;
      readonly closesAt: string;
    }
  | {
      readonly kind: 'no-objection-given';
      readonly decision: string;
      readonly channel: string;
      readonly provider: string;
    }
  | {
      readonly kind: 'decision-settled';
      readonly decision: string;
      readonly request: string | null;
      readonly channel: string;
    }
  | {
      readonly kind: 'decision-overturned';
      readonly decision: string;
      readonly request: string | null;
      readonly channel: string;
      readonly provider: string;
      readonly reason: string;
    }
  | {
      readonly kind: 'list-changed';
      readonly channel: string;
      readonly ecosystem: EcosystemId;
      readonly list: 'core' | 'extra' | 'denied';
      /** Names of the packages that the change touches. */
      readonly names: readonly string[];
      readonly decision: string | null;
      /** Id of the denial that came into force; absent where one was lifted, and on the other lists. */
      readonly denial?: string;
      /** Id of the entry that was taken off; absent where one was added, and for denials. */
      readonly removed?: string;
    }
  | {
      readonly kind: 'snapshot-published';
      readonly channel: string;
      readonly number: number;
      readonly manifest: Digest;
    }
  | { readonly kind: 'snapshot-refused'; readonly channel: string; readonly code: string; readonly reason: string }
  | {
      readonly kind: 'snapshot-rolled-back';
      readonly channel: string;
      readonly number: number;
      readonly to: number;
      /** Where one was given; facts of before there were any have none. */
      readonly reason?: string;
    }
  | {
      readonly kind: 'snapshot-imported';
      readonly channel: string;
      readonly number: number;
      /** Id of the key that signed it where it was made. */
      readonly keyId: string;
      /** Where it was made: channel, number, and the manifest that was signed there. */
      readonly from: { readonly channel: string; readonly number: number; readonly manifest: Digest };
    }
  | {
      readonly kind: 'quarantine-started';
      readonly quarantine: string;
      readonly ecosystem: EcosystemId;
      readonly name: string;
      readonly versions: string | null;
      readonly reason: string;
    }
  | {
      readonly kind: 'quarantine-ended';
      readonly quarantine: string;
      readonly ecosystem: EcosystemId;
      readonly name: string;
      readonly reason: string;
    }
  | {
      readonly kind: 'report-filed' | 'report-closed';
      readonly report: string;
      readonly ecosystem: EcosystemId;
      readonly name: string;
      readonly version: string | null;
      /** What is suspicious; of one that is closed, what came of it. */
      readonly reason: string;
    }
  | {
      readonly kind: 'tag-added';
      readonly tag: string;
      readonly label: string;
      readonly team: string | null;
      readonly ecosystem: EcosystemId;
      readonly name: string;
      readonly version: string | null;
      readonly since: string | null;
      readonly until: string | null;
      readonly reason: string;
    }
  | {
      readonly kind: 'tag-removed';
      readonly tag: string;
      readonly label: string;
      readonly ecosystem: EcosystemId;
      readonly name: string;
      readonly version: string | null;
      readonly reason: string;
    }
  | {
      /** `check` and `why` miss the tag in the channel from now on. */
      readonly kind: 'tag-required';
      readonly requirement: string;
      readonly channel: string;
      readonly label: string;
      readonly team: string | null;
      readonly criteria: string;
    }
  | {
      readonly kind: 'tag-requirement-lifted';
      readonly requirement: string;
      readonly channel: string;
      readonly label: string;
      readonly team: string | null;
      readonly reason: string;
    }
  | {
      readonly kind: 'advisories-imported';
      readonly source: string;
      readonly records: number;
      readonly changed: number;
    }
  | {
      /** Upstream was asked again about what is cleared, and says something else than before. */
      readonly kind: 'upstream-changed';
      readonly ecosystem: EcosystemId;
      readonly name: string;
      readonly changes: readonly UpstreamChange[];
    }
  | { readonly kind: 'feed-imported'; readonly feed: string; readonly source: string; readonly records: number }
  | {
      /** Somebody read what not everybody may: whose request, what a provider said, the ledger itself. */
      readonly kind: 'confidential-read';
      readonly what: string;
      readonly id: string;
      readonly channel: string | null;
    }
  | {
      readonly kind: 'image-built';
      readonly channel: string;
      readonly image: string;
      readonly snapshot: number;
      readonly manifest: Digest;
    }
  | {
      /** Something that works by itself has fallen silent or is broken; once a day while it lasts. */
      readonly kind: 'alarm-raised';
      readonly alarm: string;
      readonly what: string;
    }
  | { readonly kind: 'policy-changed'; readonly policy: Digest }
  | { readonly kind: 'backup-made'; readonly head: string }
  | { readonly kind: 'home-restored'; readonly head: string };

export type FactKind = Fact['kind'];
export type FactOf<K extends FactKind> = Extract<Fact, { kind: K }>;
