/** Filing: the words checked, the package checked, and one open request per package. */
import { requireMay } from '../../domain/authority.ts';
import { freeText, optionalText } from '../../domain/free-text.ts';
import { type Actor, actorName } from '../../domain/people.ts';
import { Problem, type ProblemKind } from '../../domain/problem.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { requireChannel } from '../channels/read.ts';
import { decisionsAbout } from '../decisions/read.ts';
import { clearedEntries, denials, isDenied } from '../lists/read.ts';
import type { Filed, RequestForm, RequestsDeps } from './index.ts';
import { requestOf, unknownRequest } from './read.ts';
import { findOpen, insertRequest, nextNumber, rowsOf, saveRequester } from './store.ts';

/** Files a request, or joins the open one; with `joins` only that one. */
export async function fileRequest(
  deps: RequestsDeps,
  actor: Actor,
  form: RequestForm & { joins?: string },
): Promise<Filed> {
  requireMay(actor, 'file-request');
  const q1 = freeText('The first answer (--q1)', form.q1);
  const q2 = freeText('The second answer (--q2)', form.q2);
  const q3 = freeText('The third answer (--q3, or unknown)', form.q3);
  const asked = normalised(deps, form);
  await requireChannel(deps.db, asked.channel);
  await requireOpenToRequest(deps, asked);
  const concern = await concernOf(deps.db, asked);
  const answer = optionalText('The answer to the concern', form.answersConcern);
  const open = await findOpen(deps.db, asked);
  if (open === undefined && form.joins !== undefined) throw unknownRequest(form.joins);
  if (open === undefined) {
    if (concern !== undefined && answer === null)
      throw problem(
        'not-allowed',
        'concern-unanswered',
        `${concern.request} for ${asked.name} was not accepted: ${concern.text}`,
        'Answer the concern with --answers-concern TEXT.',
      );
    const { status, ...refusal } = await deps.preflight(asked);
    if (status === 'refused' && 'code' in refusal)
      throw new Problem({ kind: refusal.code === 'could-not-check' ? 'could-not-check' : 'not-allowed', ...refusal });
  }
  return deps.ledger.change(actor, async ({ db, now, append }) => {
    const number = await nextNumber(db);
    const person = actorName(actor);
    const row = {
      ...asked,
      id: `R-${number}`,
      number,
      state: 'submitted' as const,
      filed_by: person,
      filed_at: now,
      moved_at: now,
      evidence: null,
      verdict: null,
      failure: null,
      answers_request: concern?.request ?? null,
      answers_concern: answer,
    };
    const isNew = open === undefined && (await insertRequest(db, row));
    const request = isNew ? row : await findOpen(db, asked);
    if (request === undefined)
      throw problem('conflict', 'request-ended', 'The open request for this package ended meanwhile', 'File it again.');
    await saveRequester(db, { request: request.id, person, q1, q2, q3, joined_at: now, withdrawn_at: null });
    if (isNew) append({ kind: 'request-filed', request: request.id, ...asked });
    else append({ kind: 'request-joined', request: request.id, channel: asked.channel });
    return { request: requestOf(request), outcome: isNew ? 'filed' : 'joined' };
  });
}

function normalised(deps: RequestsDeps, form: RequestForm) {
  const ecosystem = deps.ecosystem(form.ecosystem);
  if (ecosystem === undefined)
    throw problem(
      'usage',
      'unknown-ecosystem',
      `${JSON.stringify(form.ecosystem.slice(0, 40))} is no ecosystem here`,
      'Use pypi.',
    );
  const parsed = ecosystem.names.parseRequest(form.name);
  if (parsed === undefined)
    throw problem(
      'usage',
      'not-a-name',
      `${JSON.stringify(form.name.slice(0, 80))} is no package name in ${ecosystem.title}`,
      'Check the spelling.',
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

async function requireOpenToRequest(deps: RequestsDeps, asked: Asked): Promise<void> {
  const rules = deps.ecosystem(asked.ecosystem)?.versions;
  const denial = rules === undefined ? undefined : isDenied(await denials(deps.db, asked.channel), asked, rules);
  if (denial !== undefined)
    throw problem(
      'not-allowed',
      'denied',
      `${asked.name} is on the denied list (${denial.id}): ${denial.reason}`,
      'It is not open to request; ask a reviewer about the denial.',
    );
  const entries = await clearedEntries(deps.db, asked.channel, { ecosystem: asked.ecosystem, name: asked.name });
  const there = entries.find(
    (entry) =>
      (asked.version === null || entry.version === asked.version) &&
      asked.extras.every((extra) => entry.extras.includes(extra)),
  );
  if (there !== undefined)
    throw problem(
      'conflict',
      'already-available',
      `${there.name} ${there.version} is already available in ${asked.channel}`,
      'Install it, or name another version with --version.',
    );
}

/** The concern that stands about a package: that of the last request that ended, where it was not accepted. */
async function concernOf(db: Queryable, asked: Asked): Promise<{ request: string; text: string } | undefined> {
  const { channel, ecosystem, name } = asked;
  const last = (await rowsOf(db, { channel, ecosystem, name, states: ['accepted', 'rejected', 'overturned'] })).at(-1);
  if (last === undefined || last.state === 'accepted') return undefined;
  const about = (await decisionsAbout(db, asked)).findLast((one) => one.request === last.id);
  return { request: last.id, text: about?.concern ?? 'a data provider objected' };
}

function problem(kind: ProblemKind, code: string, what: string, next: string): Problem {
  return new Problem({ kind, code, what, next });
}
