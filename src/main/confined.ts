/**
 * The program inside the sandbox: does the tasks of one table, one at a time, and knows nothing else.
 *
 * It gets requests as lines on standard input and answers each with one line on standard output; the end of the input
 * is the end of the program. It runs without network, without writing, and may read only its own sources and the
 * folders it was started for (src/platform/sandbox/).
 */
import { statSync } from 'node:fs';
import { z } from 'zod';
import { ARCHIVES } from '../ecosystems/archive-catalog.ts';
import type { ArchiveRules } from '../ecosystems/contract.ts';
import { type ConfinedAnswer, type ConfinedRequest, LineReader, parseRequest } from '../platform/sandbox/protocol.ts';
import { CONTENT_SCANNERS } from '../scanners/content-catalog.ts';
import { PrintInput, printCode } from './confined-code.ts';
import { InspectInput, inspectContent } from './confined-content.ts';
import {
  brokenRules,
  CheckRulesInput,
  checkRules,
  digestMembers,
  MatchRulesInput,
  MembersInput,
  matchRules,
} from './confined-rules.ts';
import { HashSourceInput, hashSource } from './confined-source.ts';
import { dropWaste } from './frugal.ts';

type Task = (request: ConfinedRequest) => Promise<unknown>;

/** Every task there is. A new one is a function here; its input is parsed like anything from outside. */
const TASKS: Readonly<Record<string, Task>> = {
  // Answered once the program runs: for whoever will need it soon.
  ready: async () => null,
  'examine-archive': examineArchive,
  'evaluate-policy': async (request) =>
    (await import('../features/policy/evaluate.ts')).evaluatePolicyTask(request.input),
  'inspect-content': inspectFiles,
  'derive-without-tests': deriveFile,
  'check-rules': async (request) => checkRules(CheckRulesInput.parse(request.input)),
  'match-rules': async (request) => {
    const input = MatchRulesInput.parse(request.input);
    return matchRules(input, await rulesFor(request, input));
  },
  'digest-members': async (request) => {
    const input = MembersInput.parse(request.input);
    return digestMembers(input, await rulesFor(request, input));
  },
  'compare-files': compareTwo,
  'hash-source': hashFiles,
  'print-code': printFiles,
};

const ExamineInput = z.object({
  ecosystem: z.string(),
  /** One of the request's files. */
  path: z.string(),
  filename: z.string(),
  name: z.string(),
  version: z.string(),
});

/** Strict reading of one distribution; the output is an `Examination`. */
async function examineArchive(request: ConfinedRequest): Promise<unknown> {
  const input = ExamineInput.parse(request.input);
  const { path, ...expected } = input;
  return (await rulesFor(request, input)).examine(path, expected);
}

/** Content scanners over one distribution; the output is `{ outcomes, code, examination, inside }`. */
async function inspectFiles(request: ConfinedRequest): Promise<unknown> {
  const input = InspectInput.parse(request.input);
  return inspectContent(input, await rulesFor(request, input), CONTENT_SCANNERS);
}

/** What differs between two distributions; the output is `FileChanges`. */
async function compareTwo(request: ConfinedRequest): Promise<unknown> {
  // Loaded when first asked for: most releases have no predecessor here.
  const { CompareInput, compareFiles } = await import('./confined-changes.ts');
  const input = CompareInput.parse(request.input);
  const { ecosystem, now, before } = input;
  requireFile(request, now.path);
  return compareFiles(input, await rulesFor(request, { ecosystem, path: before.path }));
}

/** Digests of the source files in one distribution; the output is `SourceFiles`. */
async function hashFiles(request: ConfinedRequest): Promise<unknown> {
  const input = HashSourceInput.parse(request.input);
  return hashSource(input, await rulesFor(request, input));
}

/** Prints of the source files of one distribution; the output is `{ printer, code }`. */
async function printFiles(request: ConfinedRequest): Promise<unknown> {
  const input = PrintInput.parse(request.input);
  return printCode(input, await rulesFor(request, input));
}

const DeriveInput = ExamineInput.pick({ ecosystem: true, path: true, filename: true });

/** The plan of a distribution without its tests, or `null`. */
async function deriveFile(request: ConfinedRequest): Promise<unknown> {
  const input = DeriveInput.parse(request.input);
  const rules = await rulesFor(request, input);
  return (await rules.deriveWithoutTests?.(input.path, input.filename)) ?? null;
}

async function rulesFor(
  request: ConfinedRequest,
  input: { readonly ecosystem: string; readonly path: string },
): Promise<ArchiveRules> {
  const load = Object.hasOwn(ARCHIVES, input.ecosystem) ? ARCHIVES[input.ecosystem] : undefined;
  if (load === undefined) throw new Error(`no ecosystem ${input.ecosystem}`);
  requireFile(request, input.path);
  return load();
}

function requireFile({ files }: ConfinedRequest, path: string): void {
  if (!files.includes(path)) throw new Error('the path is not among the files of the task');
}

/** Characters of a reason; the other side refuses longer ones. */
const MAX_REASON = 1000;
/** Longest request, in bytes: the subjects of a policy over a whole tree. */
const MAX_REQUEST = 64 * 1024 * 1024;

async function answer(request: ConfinedRequest): Promise<ConfinedAnswer> {
  const { id } = request;
  const task = Object.hasOwn(TASKS, request.task) ? TASKS[request.task] : undefined;
  if (task === undefined) return { id, status: 'failed', reason: `there is no task ${request.task}` };
  try {
    makeRoomFor(request);
    return { id, status: 'done', output: await task(request), ...state() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown failure';
    return { id, status: 'failed', reason: reason.slice(0, MAX_REASON), ...state() };
  }
}

/** What the other side has to know of this process. */
function state(): Pick<ConfinedAnswer, 'spent'> {
  return brokenRules() ? { spent: true } : {};
}

/**
 * Bytes of an archive before which what earlier ones left behind is given back: V8 keeps every page it once needed for
 * some seconds after it needs it no more, and most is held while a large archive is read. A tree of a hundred wheels has
 * four that are larger: its child alone then holds 120 to 127 MiB at most, where with 4 MB it was 119 to 132. It costs some
 * code that has to be compiled anew, which is not seen in the processor time of a tree.
 */
const LARGE_ARCHIVE = 3_000_000;

function makeRoomFor({ files }: ConfinedRequest): void {
  const sizes = files.map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  if (Math.max(0, ...sizes) > LARGE_ARCHIVE) dropWaste();
}

function main(): void {
  const lines = new LineReader(MAX_REQUEST);
  let turn: Promise<void> = Promise.resolve();
  const handle = async (line: Buffer): Promise<void> => {
    const request = parseRequest(line);
    if (request === undefined) process.exit(2);
    process.stdout.write(`${JSON.stringify(await answer(request))}\n`);
  };
  process.stdin.on('data', (piece: Buffer) => {
    const complete = lines.push(piece);
    if (complete === undefined) process.exit(2);
    for (const line of complete) turn = turn.then(() => handle(line));
  });
  // Whoever started this is gone: so is the reason to go on, even in the middle of a task.
  process.stdin.on('end', () => process.exit(0));
}

main();
