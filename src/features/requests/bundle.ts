/** One file of a project becomes one bundle: a request for each package that is not available yet. */
import pLimit from 'p-limit';
import { requireMay } from '../../domain/authority.ts';
import { oneLine } from '../../domain/free-text.ts';
import { type Actor, actorName } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import { type AskedPackage, fits, type ProjectFile, readProject } from '../availability/read.ts';
import { requireAsking } from './asking.ts';
import { type Bundle, bundleOf, insertBundle, nextBundle } from './bundle-store.ts';
import type { RequestForm, RequestsDeps } from './deps.ts';
import { fileRequest } from './file.ts';
import type { Request } from './read.ts';

export interface BundleForm extends Pick<RequestForm, 'q1' | 'q2' | 'q3' | 'project' | 'contact' | 'answersConcern'> {
  readonly channel: string;
  readonly files: readonly ProjectFile[];
}

/** What became of one package of the file. */
export type BundleLine =
  | { readonly asked: string; readonly outcome: 'filed' | 'joined'; readonly request: Request }
  | { readonly asked: string; readonly outcome: 'available'; readonly version: string }
  | { readonly asked: string; readonly outcome: 'refused'; readonly code: string; readonly what: string };

export interface FiledBundle {
  /** `null` where nothing had to be asked for. */
  readonly bundle: Bundle | null;
  readonly lines: readonly BundleLine[];
}

/** More releases in one go are more than a reviewer can look at together; the file is then taken in parts. */
export const MOST_IN_BUNDLE = 500;
/** Upstream is asked for a few names at once, politely. */
const AT_A_TIME = 6;

/**
 * Files what is missing. Each request stands by itself: one that cannot be filed is named, and holds up no other. Filing the
 * same file again joins the requests that are open, so nothing is lost where it was interrupted.
 */
export async function fileBundle(deps: RequestsDeps, actor: Actor, form: BundleForm): Promise<FiledBundle> {
  const { channel, files, ...answers } = form;
  requireMay(actor, 'file-request', { channel });
  const { targets } = await requireAsking(deps.db, actor, channel);
  const asked = files.flatMap((file) => readProject(file, deps.ecosystems, targets));
  if (asked.length === 0) return { bundle: null, lines: [] };
  const offered = await deps.offeredIn(channel);
  const available = await Promise.all(
    asked.map(async (one) => fitting(one, await offered(one.ecosystem.id, one.name))),
  );
  const missing = available.filter((version) => version === undefined).length;
  if (missing > MOST_IN_BUNDLE) throw tooMany(missing);
  const limit = pLimit(AT_A_TIME);
  const lines = await Promise.all(
    asked.map((one, at) => {
      const version = available[at];
      if (version !== undefined) return { asked: one.text, outcome: 'available', version } as const;
      return limit(() => lineOf(deps, actor, { channel, one, answers }));
    }),
  );
  const requests = [...new Set(lines.flatMap((line) => ('request' in line ? [line.request.id] : [])))];
  if (requests.length === 0) return { bundle: null, lines };
  const title = oneLine(
    'The name of the file',
    files
      .map(({ filename }) => filename)
      .join(', ')
      .slice(0, 80),
  );
  const bundle = await deps.ledger.change(actor, async ({ db, now, append }) => {
    const number = await nextBundle(db);
    const about = { id: `B-${number}`, number, channel, title, filed_by: actorName(actor), filed_at: now };
    const row = { ...about, packages: asked.length, available: asked.length - missing };
    await insertBundle(db, row, requests);
    append({ kind: 'bundle-filed', bundle: row.id, channel, title, requests });
    return bundleOf(row);
  });
  return { bundle, lines };
}

/** The newest version of those that fit what is asked for. */
function fitting(asked: AskedPackage, versions: readonly string[]): string | undefined {
  return versions.findLast((one) => fits(asked, one));
}

interface Line {
  readonly channel: string;
  readonly one: AskedPackage;
  readonly answers: Omit<BundleForm, 'channel' | 'files'>;
}

async function lineOf(deps: RequestsDeps, actor: Actor, { channel, one, answers }: Line): Promise<BundleLine> {
  const { ecosystem, name, extras, text } = one;
  try {
    const version = await versionOf(deps, channel, one);
    const extra = extras.length === 0 ? '' : `[${extras.join(',')}]`;
    const form = { ...answers, channel, ecosystem: ecosystem.id, name: `${name}${extra}`, version };
    const { outcome, request } = await fileRequest(deps, actor, form);
    return { asked: text, outcome, request };
  } catch (error) {
    // Words that are missing or wrong are the same for every line.
    if (!(error instanceof Problem) || error.kind === 'internal' || error.code.startsWith('text-')) throw error;
    return { asked: text, outcome: 'refused', code: error.code, what: error.what };
  }
}

/** The one version, the newest within a range, or `undefined` for the newest of all. */
async function versionOf(deps: RequestsDeps, channel: string, one: AskedPackage): Promise<string | undefined> {
  if (one.version !== null) return one.version;
  if (one.range === undefined) return undefined;
  const found = await deps.newestWithin({ channel, ecosystem: one.ecosystem.id, name: one.name, range: one.range });
  if (found.status === 'found') return found.version;
  throw new Problem({
    kind: found.status === 'none' ? 'not-allowed' : 'could-not-check',
    code: found.status === 'none' ? 'unknown-version' : 'could-not-check',
    what: found.status === 'none' ? `${one.name} has no version in ${one.range}` : found.reason,
  });
}

function tooMany(missing: number): Problem {
  return new Problem({
    kind: 'usage',
    code: 'too-many',
    what: `${missing} packages are not available, and one bundle takes ${MOST_IN_BUNDLE}`,
    next: 'Ask for parts of the project, one after the other.',
  });
}
