/** The rooms of people over a real database. The test delivers the facts, each reaction twice: the second must change nothing. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../src/domain/canonical-json.ts';
import { type Digest, isDigest } from '../../src/domain/digest.ts';
import type { EvidenceSet, Verdict, VettedRelease } from '../../src/domain/evidence.ts';
import type { Fact } from '../../src/domain/fact.ts';
import { type Actor, type Role, SYSTEM } from '../../src/domain/people.ts';
import { Problem } from '../../src/domain/problem.ts';
import { pypi } from '../../src/ecosystems/pypi/index.ts';
import { type Accounts, createAccounts } from '../../src/features/accounts/index.ts';
import { type Channels, createChannels } from '../../src/features/channels/index.ts';
import { createDecisions, type Decisions } from '../../src/features/decisions/index.ts';
import { dossierDigest, dossierOf } from '../../src/features/dossier/read.ts';
import { createLists, type Lists } from '../../src/features/lists/index.ts';
import { clearedEntries } from '../../src/features/lists/read.ts';
import { createObjections, type Objections } from '../../src/features/objections/index.ts';
import { createQuarantine, type Quarantines } from '../../src/features/quarantine/index.ts';
import {
  createRequests,
  type PreflightAnswer,
  type RequestForm,
  type Requests,
} from '../../src/features/requests/index.ts';
import { networkOf } from '../../src/platform/fetch/networks.ts';
import { openTestDatabase, type TestDatabase } from './database.ts';

export interface PeopleBench extends TestDatabase {
  readonly accounts: Accounts;
  readonly channels: Channels;
  readonly requests: Requests;
  readonly decisions: Decisions;
  readonly objections: Objections;
  readonly lists: Lists;
  readonly quarantine: Quarantines;
  /** What upstream is said to answer to the next filings. */
  readonly preflight: { answer: PreflightAnswer; asked: number };
  /** Names of accepted packages that the current snapshot lacks, and versions by name that one of before a rollback had. */
  readonly snapshots: { readonly lacks: Set<string>; readonly beforeRollback: Map<string, readonly string[]> };
  /** Runs what follows from the facts since the last time, each reaction twice. */
  settle(): Promise<void>;
  /** Facts since the start, oldest first. */
  facts(): Promise<readonly Fact[]>;
  /** Evidence that came in. */
  evidence(digest: Digest): EvidenceSet;
  /** Evidence comes in: for a request, or (with `null`) for first use of a name. */
  collect(asked: { channel: string; name: string; request: string | null }, set?: Found): Promise<Digest>;
}

export interface Found {
  readonly verdict?: Verdict;
  /** Of the root. */
  readonly version?: string;
  /** `name@version` of what the root needs. */
  readonly needs?: readonly string[];
}

export const REVIEW: Verdict = { outcome: 'review', reasons: [] };
export const REFUSE: Verdict = {
  outcome: 'refuse',
  reasons: [{ rule: 'severe', outcome: 'refuse', text: 'CVSS 9.8', needs: 'exception' }],
};

export function person(name: string, role: Role, organisation: string | null = null): Actor {
  return { kind: 'person', name, roles: [role], organisation };
}

export const rosa = person('rosa', 'researcher');
export const vera = person('vera', 'reviewer');
export const viktor = person('viktor', 'reviewer');
export const olga = person('olga', 'operator');

/** A filled-in form. */
export function form(channel: string, name: string, more: Partial<RequestForm> = {}): RequestForm {
  return { channel, ecosystem: 'pypi', name, q1: 'Fit models.', q2: 'Yes.', q3: 'unknown', ...more };
}

