/** `pratique request` and `status` on a server elsewhere. */
import { z } from 'zod';
import { Problem } from '../../../domain/problem.ts';
import { newOptions } from '../commands/request.ts';
import { answerOptions, threeAnswers } from '../commands/request-answers.ts';
import { fields, table } from '../output.ts';
import type { RemoteWork } from './work.ts';

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
const details = remoteRequest.extend({
  messages: z.array(z.looseObject({ person: z.string(), kind: z.string(), text: z.string() })),
});
const newGiven = z.tuple([z.string().optional(), z.string().optional(), newOptions]);
const one = z.tuple([z.string(), z.unknown()]);
const listOptions = z.tuple([z.object({ state: z.string().optional(), mine: z.boolean().optional() })]);

export const requestWorks: Readonly<Record<string, RemoteWork>> = {
  async 'request-new'({ session, remote }, given) {
    const [ecosystem, name, options] = newGiven.parse(given);
    if (ecosystem === undefined || name === undefined || options.draft === true) throw oneOnly();
    const { version, answers: answersConcern } = options;
    const form = {
      channel: session.channel,
      ecosystem,
      name,
      version,
      answersConcern,
      ...(await threeAnswers(session, options)),
    };
    const filed = z.object({ outcome: z.string(), request: remoteRequest });
    const { outcome, request } = await remote.ask(filed, { method: 'POST', path: '/requests', body: form });
    return {
      ...answerWith(request),
      json: { request, outcome },
      hints: [`pratique request show ${request.id} tells what becomes of it`],
    };
  },
  async 'request-list'({ session, remote }, given) {
    const [{ state, mine }] = listOptions.parse(given);
    const query = { channel: session.askedChannel, state, mine: mine === true ? 'true' : undefined };
    const results = await remote.list(remoteRequest, '/requests', query);
    return { json: { results }, text: rowsOf(results) };
  },
  async 'request-show'({ remote }, given) {
    const [id] = one.parse(given);
    const { value } = await remote.read(details, `/requests/${encodeURIComponent(id)}`);
    const said = value.messages.map(({ person, kind, text }) => `\n${kind} by ${person}: ${text}`).join('');
    const { json, text } = answerWith(value);
    return { json, text: `${text}${said}` };
  },
  async 'request-join'({ session, remote }, given) {
    const [id, options] = z.tuple([z.string(), answerOptions]).parse(given);
    const body = await threeAnswers(session, options);
    return answerWith(
      await remote.ask(remoteRequest, { method: 'POST', path: `/requests/${encodeURIComponent(id)}/requesters`, body }),
    );
  },
  async 'request-answer'({ remote }, given) {
    const [id, text] = z.tuple([z.string(), z.string(), z.unknown()]).parse(given);
    const path = `/requests/${encodeURIComponent(id)}/answers`;
    return answerWith(await remote.ask(remoteRequest, { method: 'POST', path, body: { text } }));
  },
  async 'request-withdraw'({ remote }, given) {
    const [id] = one.parse(given);
    return answerWith(
      await remote.ask(remoteRequest, { method: 'POST', path: `/requests/${encodeURIComponent(id)}/withdrawal` }),
    );
  },
  async status({ session, remote }) {
    const results = await remote.list(remoteRequest, '/requests', { channel: session.askedChannel, mine: 'true' });
    return { json: { results }, text: rowsOf(results) };
  },
};

export function packageOf({ ecosystem, name, extras, version }: RemoteRequest): string {
  const extra = extras.length === 0 ? '' : `[${extras.join(',')}]`;
  return `${ecosystem} ${name}${extra}${version === null ? '' : ` ${version}`}`;
}

function rowsOf(results: readonly RemoteRequest[]): string {
  const rows = results.map((each) => [each.id, each.channel, packageOf(each), each.state, each.filedAt.slice(0, 10)]);
  return table(['ID', 'CHANNEL', 'PACKAGE', 'STATE', 'FILED'], rows);
}

function answerWith(request: RemoteRequest) {
  const text = fields([
    ['request', request.id],
    ['package', packageOf(request)],
    ['channel', request.channel],
    ['state', request.state],
    ['filed', `${request.filedAt}${request.filedBy === null ? '' : ` by ${request.filedBy}`}`],
    ['verdict', request.verdict ?? 'none yet'],
    ...(request.failure === null ? [] : [['could not check', request.failure] as const]),
  ]);
  return { json: { request }, text };
}

/** Bundles and drafts are filed by the API itself (`/bundles`, `/drafts`), or on the home. */
function oneOnly(): Problem {
  return new Problem({
    kind: 'usage',
    code: 'home-only',
    what: 'On a server elsewhere, this command asks for one package at a time',
    next: 'Name the ecosystem and the package; projects and drafts: on the home, or by the API (/api/v1/openapi.json).',
  });
}
