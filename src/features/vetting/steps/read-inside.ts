/** What the resolver must know of a file and upstream does not tell: read out of the file itself. */
import type { Distribution } from '../../../domain/distribution.ts';
import type { Examination } from '../../../domain/examination.ts';
import type { BuildRequiresAnswer } from '../../../ecosystems/contract.ts';
import type { VettingRun } from '../vetting-run.ts';

type Inside = { readonly result: Examination } | { readonly unreadable: string };

/** The metadata text inside a file, where upstream has neither a sidecar nor ranges. */
export async function metadataFromFile(
  run: VettingRun,
  distribution: Distribution,
): Promise<{ readonly text: string } | { readonly unreadable: string }> {
  const inside = await look(run, distribution);
  if ('unreadable' in inside) return inside;
  const text = inside.result.metadata;
  return text === null ? { unreadable: `${distribution.filename} holds no metadata` } : { text };
}

/** What a source distribution states of its build. An archive that cannot be believed states nothing. */
export async function buildRequires(run: VettingRun, distribution: Distribution): Promise<BuildRequiresAnswer> {
  const inside = await look(run, distribution);
  if ('unreadable' in inside) return { status: 'unreadable', reason: inside.unreadable };
  const { buildRequires: requires, problems } = inside.result;
  if (requires !== null) return { status: 'found', requires };
  const [problem] = problems;
  const reason = problem === undefined ? 'its pyproject.toml cannot be read' : `${problem.code}: ${problem.summary}`;
  return { status: 'unstated', reason };
}

async function look({ connected, opener }: VettingRun, distribution: Distribution): Promise<Inside> {
  const release = connected.ecosystem.protocol.releaseIn(distribution.filename);
  if (release === undefined) return { unreadable: `${distribution.filename} names no release` };
  const outcome = await opener.open({ ...release, distribution });
  if (outcome.status === 'failed') return { unreadable: outcome.reason };
  const { examination } = outcome.file;
  return examination.status === 'failed' ? { unreadable: examination.reason } : { result: examination.result };
}
