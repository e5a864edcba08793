/** `pratique review` and `objection` on a server elsewhere. */
import { z } from 'zod';
import { wordsOfPassedOver } from '../../../domain/passed-over.ts';
import { parseWhole } from '../arguments.ts';
import { purlDecided, windowsAnswer } from '../commands/objection.ts';
import { choiceOf, decideOptions, NOTHING_WAITS, whatToDecide } from '../commands/review.ts';
import { findingLines } from '../evidence-output.ts';
import { EXIT } from '../exit-codes.ts';
import { fields, table } from '../output.ts';
import { one, passedOver, pathOf } from './fields.ts';
import { packageOf, remoteRequest } from './requests.ts';
import type { RemoteWork } from './work.ts';

const queued = remoteRequest.extend({ asking: z.int() });
const decision = z.looseObject({
  id: z.string(),
  outcome: z.string(),
  list: z.string().nullable(),
  evidence: z.string().nullable(),
  dossier: z.string().nullable(),
  undoUntil: z.string().nullable().default(null),
});
const evidence = z.looseObject({
  digest: z.string(),
  root: z.string(),
  passedOver: passedOver.optional(),
  verdict: z.looseObject({ outcome: z.string() }),
  releases: z.array(
    z.looseObject({
      purl: z.string(),
      verdict: z.looseObject({ outcome: z.string() }),
      evidence: z.array(
        z.looseObject({
          scanner: z.string(),
          status: z.string(),
          reason: z.string().nullable(),
          findings: z.array(
            z.looseObject({
              ...{ kind: z.string(), severity: z.string(), summary: z.string() },
              location: z.string().nullish(),
            }),
          ),
        }),
      ),
    }),
  ),
});
const decidedAbout = z.looseObject({ ecosystem: z.string(), name: z.string(), version: z.string().nullable() });
const window = z.looseObject({
  id: z.string(),
  decision: z.string(),
  channel: z.string(),
  state: z.string(),
  providers: z.array(z.string()),
  closesAt: z.string().nullable(),
});

export const reviewWorks: Readonly<Record<string, RemoteWork>> = {
  async 'review-queue'({ session, remote }) {
    const results = await remote.list(queued, '/review', { channel: session.askedChannel });
    const rows = results.map((each) => [
      each.id,
      each.channel,
      packageOf(each),
      each.verdict ?? '',
      String(each.asking),
    ]);
    const list = table(['ID', 'CHANNEL', 'PACKAGE', 'VERDICT', 'ASKING'], rows);
    return { json: { results }, text: rows.length === 0 ? NOTHING_WAITS : list };
  },
  async 'review-show'({ session, remote }, given) {
    const [id] = one.parse(given);
    const { value: request } = await remote.read(remoteRequest, pathOf('requests', id));
    const head = `${id} ${packageOf(request)} in ${request.channel}: ${request.state}`;
    if (session.document !== undefined) {
      const document = await remote.document(pathOf('requests', id, 'dossier'), { format: session.document });
      return { json: { request }, text: head, document };
    }
    const { value: found } = await remote.read(evidence, pathOf('requests', id, 'evidence'));
    const { releases: results, ...about } = found;
    const json = { request, evidence: found.digest, ...about, results };
    return { json, text: [head, ...treeOf(found)].join('\n'), hints: whatToDecide(request) };
  },
  async 'review-decide'({ remote }, given) {
    const [id, options] = z.tuple([z.string(), decideOptions]).parse(given);
    const { reason, concern, note, until, reviewAgain } = options;
    const criterion =
      options.criterion === undefined
        ? undefined
        : parseWhole(options.criterion, 'The criterion', { least: 1, most: 5 });
    const shown = await remote.ask(z.object({ evidence: z.string().nullable() }), {
      method: 'GET',
      path: pathOf('requests', id, 'evidence', 'shown'),
    });
    const pinned = options.evidence ?? (options.newest === true ? undefined : (shown.evidence ?? undefined));
    const body = { choice: choiceOf(options), evidence: pinned, reason, concern, note, until, reviewAgain, criterion };
    const made = await remote.decide(decision, {
      read: pathOf('requests', id),
      path: pathOf('requests', id, 'decisions'),
      body,
    });
    const text = fields([
      ['decision', made.id],
      ['outcome', made.list === null ? made.outcome : `${made.outcome} into ${made.list}`],
      ['evidence', made.evidence ?? 'none'],
      ['dossier', made.dossier ?? 'none'],
    ]);
    const hints = made.undoUntil === null ? [] : [`until ${made.undoUntil}: pratique review undo ${made.id}`];
    return { json: { decision: made }, text, hints };
  },
  async 'review-undo'({ remote }, given) {
    const [id] = one.parse(given);
    const undone = await remote.ask(decision, { method: 'POST', path: pathOf('decisions', id, 'undo') });
    return { json: { decision: undone }, text: `${id} is undone` };
  },
  async 'objection-list'({ session, remote }, given) {
    const [{ all }] = z.tuple([z.object({ all: z.boolean().optional() })]).parse(given);
    const found = await remote.list(window, '/objections', { channel: session.askedChannel });
    const results: Parameters<typeof windowsAnswer>[0][number][] = [];
    for (const each of found.filter(({ state }) => all === true || OPEN.includes(state))) {
      const { value } = await remote.read(decidedAbout, pathOf('decisions', each.decision));
      results.push({ ...each, package: purlDecided(value) });
    }
    return windowsAnswer(results);
  },
  async 'objection-show'({ remote }, given) {
    const [id] = one.parse(given);
    return windowAnswer((await remote.read(window, pathOf('objections', id))).value);
  },
  'objection-question': saying('questions'),
  'objection-answer': saying('answers'),
  'objection-overturn': saying('overturn'),
  async 'objection-none'({ remote }, given) {
    const [id] = one.parse(given);
    return windowAnswer(
      await remote.decide(window, { read: pathOf('objections', id), path: pathOf('objections', id, 'none') }),
    );
  },
};

const OPEN: readonly string[] = ['waiting-for-provider', 'running', 'questioned'];
const said = z.tuple([z.string(), z.object({ text: z.string(), provider: z.string().optional() })]);

function saying(what: string): RemoteWork {
  return async ({ remote }, given) => {
    const [id, body] = said.parse(given);
    return windowAnswer(
      await remote.decide(window, { read: pathOf('objections', id), path: pathOf('objections', id, what), body }),
    );
  };
}

function windowAnswer(shown: z.infer<typeof window>) {
  const text = fields([
    ['window', shown.id],
    ['decision', shown.decision],
    ['state', shown.state],
    ['providers', shown.providers.join(', ')],
    ['closes', shown.closesAt ?? 'the clock stands still'],
  ]);
  return { json: { window: shown }, text, exit: EXIT.done };
}

function treeOf({ digest, root, passedOver, releases, verdict }: z.infer<typeof evidence>): readonly string[] {
  const lines = releases.flatMap((release) => [
    `  ${release.purl}  ${release.verdict.outcome}`,
    ...release.evidence.flatMap(({ scanner, status, reason, findings }) => [
      ...findingLines(findings).map((line) => `      ${line}`),
      ...(status === 'failed' ? [`      could not check: ${scanner}: ${reason ?? ''}`] : []),
    ]),
  ]);
  const newer = passedOver === undefined ? [] : [`not taken: the newer ${wordsOfPassedOver(passedOver)}`];
  return [`tree of ${root}:`, ...newer, ...lines, `verdict of the policy: ${verdict.outcome}`, `evidence ${digest}`];
}
