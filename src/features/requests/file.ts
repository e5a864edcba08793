/** Filing: the words checked, the package checked, and one open request per package. */
import { requireMay } from '../../domain/authority.ts';
import { freeText, oneLine, optionalText } from '../../domain/free-text.ts';
import { unknownEcosystem } from '../../domain/package-range.ts';
import { type Actor, actorName } from '../../domain/people.ts';
import { Problem, type ProblemKind } from '../../domain/problem.ts';
import { purlOf } from '../../domain/purl.ts';
import type { Queryable } from '../../platform/db/port.ts';
import type { Change } from '../../platform/ledger/port.ts';
import { decisionsAbout } from '../decisions/read.ts';
import { clearedEntries, denials, isDenied } from '../lists/read.ts';
import { findWindow } from '../objections/read.ts';
import { isQuarantined, listQuarantines } from '../quarantine/read.ts';
import { snapshotsOf } from '../snapshots/read.ts';
import { requireAsking } from './asking.ts';
import type { Filed, RequestForm, RequestsDeps } from './deps.ts';
import { requestOf, unknownRequest } from './read.ts';
import { findOpen, insertRequest, lastDecided, nextNumber, type RequestRow, saveRequester } from './store.ts';

/** Files a request, or joins the open one; with `joins` only that one. */
export async function fileRequest(
  deps: RequestsDeps,
  actor: Actor,
  form: RequestForm & { joins?: string },
): Promise<Filed> {
  requireMay(actor, 'file-request', form);
  const words = wordsOf(form);
  const asked = normalised(deps, form);
  await requireAsking(deps.db, actor, asked.channel);
  const ask = {
    ...asked,
    joins: form.joins,
    answer: optionalText('The answer to the concern', form.answersConcern),
  };
  const isChecked = (await standing(deps, deps.db, ask)).open === undefined;
  if (isChecked) await requirePreflight(deps, asked);
  return deps.ledger.change(actor, async (change) => {
    // Asked again: a denial, a decision or a colleague's request may have come in while upstream was asked.
    const { open, concern } = await standing(deps, change.db, ask);
    if (open === undefined && !isChecked) throw endedMeanwhile();
    const mine = open === undefined ? await insert(change, { ...ask, actor, concern }) : undefined;
    const request = mine ?? open ?? (await findOpen(change.db, asked));
    if (request === undefined) throw endedMeanwhile();
    const requester = { request: request.id, person: actorName(actor), joined_at: change.now, withdrawn_at: null };
    await saveRequester(change.db, { ...requester, ...words });
    if (mine === undefined) change.append({ kind: 'request-joined', request: request.id, channel: asked.channel });
    else change.append({ kind: 'request-filed', request: request.id, ...asked });
    return { request: requestOf(request), outcome: mine === undefined ? 'joined' : 'filed' };
  });
}

function wordsOf(form: RequestForm) {
  return {
    q1: freeText('The first answer (--q1)', form.q1),
    q2: freeText('The second answer (--q2)', form.q2),
    q3: freeText('The third answer (--q3, or unknown)', form.q3),
    project: optionalLine('The project', form.project),
    contact: optionalLine('The contact', form.contact),
  };
}

function optionalLine(field: string, raw: string | undefined): string | null {
  return raw === undefined || raw.trim() === '' ? null : oneLine(field, raw);
}

type Ask = Asked & { readonly joins: string | undefined; readonly answer: string | null };
interface Concern {
  readonly request: string;
  readonly text: string;
}

/** The open request to join, or the concern to answer where there is none; throws what stands against asking. */
async function standing(deps: RequestsDeps, db: Queryable, ask: Ask) {
  await requireNotDenied(deps, db, ask);
  const open = await findOpen(db, ask);
  if (open !== undefined) return { open, concern: undefined };
  if (ask.joins !== undefined) throw unknownRequest(ask.joins);
  await requireMissing(deps, db, ask);
  const concern = await concernOf(db, ask);
  if (concern !== undefined && ask.answer === null)
    throw problem(
      'not-allowed',
      'concern-unanswered',
      `${concern.request} for ${ask.name} was not accepted: ${concern.text}`,
      'Answer the concern with --answers TEXT.',
    );
  return { open, concern };
}

