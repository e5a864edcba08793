import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { form, openPeopleBench, type PeopleBench, REFUSE, rosa, vera } from '../../../test/harness/people.ts';
import type { Digest } from '../../domain/digest.ts';
import { listLedger } from '../../platform/ledger/history.ts';
import { createAudit } from './index.ts';

let bench: PeopleBench;
let newest: Digest | undefined;
beforeAll(async () => {
  bench = await openPeopleBench();
  await bench.channels.create(
    { kind: 'person', name: 'olga', roles: ['operator'], organisation: null },
    { name: 'trial', tier: 3, mode: 'cleared', window: 'none', undo: 'none' },
  );
});
afterAll(() => bench.close());

const audit = () =>
  createAudit({
    db: bench.db,
    ledger: async (filter) => (await listLedger(bench.db, filter)).rows,
    evidence: async (digest) => bench.evidence(digest),
    newestEvidence: async () => newest,
    dossier: async () => ({ status: 'whole' }),
    stoppedBy: async () => 'Q-1',
  });

describe('a decision that is replayed', () => {
  it('shows what was known then, in whose role it was made, what happened around it, and what is known since', async () => {
    const { id } = (await bench.requests.file(rosa, form('trial', 'survtrees'))).request;
    await bench.requests.file(rosa, form('trial', 'another'));
    const seen = await bench.collect({ channel: 'trial', name: 'survtrees', request: id });
    await bench.settle();
    const decision = await bench.decisions.decide(vera, {
      ...{ request: id, choice: { kind: 'accept', list: 'extra' }, reason: 'Needed.' },
    });
    await bench.settle();
    newest = await bench.collect({ channel: 'trial', name: 'survtrees', request: null }, { verdict: REFUSE });
    const replayed = await audit().replay(decision.id);
    expect(replayed).toMatchObject({
      decision: { id: decision.id, decidedBy: 'vera' },
      seen: { digest: seen, verdict: 'admit', releases: ['pkg:pypi/survtrees@1.0'] },
      since: { difference: { verdict: { before: 'admit', after: 'refuse' } }, stoppedBy: 'Q-1' },
    });
    expect(replayed.rows.map(({ fact }) => fact.kind)).toEqual(
      expect.arrayContaining(['request-filed', 'evidence-collected', 'decision-made', 'decision-settled']),
    );
    expect(replayed.rows.filter(({ fact }) => 'request' in fact && fact.request !== id)).toEqual([]);
    const made = replayed.rows.find(({ fact }) => fact.kind === 'decision-made');
    expect(made?.acting).toEqual({ roles: ['reviewer'], channelRoles: [], by: { kind: 'home' } });
  });
  it('says so where there is none of that id', async () => {
    await expect(audit().replay('A-999')).rejects.toMatchObject({ code: 'unknown-decision' });
  });
});
