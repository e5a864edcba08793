/** Step 6: the evidence set becomes a blob, a row and a fact, together or not at all. */
import { canonicalBytes } from '../../../domain/canonical-json.ts';
import type { Digest } from '../../../domain/digest.ts';
import type { EvidenceSet } from '../../../domain/evidence.ts';
import { SYSTEM } from '../../../domain/people.ts';
import type { VetAsk } from '../ask.ts';
import type { VettingDeps } from '../deps.ts';
import { insertEvidenceSet } from '../store.ts';
import { saveUpstreamPackages } from '../upstream-store.ts';
import type { UpstreamView } from '../upstream-view.ts';

export async function recordEvidence(
  deps: VettingDeps,
  ask: VetAsk,
  set: EvidenceSet,
  view: UpstreamView,
): Promise<Digest> {
  const digest = await storeEvidence(deps, set);
  await deps.ledger.change(SYSTEM, async ({ db, append }) => {
    const names = new Set(set.releases.map((release) => release.name));
    const listings = [...names].flatMap((name) => view.listing(name) ?? []);
    await saveUpstreamPackages(db, set.ecosystem, listings);
    await insertEvidenceSet(db, digest, set, ask.request);
    const { channel, ecosystem, name, request } = ask;
    append({
      kind: 'evidence-collected',
      channel,
      ecosystem,
      name,
      request,
      evidence: digest,
      verdict: set.verdict.outcome,
    });
  });
  return digest;
}

/** Keeps the set by its digest without telling anyone: what `vet` shows can be asked for again. */
export async function storeEvidence(deps: Pick<VettingDeps, 'blobs'>, set: EvidenceSet): Promise<Digest> {
  const { digest } = await deps.blobs.put(canonicalBytes(set));
  return digest;
}