export async function openPeopleBench(): Promise<PeopleBench> {
  const base = await openTestDatabase();
  const { db, ledger, clock, pool } = base;
  const blobs = new Map<Digest, EvidenceSet>();
  const newest = new Map<string, Digest>();
  const preflight: PeopleBench['preflight'] = { answer: { status: 'ok' }, asked: 0 };
  const snapshots: PeopleBench['snapshots'] = { lacks: new Set(), beforeRollback: new Map() };
  const ecosystem = (id: string) => (id === 'pypi' ? pypi : undefined);
  const accounts = createAccounts({ ledger });
  const lists = createLists({ db, ledger, ecosystems: [pypi] });
  const decisions = createDecisions({
    ...{ db, ledger, clock, ecosystem },
    evidence: async (digest) => blobs.get(digest) ?? missing(digest),
    newestEvidence: async (_db, request) => newest.get(request),
    keepDossier: async (of) => dossierDigest(dossierOf(of)),
    deny: lists.denyWithin,
    removeEntry: lists.removeOfDecision,
  });
  const requests = createRequests({
    ...{ db, ledger, clock, ecosystem },
    ecosystems: [pypi],
    offeredIn: async (channel, which) => async (id, name) => {
      if (which === 'before-rollback') return snapshots.beforeRollback.get(name) ?? [];
      const entries = await clearedEntries(db, channel, { ecosystem: id, name });
      return entries.map(({ version }) => version).filter(() => !snapshots.lacks.has(name));
    },
    newestWithin: async () => ({ status: 'found', version: '1.9' }),
    preflight: async () => {
      preflight.asked += 1;
      return preflight.answer;
    },
  });
  const objections = createObjections({ db, ledger });
  const rooms = { requests, decisions, objections, lists };
  let seen = 0;
  const since = async (after: number) => {
    const { rows } = await pool.query<{ sequence: number; fact: Fact }>(
      'select sequence, fact from ledger where sequence > $1 order by sequence',
      [after],
    );
    return rows;
  };
  return {
    ...base,
    ...rooms,
    accounts,
    channels: createChannels({ ledger, targets: [pypi.targets], network: networkOf }),
    quarantine: createQuarantine({ db, ledger, ecosystems: [pypi] }),
    preflight,
    snapshots,
    facts: async () => (await since(0)).map(({ fact }) => fact),
    evidence: (digest) => blobs.get(digest) ?? missing(digest),
    async settle() {
      for (let rows = await since(seen); rows.length > 0; rows = await since(seen))
        for (const { sequence, fact } of rows) {
          await react(rooms, fact);
          const once = (await since(0)).length;
          await react(rooms, fact);
          if ((await since(0)).length !== once) throw again(fact);
          seen = Number(sequence);
        }
    },
    async collect({ channel, name, request }, found = {}) {
      const set = evidenceSet(channel, name, found);
      const { verdict } = set;
      const evidence = digestOf(set);
      blobs.set(evidence, set);
      if (request !== null) newest.set(request, evidence);
      const about = { channel, ecosystem: 'pypi', name, request, evidence, verdict: verdict.outcome } as const;
      await ledger.change(SYSTEM, async ({ append }) => append({ kind: 'evidence-collected', ...about }));
      return evidence;
    },
  };
}

/** As `src/main/reactions.ts` has it, without vetting and snapshots. */
async function react(
  { requests, decisions, objections, lists }: Pick<PeopleBench, 'requests' | 'decisions' | 'objections' | 'lists'>,
  fact: Fact,
): Promise<void> {
  switch (fact.kind) {
    case 'channel-changed':
      return objections.resumeWaiting(fact);
    case 'evidence-collected':
      await requests.follow(fact);
      return decisions.applyPolicy(fact);
    case 'decision-made':
      await requests.follow(fact);
      return objections.openWindow(fact);
    case 'decision-settled':
      await requests.follow(fact);
      return lists.apply(fact);
    case 'decision-undone':
      await requests.follow(fact);
      return objections.cancel(fact);
    case 'evidence-failed':
    case 'decision-overturned':
      return requests.follow(fact);
    default:
      return undefined;
  }
}

function evidenceSet(channel: string, name: string, found: Found): EvidenceSet {
  const { verdict = { outcome: 'admit', reasons: [] }, version = '1.0', needs = [] } = found;
  const root = `pkg:pypi/${name}@${version}`;
  return {
    schema: 'pratique.evidence-set/1',
    channel,
    ecosystem: 'pypi',
    asked: { name, extras: [], version: null },
    root,
    releases: [`${name}@${version}`, ...needs].map((text, at) => release(text, at === 0 ? undefined : root)),
    unavailableTargets: [],
    alternative: null,
    warnings: [],
    verdict,
    policy: `sha256:${'0'.repeat(64)}`,
    collectedAt: '2026-01-01T00:00:00.000Z',
  };
}

function release(text: string, root: string | undefined): VettedRelease {
  const [name = '', version = ''] = text.split('@');
  return {
    purl: `pkg:pypi/${text}`,
    ecosystem: 'pypi',
    name,
    version,
    role: root === undefined ? 'root' : 'dependency',
    extras: [],
    requiredBy: root === undefined ? [] : [root],
    needs: [],
    targets: [],
    releasedAt: null,
    files: [],
    evidence: [],
    verdict: { outcome: 'admit', reasons: [] },
  };
}

function digestOf(set: EvidenceSet): Digest {
  const digest = `sha256:${createHash('sha256').update(canonicalJson(set)).digest('hex')}`;
  return isDigest(digest) ? digest : missing(digest);
}

function missing(digest: string): never {
  throw new Problem({ kind: 'internal', code: 'blob-missing', what: `There is no blob ${digest}` });
}

function again(fact: Fact): Problem {
  return new Problem({
    kind: 'internal',
    code: 'not-idempotent',
    what: `A second delivery of ${fact.kind} wrote facts`,
  });
}
