/** `pratique request bootstrap`: what the package client itself needs (PyPI: pip, setuptools, wheel), cleared only by people. */
import type { Command } from 'commander';
import { z } from 'zod';
import { Problem } from '../../../domain/problem.ts';
import { findRequest, type Request } from '../../../features/requests/read.ts';
import type { CliHost } from '../app.ts';
import { type Answer, table } from '../output.ts';
import { act, type Session } from '../session.ts';
import { nameOf } from './request-name.ts';

const options = z.object({ file: z.boolean().optional() });
export const bootstrapGiven = z.tuple([z.string().optional(), options]);

export function registerBootstrap(request: Command, host: CliHost): void {
  request
    .command('bootstrap')
    .description('what the package client itself needs: shows ready requests, files them with --file')
    .argument('[ecosystem]', 'default: pypi')
    .option('--file', 'file them')
    .addHelpText('after', '\nExample: pratique request bootstrap --file --as rosa')
    .action(act(host, 'request-bootstrap', bootstrapGiven, bootstrap));
}

async function bootstrap(session: Session, ecosystem = 'pypi', { file }: z.infer<typeof options> = {}) {
  const { rooms, db } = await session.app();
  const drafts = rooms.requests.bootstrapDraft(session.channel, ecosystem);
  if (file !== true) return draftsAnswer(session.channel, ecosystem, drafts);
  if (drafts.length === 0) throw nothingToStart(ecosystem);
  const actor = await session.actor();
  const filed: Request[] = [];
  for (const draft of drafts) filed.push((await rooms.requests.file(actor, draft)).request);
  await session.settle();
  const results: Request[] = [];
  for (const one of filed) results.push((await findRequest(db, one.id)) ?? one);
  return filedAnswer(session.channel, results, nameOf);
}

/** What is ready to be filed. Throws where there is nothing. */
export function draftsAnswer(
  channel: string,
  ecosystem: string,
  drafts: readonly { readonly name: string; readonly q1: string }[],
): Answer {
  if (drafts.length === 0) throw nothingToStart(ecosystem);
  const rows = drafts.map(({ name, q1 }) => [name, q1]);
  const hints = ['nothing is filed yet: add --file'];
  return { json: { channel, results: drafts }, text: table(['PACKAGE', 'WHY'], rows), hints };
}

/** What was filed. */
export function filedAnswer<R extends { readonly id: string; readonly state: string }>(
  channel: string,
  results: readonly R[],
  packageText: (request: R) => string,
): Answer {
  const rows = results.map((one) => [one.id, packageText(one), one.state]);
  return { json: { channel, results }, text: table(['ID', 'PACKAGE', 'STATE'], rows) };
}

export function nothingToStart(ecosystem: string): Problem {
  const what = `${ecosystem.slice(0, 40)} is no ecosystem here whose client needs packages of its own`;
  return new Problem({ kind: 'usage', code: 'unknown-ecosystem', what, next: 'pypi is one.' });
}
