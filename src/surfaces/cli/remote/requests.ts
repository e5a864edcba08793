/** `pratique request` and `status` on a server elsewhere. */
import { z } from 'zod';
import { Problem } from '../../../domain/problem.ts';
import { moveText } from '../../../features/requests/read.ts';
import { filedHints, newOptions, nowText, stateText, whereToReadWhy } from '../commands/request.ts';
import { answerOptions, askedText, threeAnswers } from '../commands/request-answers.ts';
import { bootstrapGiven, draftsAnswer, filedAnswer, nothingToStart } from '../commands/request-bootstrap.ts';
import { packageAsked } from '../commands/request-name.ts';
import { bundlesAnswer, bundleText, filingAnswer } from '../commands/request-project.ts';
import { progressText, resolvedText } from '../commands/request-resolved.ts';
import { type Answer, fields, table } from '../output.ts';
import { untilCollected, waitOptions } from '../waiting.ts';
import type { Remote } from './client.ts';
import { one, passedOver, pathOf } from './fields.ts';
import { uploadsOf } from './uploads.ts';
import type { RemoteSession, RemoteWork } from './work.ts';

export const remoteRequest = z.looseObject({
  id: z.string(),
  channel: z.string(),
  ecosystem: z.string(),
  name: z.string(),
  version: z.string().nullable(),
  extras: z.array(z.string()),
  state: z.string(),
  verdict: z.string().nullable(),
  failure: z.string().nullable(),
  filedAt: z.string(),
  filedBy: z.string().nullable().default(null),
});
type RemoteRequest = z.infer<typeof remoteRequest>;
const listed = remoteRequest.extend({ now: z.string().nullable().default(null) });
const standing = z.object({
  state: z.string(),
  vetting: z.object({ step: z.string(), done: z.int(), total: z.int() }).nullable(),
});
const move = z.object({
  whose: z.enum(['system', 'reviewer', 'requester', 'provider', 'nobody']),
  since: z.string(),
  due: z.string().nullable(),
  isLate: z.boolean(),
});
const details = remoteRequest.extend({
  requesters: z.array(z.looseObject({ person: z.string(), q1: z.string(), withdrawnAt: z.string().nullable() })),
  move: move.optional(),
  messages: z.array(z.looseObject({ person: z.string(), kind: z.string(), text: z.string() })),
  now: z.object({ state: z.string(), reason: z.string().nullable() }).nullable(),
  // Servers of an earlier release do not say these.
  unavailableTargets: z.array(z.object({ target: z.string(), reason: z.string() })).default([]),
  resolved: z.object({ version: z.string(), passedOver: passedOver.nullable() }).nullable().default(null),
});
const bundle = z.looseObject({
  id: z.string(),
  channel: z.string(),
  title: z.string(),
  filedBy: z.string().nullable(),
  filedAt: z.string(),
  packages: z.int(),
  available: z.int(),
});
const bundleDetails = bundle.extend({ requests: z.array(remoteRequest) });
const filedBundle = z.object({
  bundle: bundle.nullable(),
  results: z.array(
    z.looseObject({
      asked: z.string(),
      outcome: z.string(),
      request: z.looseObject({ id: z.string() }).optional(),
      version: z.string().optional(),
      what: z.string().optional(),
    }),
  ),
});
const filedRequest = z.object({ outcome: z.string(), request: remoteRequest });
const draft = z.object({
  ...{ channel: z.string(), ecosystem: z.string(), name: z.string() },
  ...{ q1: z.string(), q2: z.string(), q3: z.string() },
});
const newGiven = z.tuple([z.string().optional(), z.string().optional(), newOptions]);
const listOptions = z.tuple([
  z.object({
    state: z.string().optional(),
    mine: z.boolean().optional(),
    bundles: z.boolean().optional(),
    drafts: z.boolean().optional(),
  }),
]);

