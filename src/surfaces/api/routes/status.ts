/** `/status` and `/refusals`: how the server stands, and why a package is refused. */
import { z } from 'zod';
import { isInReach, requireMay, requireMaySomewhere, requireReachEverywhere } from '../../../domain/authority.ts';
import { refusalTitle } from '../../../domain/refusal.ts';
import type { ApiApp } from '../app.ts';
import { channelName, ecosystemId, packageName, time, versionText } from '../fields.ts';
import { type Call, data, operation } from '../operation.ts';

const refusal = z
  .object({
    channel: z.string(),
    state: z.string(),
    title: z.string(),
    ecosystem: z.string(),
    name: z.string(),
    version: z.string().optional(),
    id: z.string().optional().meta({ description: 'The request, denial or quarantine behind it.' }),
    reason: z.string().optional(),
    alternative: z.string().optional().meta({ description: 'A version that works now.' }),
    at: z.string().optional(),
    advisory: z.string().optional(),
  })
  .meta({ id: 'Refusal' });

/** What anybody hears, and whoever signed in of every channel that their token reaches. */
async function heard(
  { app, actorIfAny, from }: Pick<Call<unknown, unknown, unknown>, 'app' | 'actorIfAny' | 'from'>,
  asked: Parameters<ApiApp['refusals']>[0],
) {
  const byAnybody = await app.refusals(asked, () => ({ address: from.address, token: undefined }));
  if (actorIfAny === undefined) return byAnybody;
  const open = new Set(byAnybody.map(({ channel }) => channel));
  const { ecosystem } = asked;
  const all = await app.refusals(asked, 'signed-in');
  return all.filter(({ channel }) => open.has(channel) || isInReach(actorIfAny, 'read', { channel, ecosystem }));
}

const checkState = z.enum(['ok', 'warning', 'failed']);
const check = z
  .object({
    name: z.string(),
    state: checkState,
    detail: z.string(),
    next: z.string().nullable().meta({ description: 'What to do about it; null where it is well.' }),
  })
  .meta({ id: 'DoctorCheck' });
const source = z.object({
  ecosystem: z.string(),
  name: z.string(),
  answers: z.boolean(),
  state: checkState,
  detail: z.string(),
});

export const status = [
  operation({
    method: 'get',
    path: '/status',
    id: 'showStatus',
    summary: 'Whether the server can do its work now',
    access: 'signed-in',
    answer: z.object({
      ready: z.boolean(),
      problems: z.array(z.string()),
      notes: z.array(z.string()),
      version: z.string(),
      now: time,
    }),
    async work({ app, actor }) {
      requireMaySomewhere(actor, 'read');
      const { problems, notes } = await app.readiness();
      return data({
        ready: problems.length === 0,
        problems,
        notes,
        version: app.version,
        now: app.now().toISOString(),
      });
    },
  }),
  operation({
    method: 'get',
    path: '/doctor',
    id: 'examineInstallation',
    summary: 'What is not well with the installation, and what to do about it. Changes nothing',
    description:
      'Stored bytes are read on the machine alone (`pratique doctor --deep`), and what is stuck is tried again there.',
    access: 'examine',
    query: z.strictObject({
      sources: z
        .enum(['true', 'false'])
        .default('false')
        .meta({ description: 'Only ask the sources of packages whether they answer.' }),
    }),
    answer: z.object({ checks: z.array(check), sources: z.array(source) }),
    async work({ app, actor, query }) {
      requireMay(actor, 'examine');
      requireReachEverywhere(actor, 'examine');
      return data(await app.examine({ sourcesOnly: query.sources === 'true' }));
    },
  }),
  operation({
    method: 'get',
    path: '/refusals/{ecosystem}/{name}',
    id: 'explainRefusal',
    summary: 'Why a package is refused: what its page says to anybody',
    access: 'public',
    params: z.strictObject({ ecosystem: ecosystemId, name: packageName }),
    query: z.strictObject({ version: versionText.optional(), channel: channelName.optional() }),
    answer: z.object({ results: z.array(refusal) }),
    async work({ app, actorIfAny, from, params, query }) {
      const found = app.ecosystems.find(({ id }) => id === params.ecosystem);
      const name = found?.names.normalise(params.name);
      const version = query.version === undefined ? undefined : found?.versions.normalise(query.version);
      if (found === undefined || name === undefined) return data({ results: [] });
      const all = await heard({ app, actorIfAny, from }, { ecosystem: found.id, name, version });
      const asked = all.filter(({ channel }) => (query.channel ?? channel) === channel);
      return data({ results: asked.map((one) => ({ ...one, title: refusalTitle(one.state) })) });
    },
  }),
];
