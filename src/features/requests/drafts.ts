/** Drafts: a form that is not finished, kept for the person who writes it and for nobody else. */
import { sql } from 'kysely';
import { requireMay } from '../../domain/authority.ts';
import { optionalText } from '../../domain/free-text.ts';
import { type Actor, actorName } from '../../domain/people.ts';
import { requireChannel } from '../channels/read.ts';
import type { RequestForm, RequestsDeps } from './deps.ts';
import {
  type Draft,
  type DraftRow,
  deleteDraft,
  draftOf,
  draftProblem,
  draftRows,
  findDraft,
  insertDraft,
} from './draft-store.ts';

export interface DraftForm
  extends Pick<RequestForm, 'channel' | 'ecosystem' | 'name' | 'version' | 'project' | 'contact'> {
  readonly q1?: string | undefined;
  readonly q2?: string | undefined;
  readonly q3?: string | undefined;
}

/** More unfinished forms than anybody finishes. */
const MOST_DRAFTS = 200;

export async function saveDraft(deps: RequestsDeps, actor: Actor, form: DraftForm): Promise<Draft> {
  requireMay(actor, 'file-request', form);
  await requireChannel(deps.db, form.channel);
  const ecosystem = deps.ecosystem(form.ecosystem);
  const named = ecosystem?.names.parseRequest(form.name);
  if (ecosystem === undefined || named === undefined)
    throw draftProblem(
      'usage',
      'not-a-name',
      `${JSON.stringify(form.name.slice(0, 80))} is no package in ${form.ecosystem.slice(0, 40)}`,
    );
  const person = actorName(actor);
  if ((await draftRows(deps.db, person)).length >= MOST_DRAFTS)
    throw draftProblem('conflict', 'too-many', `${person} has ${MOST_DRAFTS} drafts already`);
  const extras = named.extras.length === 0 ? '' : `[${named.extras.join(',')}]`;
  const { rows } = await sql<{ id: string }>`select 'T-' || nextval('draft_ids') as id`.execute(deps.db);
  const row: DraftRow = {
    id: rows[0]?.id ?? 'T-0',
    person,
    channel: form.channel,
    ecosystem: ecosystem.id,
    name: `${named.name}${extras}`,
    version: form.version ?? null,
    q1: optionalText('The first answer', form.q1),
    q2: optionalText('The second answer', form.q2),
    q3: optionalText('The third answer', form.q3),
    project: optionalText('The project', form.project),
    contact: optionalText('The contact', form.contact),
    saved_at: deps.clock.now(),
  };
  await insertDraft(deps.db, row);
  return draftOf(row);
}

/** Throws `unknown-draft`. */
export async function discardDraft(deps: RequestsDeps, actor: Actor, id: string): Promise<void> {
  await findDraft(deps.db, actorName(actor), id);
  await deleteDraft(deps.db, actorName(actor), id);
}