export const requestWorks: Readonly<Record<string, RemoteWork>> = {
  async 'request-new'({ session, remote }, given) {
    const [first, second, options] = newGiven.parse(given);
    const { ecosystem, name, version } = packageAsked({ ecosystem: first, name: second, version: options.version });
    const { from } = options;
    if (from !== undefined) {
      if (name !== undefined || options.draft === true || options.fromDraft !== undefined) throw noDrafts();
      const body = {
        channel: session.channel,
        ...(await threeAnswers(session, options)),
        answersConcern: options.answers,
        files: await uploadsOf(from),
      };
      const { bundle: made, results } = await remote.ask(filedBundle, { method: 'POST', path: '/bundles', body });
      return filingAnswer(made, results, (line) => line.request?.id ?? line.version ?? line.what ?? '');
    }
    if (ecosystem === undefined || name === undefined || options.draft === true) throw noDrafts();
    const { answers: answersConcern } = options;
    const form = {
      channel: session.channel,
      ecosystem,
      name,
      version,
      answersConcern,
      ...(await threeAnswers(session, options)),
    };
    const { outcome, request: asked } = await remote.ask(filedRequest, {
      method: 'POST',
      path: '/requests',
      body: form,
    });
    const request = options.wait === true ? await collected(session, remote, asked.id) : asked;
    return {
      ...answerWith(request),
      json: { request, outcome },
      hints: filedHints(outcome, request),
    };
  },
  async 'request-list'({ session, remote }, given) {
    const [{ state, mine, bundles, drafts }] = listOptions.parse(given);
    if (drafts === true) throw noDrafts();
    if (bundles === true) return listBundles(remote, session.channel);
    const query = { channel: session.askedChannel, state, mine: mine === true ? 'true' : undefined };
    const results = await remote.list(listed, '/requests', query);
    return { json: { results }, text: rowsOf(results.map((each) => ({ ...each, state: stateText(each) }))) };
  },
  async 'request-show'({ session, remote }, given) {
    const [id, { wait }] = z.tuple([z.string(), waitOptions]).parse(given);
    if (/^B-/.test(id)) return showBundle(remote, id);
    if (wait === true) await collected(session, remote, id);
    const { value } = await remote.read(details, pathOf('requests', id));
    const said = value.messages.map(({ person, kind, text }) => `\n${kind} by ${person}: ${text}`).join('');
    const { json, text } = answerWith(value, value.move);
    const { vetting } = await remote.ask(standing, { method: 'GET', path: pathOf('requests', id, 'progress') });
    const far = `${progressText(vetting)}${resolvedText(value.resolved)}`;
    return {
      json,
      text: `${text}${nowText(value.now, value.unavailableTargets)}${far}${askedText(value.requesters)}${said}`,
      hints: whereToReadWhy(value),
    };
  },
  async 'request-join'({ session, remote }, given) {
    const [id, options] = z.tuple([z.string(), answerOptions]).parse(given);
    const body = await threeAnswers(session, options);
    return answerWith(
      await remote.ask(remoteRequest, { method: 'POST', path: pathOf('requests', id, 'requesters'), body }),
    );
  },
  async 'request-answer'({ remote }, given) {
    const [id, text] = z.tuple([z.string(), z.string(), z.unknown()]).parse(given);
    const path = pathOf('requests', id, 'answers');
    return answerWith(await remote.ask(remoteRequest, { method: 'POST', path, body: { text } }));
  },
  async 'request-withdraw'({ remote }, given) {
    const [id] = one.parse(given);
    return answerWith(await remote.ask(remoteRequest, { method: 'POST', path: pathOf('requests', id, 'withdrawal') }));
  },
  async 'request-retry'({ remote }, given) {
    const [id] = one.parse(given);
    return answerWith(await remote.ask(remoteRequest, { method: 'POST', path: pathOf('requests', id, 'collection') }));
  },
  async 'request-discard'({ remote }, given) {
    const [id] = one.parse(given);
    await remote.ask(z.unknown(), { method: 'DELETE', path: pathOf('drafts', id) });
    return { json: { discarded: id }, text: `${id} is gone` };
  },
  async 'request-bootstrap'({ session: { channel }, remote }, given) {
    const [ecosystem = 'pypi', { file }] = bootstrapGiven.parse(given);
    const call = { method: 'GET', path: pathOf('requests', 'bootstrap', ecosystem), query: { channel } } as const;
    const { results: drafts } = await remote.ask(z.object({ results: z.array(draft) }), call);
    if (file !== true) return draftsAnswer(channel, ecosystem, drafts);
    if (drafts.length === 0) throw nothingToStart(ecosystem);
    const filed: RemoteRequest[] = [];
    for (const body of drafts) {
      const { request } = await remote.ask(filedRequest, { method: 'POST', path: '/requests', body });
      filed.push(request);
    }
    return filedAnswer(channel, filed, packageOf);
  },
  async status({ session, remote }) {
    const results = await remote.list(remoteRequest, '/requests', { channel: session.askedChannel, mine: 'true' });
    return { json: { results }, text: rowsOf(results) };
  },
};

/** The request when its evidence is there, or could not be collected. */
async function collected({ progress }: RemoteSession, remote: Remote, id: string): Promise<RemoteRequest> {
  await untilCollected(progress, async () => (await remote.read(standing, pathOf('requests', id, 'progress'))).value);
  return (await remote.read(remoteRequest, pathOf('requests', id))).value;
}

export function packageOf({ ecosystem, name, extras, version }: RemoteRequest): string {
  const extra = extras.length === 0 ? '' : `[${extras.join(',')}]`;
  return `${ecosystem} ${name}${extra}${version === null ? '' : ` ${version}`}`;
}

function rowsOf(results: readonly RemoteRequest[]): string {
  const rows = results.map((each) => [each.id, each.channel, packageOf(each), each.state, each.filedAt.slice(0, 10)]);
  return table(['ID', 'CHANNEL', 'PACKAGE', 'STATE', 'FILED'], rows);
}

function answerWith(request: RemoteRequest, waiting?: z.infer<typeof move>) {
  const text = fields([
    ['request', request.id],
    ['package', packageOf(request)],
    ['channel', request.channel],
    ['state', request.state],
    ...(waiting === undefined ? [] : [['move', moveText(waiting)] as const]),
    ['filed', `${request.filedAt}${request.filedBy === null ? '' : ` by ${request.filedBy}`}`],
    ['verdict', request.verdict ?? 'none yet'],
    ...(request.failure === null ? [] : [['could not check', request.failure] as const]),
  ]);
  return { json: { request }, text };
}

async function showBundle(remote: Remote, id: string): Promise<Answer> {
  const { value } = await remote.read(bundleDetails, pathOf('bundles', id));
  const { requests: results, ...about } = value;
  return { json: { bundle: about, results }, text: `${bundleText(about)}\n\n${rowsOf(results)}` };
}

async function listBundles(remote: Remote, channel: string): Promise<Answer> {
  const results = await remote.list(bundle, '/bundles', { channel });
  return bundlesAnswer(results);
}

/** Drafts are kept by the API itself (`/drafts`), or on the home. */
function noDrafts(): Problem {
  return new Problem({
    kind: 'usage',
    code: 'home-only',
    what: 'On a server elsewhere, this command asks for one package, or with --from for what a project needs',
    next: 'Name the ecosystem and the package, or files; drafts: on the home, or by the API (/api/v1/openapi.json).',
  });
}