async function requirePreflight(deps: RequestsDeps, asked: Asked): Promise<void> {
  const { status, ...refusal } = await deps.preflight(asked);
  if (status === 'refused' && 'code' in refusal)
    throw new Problem({ kind: refusal.code === 'could-not-check' ? 'could-not-check' : 'not-allowed', ...refusal });
}

/** The new request, or `undefined` where somebody else filed the same at this moment. */
async function insert(
  { db, now }: Change,
  { channel, ecosystem, name, version, extras, ...more }: Ask & { actor: Actor; concern: Concern | undefined },
): Promise<RequestRow | undefined> {
  const number = await nextNumber(db);
  const row = {
    ...{ channel, ecosystem, name, version, extras },
    id: `R-${number}`,
    number,
    state: 'submitted' as const,
    filed_by: actorName(more.actor),
    filed_at: now,
    moved_at: now,
    evidence: null,
    verdict: null,
    failure: null,
    answers_request: more.concern?.request ?? null,
    answers_concern: more.concern === undefined ? null : more.answer,
  };
  return (await insertRequest(db, row)) ? row : undefined;
}

function normalised(deps: RequestsDeps, form: RequestForm) {
  const ecosystem = deps.ecosystem(form.ecosystem);
  if (ecosystem === undefined) throw unknownEcosystem(form.ecosystem, deps.ecosystems);
  const parsed = ecosystem.names.parseRequest(form.name);
  if (parsed === undefined)
    throw problem(
      'usage',
      'not-a-name',
      `${JSON.stringify(form.name.slice(0, 80))} is no package name in ${ecosystem.title}`,
      'Check the spelling; a version goes by itself: --version 1.2.3, or "version" in the API.',
    );
  const version = form.version === undefined ? null : ecosystem.versions.normalise(form.version);
  if (version === undefined)
    throw problem(
      'usage',
      'not-a-version',
      `${JSON.stringify(form.version?.slice(0, 80))} is no version in ${ecosystem.title}`,
      'Leave it out to ask for the newest.',
    );
  return { channel: form.channel, ecosystem: ecosystem.id, name: parsed.name, version, extras: [...parsed.extras] };
}

type Asked = ReturnType<typeof normalised>;

async function requireNotDenied(deps: RequestsDeps, db: Queryable, asked: Asked): Promise<void> {
  const rules = deps.ecosystem(asked.ecosystem)?.versions;
  const denial = rules === undefined ? undefined : isDenied(await denials(db, asked.channel), asked, rules);
  if (denial !== undefined)
    throw problem(
      'not-allowed',
      'denied',
      `${asked.name} is on the denied list (${denial.id}): ${denial.reason}`,
      'It is not open to request; ask a reviewer about the denial.',
    );
}

/** What can be installed already is not asked for again; what is denied or quarantined by now cannot be installed. */
async function requireMissing(deps: RequestsDeps, db: Queryable, asked: Asked): Promise<void> {
  const rules = deps.ecosystem(asked.ecosystem)?.versions;
  if (rules === undefined) return;
  const { channel, ecosystem, name } = asked;
  const denied = await denials(db, channel);
  const quarantined = await listQuarantines(db);
  const there = (await clearedEntries(db, channel, { ecosystem, name })).filter(
    (entry) =>
      (asked.version === null || entry.version === asked.version) &&
      asked.extras.every((extra) => entry.extras.includes(extra)) &&
      isDenied(denied, entry, rules) === undefined &&
      isQuarantined(quarantined, entry, rules) === undefined,
  );
  const offered = await (await deps.offeredIn(channel))(ecosystem, name);
  const available = there.findLast(({ version }) => offered.includes(version));
  const entry = available ?? there.at(-1);
  if (entry === undefined) return await requireNotBehind(deps, db, asked, offered);
  const lost = await rolledBackBehind(db, channel, available?.addedAt);
  if (lost !== undefined) throw rolledBack(asked, entry.version, lost);
  const { version } = entry;
  throw problem(
    'conflict',
    'already-available',
    available === undefined
      ? `${name} ${version} is accepted in ${channel} already, and its current snapshot does not offer it`
      : `${name} ${version} is already available in ${channel}`,
    available === undefined
      ? `What holds it up: pratique why ${purlOf({ ecosystem, name, version })}. Where something it needs is stopped, ask for another version of that, or name another version of this one with --version.`
      : `Install it, or name another version with --version. Where it is refused all the same: pratique why ${purlOf({ ecosystem, name })}`,
  );
}

