/** Requests of whole projects (`--from`), and drafts: forms that are not finished, and what people tried to install. */
import { basename } from 'node:path';
import { actorName } from '../../../domain/people.ts';
import { Problem } from '../../../domain/problem.ts';
import { wanted } from '../../../features/demand/read.ts';
import type { BundleLine } from '../../../features/requests/index.ts';
import {
  type Bundle,
  type Draft,
  draftsOf,
  findDraft,
  listBundles,
  movesOf,
  showBundle,
} from '../../../features/requests/read.ts';
import { readTextFile } from '../arguments.ts';
import { EXIT } from '../exit-codes.ts';
import { type Answer, fields, table } from '../output.ts';
import type { Session } from '../session.ts';
import { threeAnswers } from './request-answers.ts';
import { nameOf } from './request-name.ts';

type Words = Parameters<typeof threeAnswers>[1];

/** One bundle of requests for what is not available yet of the projects' files. */
export async function fileFrom(
  session: Session,
  files: readonly string[],
  options: Words & { answers?: string | undefined },
) {
  const app = await session.app();
  const actor = await session.actor();
  const texts: { filename: string; text: string }[] = [];
  for (const file of files) texts.push({ filename: basename(file), text: await readTextFile(file) });
  const answers = await threeAnswers(session, options);
  const form = { ...answers, channel: session.channel, files: texts, answersConcern: options.answers };
  const { bundle, lines } = await app.rooms.requests.fileBundle(actor, form);
  await session.settle();
  return filingAnswer(bundle, lines, detailOf);
}

interface FiledLine {
  readonly asked: string;
  readonly outcome: string;
}

/** What became of each line of a bundle, and how the command ends by it; no bundle where all is available. */
export function filingAnswer<L extends FiledLine>(
  bundle: { readonly id: string } | null,
  lines: readonly L[],
  detailOf: (line: L) => string,
): Answer {
  const count = (outcome: BundleLine['outcome']) => lines.filter((line) => line.outcome === outcome).length;
  const refused = count('refused');
  const summary = { filed: count('filed'), joined: count('joined'), available: count('available'), refused };
  const rows = lines.map((line) => [line.asked, line.outcome, detailOf(line)]);
  const head = `${bundle?.id ?? 'nothing to ask for'}: ${Object.entries(summary)
    .map(([what, number]) => `${number} ${what}`)
    .join(', ')}`;
  const nothing = lines.length === 0 ? EXIT.nothing : EXIT.done;
  return {
    json: { bundle, summary, results: lines },
    text: `${head}\n${table(['PACKAGE', 'OUTCOME', ''], rows)}`,
    hints: bundle === null ? [] : [`pratique request show ${bundle.id} tells what becomes of them`],
    exit: refused > 0 ? EXIT.notAllowed : nothing,
  };
}

function detailOf(line: BundleLine): string {
  if ('request' in line) return line.request.id;
  return line.outcome === 'available' ? line.version : `${line.code}: ${line.what}`;
}

export async function showOneBundle(session: Session, id: string) {
  const app = await session.app();
  const { requests, ...bundle } = await showBundle(app.db, id);
  const moves = await movesOf(app.db, requests, app.now());
  const results = requests.map((one) => ({ ...one, move: moves.get(one.id) ?? null }));
  const rows = results.map(({ move, ...one }) => [
    ...[one.id, nameOf(one), one.state, one.verdict ?? ''],
    ...[move?.whose ?? '', move?.due?.slice(0, 10) ?? ''],
  ]);
  const about = bundleText(bundle);
  const headings = ['ID', 'PACKAGE', 'STATE', 'VERDICT', 'MOVE', 'DUE'];
  return { json: { bundle, results }, text: `${about}\n\n${table(headings, rows)}` };
}

/** What a bundle is, above its requests. */
export function bundleText({ id, title, channel, filedAt, filedBy, packages, available }: ToldBundle): string {
  return fields([
    ['bundle', id],
    ['from', title],
    ['channel', channel],
    ['filed', filedBy === null ? filedAt : `${filedAt} by ${filedBy}`],
    ['packages', `${packages}, of which ${available} were available`],
  ]);
}

export async function listOfBundles(session: Session) {
  return bundlesAnswer(await listBundles((await session.app()).db, { channel: await session.knownChannel() }));
}

interface ToldBundle extends Omit<Bundle, 'filedBy' | 'number'> {
  /** `null` for those who may not read names. */
  readonly filedBy: string | null;
}

export function bundlesAnswer(results: readonly ToldBundle[]): Answer {
  const rows = results.map((one) => [one.id, one.channel, one.title, one.filedBy ?? '', String(one.packages)]);
  return { json: { results }, text: table(['ID', 'CHANNEL', 'FROM', 'BY', 'PACKAGES'], rows) };
}

/** One's own drafts, and what was tried and nobody asked for: each is filed with `--from-draft`. */
export async function listOfDrafts(session: Session) {
  const { db } = await session.app();
  const saved = await draftsOf(db, actorName(await session.actor()));
  const refused = (await wanted(db, session.channel)).map((one) => ({ id: `${one.ecosystem}/${one.name}`, ...one }));
  const rows = [
    ...saved.map((one) => [one.id, one.channel, `${one.ecosystem} ${one.name}`, `saved ${one.savedAt.slice(0, 10)}`]),
    ...refused.map((one) => [
      ...[one.id, one.channel, `${one.ecosystem} ${one.name}`],
      `${one.count} refused installs, last ${one.lastDay}`,
    ]),
  ];
  return { json: { results: saved, refused }, text: table(['DRAFT', 'CHANNEL', 'PACKAGE', ''], rows) };
}

export interface Drafted {
  readonly channel: string;
  readonly ecosystem: string;
  readonly name: string;
  readonly version?: string | undefined;
  readonly words: Words;
  /** Of a saved draft, which ends when it is filed. */
  readonly saved?: string | undefined;
}

/** A saved draft (`T-1`), or a package that installs were refused of (`pypi/numpy`). */
export async function draftNamed(session: Session, id: string): Promise<Drafted> {
  const { db } = await session.app();
  const [, ecosystem = '', name = ''] = /^([a-z]+)\/(.+)$/.exec(id) ?? [];
  if (name === '') return draftedOf(await findDraft(db, actorName(await session.actor()), id));
  const { channel } = session;
  if ((await wanted(db, channel)).some((one) => one.ecosystem === ecosystem && one.name === name))
    return { channel, ecosystem, name, words: {} };
  throw new Problem({
    kind: 'not-found',
    code: 'unknown-draft',
    what: `Nobody was refused ${id.slice(0, 80)} in ${channel}, or it was asked for`,
    next: 'See `pratique request list --drafts`.',
  });
}

function draftedOf({ id, channel, ecosystem, name, version, q1, q2, q3, project, contact }: Draft): Drafted {
  const text = (value: string | null) => value ?? undefined;
  const words = { q1: text(q1), q2: text(q2), q3: text(q3), project: text(project), contact: text(contact) };
  return { channel, ecosystem, name, version: text(version), words, saved: id };
}