/** What a channel offered as a dependency before it was rolled back comes back with that: nobody has to ask for it. */
async function requireNotBehind(
  deps: RequestsDeps,
  db: Queryable,
  asked: Asked,
  offered: readonly string[],
): Promise<void> {
  const lost = await rolledBackBehind(db, asked.channel, undefined);
  if (lost === undefined || asked.extras.length > 0) return;
  const before = await (await deps.offeredIn(asked.channel, 'before-rollback'))(asked.ecosystem, asked.name);
  const version = before.findLast((one) => asked.version === null || one === asked.version);
  if (version !== undefined && !offered.includes(version)) throw rolledBack(asked, version, lost);
}

interface RolledBack {
  readonly to: number;
  readonly from: number | undefined;
}

function rolledBack({ channel, name }: Asked, version: string, { to, from }: RolledBack): Problem {
  return problem(
    'conflict',
    'rolled-back',
    `${name} ${version} is accepted, but ${channel} was rolled back to snapshot ${to}, which is of before`,
    from === undefined
      ? 'It need not be asked for again: it comes with the next snapshot.'
      : `It need not be asked for again. An operator rolls forward: pratique snapshot rollback ${from} --channel ${channel}.`,
  );
}

/** The snapshot that a channel was rolled back to, where something was accepted only later, and the newest one that may hold it. */
async function rolledBackBehind(
  db: Queryable,
  channel: string,
  addedAt: string | undefined,
): Promise<RolledBack | undefined> {
  const snapshots = await snapshotsOf(db, channel);
  const current = snapshots[0];
  let shown = current;
  // A rollback may repeat a rollback.
  while (shown !== undefined && shown.rolledBackTo !== null) {
    const { rolledBackTo } = shown;
    shown = snapshots.find(({ number }) => number === rolledBackTo);
  }
  if (current === undefined || shown === undefined || shown === current) return undefined;
  const since = addedAt ?? shown.publishedAt;
  const from = snapshots.find((one) => one.rolledBackTo === null && one.publishedAt >= since)?.number;
  return addedAt === undefined || shown.publishedAt < addedAt ? { to: shown.number, from } : undefined;
}

/** The concern that stands about a package: that of the last request that ended, where it was not accepted. */
async function concernOf(db: Queryable, asked: Asked): Promise<Concern | undefined> {
  const last = await lastDecided(db, asked);
  if (last === undefined || last.state === 'accepted') return undefined;
  const about = (await decisionsAbout(db, asked)).findLast((one) => one.request === last.id && one.undoneAt === null);
  const window = about === undefined ? undefined : await findWindow(db, about.id);
  const overturned = window?.said.findLast((one) => one.kind === 'overturn')?.text;
  const text = last.state === 'overturned' ? overturned : about?.concern;
  return { request: last.id, text: text ?? about?.reason ?? 'no concern was written down' };
}

function endedMeanwhile(): Problem {
  return problem('conflict', 'request-ended', 'The open request for this package ended meanwhile', 'File it again.');
}

function problem(kind: ProblemKind, code: string, what: string, next: string): Problem {
  return new Problem({ kind, code, what, next });
}
