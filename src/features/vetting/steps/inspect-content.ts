/** What the content scanners make of the files inside a distribution: one unpacking in the sandbox, kept by digest. */
import { z } from 'zod';
import { canonicalJson } from '../../../domain/canonical-json.ts';
import type { Digest } from '../../../domain/digest.ts';
import type { Distribution } from '../../../domain/distribution.ts';
import type { Finding, ScanOutcome } from '../../../domain/evidence.ts';
import type { ConfinedOutcome, ConfinedTask, Sandbox } from '../../../platform/sandbox/port.ts';
import type { ContentDeclaration } from '../../../scanners/contract.ts';
import { scanOutcomesSchema } from '../evidence-schema.ts';
import type { ContentKey, ContentOutcomeRow } from '../store.ts';

/** Every distribution gets this long, and more by its size: a scanner that has not ended by then hangs. */
const INSPECT_BASE_MS = 120_000;
/** Slowest inspection that still counts as work: 100 kB of packed bytes a second, which unpack to three times as much. */
const INSPECT_BYTES_PER_MS = 100;

export interface InspectContentDeps {
  readonly ecosystem: string;
  readonly scanners: readonly ContentDeclaration[];
  readonly sandbox: Sandbox;
  readonly blobs: { path(digest: Digest): string | undefined };
  findOutcomes(key: ContentKey): Promise<readonly ContentOutcomeRow[]>;
  saveOutcomes(key: ContentKey, rows: readonly ContentOutcomeRow[]): Promise<void>;
  /** What else is not known of a file and is found out in the same unpacking; `undefined` for nothing. */
  alongside(key: ContentKey, file: { readonly size: number }): Promise<Alongside | undefined>;
}

/** Questions that go along with an inspection. What is not kept is asked for alone when somebody wants it. */
export interface Alongside {
  /** Of the input of the confined task. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Milliseconds beside those of the inspection. */
  readonly timeoutMs: number;
  /** Takes the part of the answer that is for it, to be parsed. */
  keep(inside: unknown): Promise<void>;
}

/** All questions in one; each keeps its own part of the answer. */
export function asOne(questions: readonly (Alongside | undefined)[]): Alongside | undefined {
  const asked = questions.filter((one) => one !== undefined);
  if (asked.length === 0) return undefined;
  return {
    input: Object.assign({}, ...asked.map(({ input }) => input)),
    timeoutMs: asked.reduce((sum, { timeoutMs }) => sum + timeoutMs, 0),
    async keep(inside) {
      for (const one of asked) await one.keep(inside);
    },
  };
}

/** What the confined program answers; the parts beside the outcomes are for others to parse. */
const answerSchema = z.object({
  outcomes: scanOutcomesSchema,
  examination: z.unknown(),
  code: z.unknown(),
  inside: z.unknown(),
});

/** The outcome of each content scanner, by its id. */
export type ContentOutcomes = ReadonlyMap<string, ScanOutcome>;

/** A file whose bytes are in the store. */
export interface InspectedFile {
  readonly distribution: Pick<Distribution, 'filename'>;
  readonly sha256: Digest;
  /** Bytes. */
  readonly size: number;
}

/** Inspects files, each once however often it is asked for. */
export interface ContentInspector {
  inspect(of: ReleaseName, file: InspectedFile): Promise<ContentOutcomes>;
  /**
   * Inspects a file nobody has inspected yet, and examines it and prints its code in the same unpacking. `undefined` for
   * a part that did not come of it: it is to be asked for alone. Both are to be parsed.
   */
  inspectWhole(of: ReleaseName, file: InspectedFile): Promise<WholeInspection>;
}

interface ReleaseName {
  readonly name: string;
  readonly version: string;
}

export interface WholeInspection {
  /** An `Examination`. */
  readonly examination: unknown;
  /** What the task `print-code` answers. */
  readonly code: unknown;
}

/** Inspections that are known from earlier, by any request, are not done again; the others run together. */
export function createContentInspector(deps: InspectContentDeps): ContentInspector {
  const scanners = deps.scanners.filter(
    ({ ecosystems }) => ecosystems === 'every' || ecosystems.includes(deps.ecosystem),
  );
  const inspected = new Map<string, Promise<ContentOutcomes>>();
  const keyOf = ({ name, version }: ReleaseName, { distribution, sha256 }: InspectedFile): ContentKey => ({
    ...{ sha256, ecosystem: deps.ecosystem, filename: distribution.filename, name, releaseVersion: version },
  });
  return {
    inspect(of, file) {
      const key = keyOf(of, file);
      const text = canonicalJson(key);
      const known = inspected.get(text) ?? inspectOnce({ ...deps, scanners }, key, { size: file.size });
      inspected.set(text, known);
      return known;
    },
    async inspectWhole(of, file) {
      const key = keyOf(of, file);
      const text = canonicalJson(key);
      let whole: WholeInspection = NOTHING;
      if (inspected.has(text)) return whole;
      const onWhole = (came: WholeInspection) => {
        whole = came;
      };
      const inspection = inspectOnce({ ...deps, scanners }, key, { size: file.size, onWhole });
      inspected.set(text, inspection);
      await inspection;
      return whole;
    },
  };
}

const NOTHING: WholeInspection = { examination: undefined, code: undefined };

interface InspectAsk {
  readonly size: number;
  /** Where it is to be examined and printed too: hears what came of that. */
  readonly onWhole?: (came: WholeInspection) => void;
}

async function inspectOnce(deps: InspectContentDeps, key: ContentKey, ask: InspectAsk): Promise<ContentOutcomes> {
  const outcomes = await knownOutcomes(deps, key);
  const missing = deps.scanners.filter(({ id }) => !outcomes.has(id));
  if (missing.length === 0) return outcomes;
  const fresh = await runInSandbox(deps, key, { ...ask, scanners: missing });
  for (const [id, outcome] of fresh) outcomes.set(id, outcome);
  const rows = missing.flatMap(({ id, version }): readonly ContentOutcomeRow[] => {
    const outcome = fresh.get(id);
    // What failed may succeed next time: it is asked again.
    return outcome === undefined || outcome.status === 'failed' ? [] : [{ scanner: id, version, outcome }];
  });
  if (rows.length > 0) await deps.saveOutcomes(key, rows);
  return outcomes;
}

async function knownOutcomes(deps: InspectContentDeps, key: ContentKey): Promise<Map<string, ScanOutcome>> {
  const versions = new Map(deps.scanners.map(({ id, version }) => [id, version]));
  const rows = await deps.findOutcomes(key);
  return new Map(
    rows.filter((row) => versions.get(row.scanner) === row.version).map((row) => [row.scanner, row.outcome]),
  );
}

async function runInSandbox(
  deps: InspectContentDeps,
  key: ContentKey,
  { scanners, size, onWhole }: InspectAsk & { readonly scanners: readonly ContentDeclaration[] },
): Promise<ContentOutcomes> {
  const path = deps.blobs.path(key.sha256);
  if (path === undefined) return allFailed(scanners, 'the blob store keeps no file on this machine to read');
  const { ecosystem, filename, name, releaseVersion } = key;
  const subject = { ecosystem, path, filename, name, version: releaseVersion };
  const input = { ...subject, scanners: scanners.map(({ id }) => id), examine: onWhole !== undefined };
  const along = await deps.alongside(key, { size });
  const timeoutMs = INSPECT_BASE_MS + Math.ceil(size / INSPECT_BYTES_PER_MS);
  const task = { task: 'inspect-content', input, files: [path], timeoutMs };
  const answer = await runAlong(deps.sandbox, task, along);
  if (answer.status === 'failed') return allFailed(scanners, `${filename} could not be inspected: ${answer.reason}`);
  const parsed = answerSchema.safeParse(answer.output);
  if (!parsed.success) return allFailed(scanners, 'the confined scanners gave an answer of another form');
  const { outcomes, inside, ...whole } = parsed.data;
  await along?.keep(inside);
  onWhole?.(whole);
  return new Map(scanners.map((scanner) => [scanner.id, declared(scanner, outcomes[scanner.id])]));
}

/** With the questions that go along; where that fails without them: they must not cost the scanners their outcomes. */
async function runAlong(
  sandbox: Sandbox,
  task: ConfinedTask & { readonly input: object },
  along: Alongside | undefined,
): Promise<ConfinedOutcome> {
  if (along === undefined) return sandbox.run(task);
  const timeoutMs = task.timeoutMs + along.timeoutMs;
  const answer = await sandbox.run({ ...task, input: { ...task.input, ...along.input }, timeoutMs });
  return answer.status === 'failed' ? sandbox.run(task) : answer;
}

function allFailed(scanners: readonly ContentDeclaration[], reason: string): ContentOutcomes {
  return new Map(scanners.map(({ id }) => [id, { status: 'failed', reason, retryable: true }]));
}

/** The outcome, where it keeps to the kinds that the scanner declares. */
function declared({ id, emits }: ContentDeclaration, outcome: ScanOutcome | undefined): ScanOutcome {
  if (outcome === undefined) return { status: 'failed', reason: `there is no outcome of ${id}`, retryable: true };
  if (outcome.status !== 'completed') return outcome;
  const stray = outcome.findings.find(({ kind }) => !emits.includes(kind));
  if (stray === undefined) return outcome;
  return { status: 'failed', reason: `${id} reported the undeclared kind ${stray.kind}`, retryable: false };
}

/** What one scanner said of one file of a release. */
export interface OfFile {
  readonly filename: string;
  readonly outcome: ScanOutcome;
}

/**
 * The same claim over several files of a release is one finding. Its subject is the release; where only some of the
 * files have it, `data.distributions` names them. No scanner uses that name: what it says of the files inside stays.
 */
export function mergedOverFiles(purl: string, outcomes: readonly OfFile[]): readonly ScanOutcome[] {
  const completed = outcomes.filter(({ outcome }) => outcome.status === 'completed');
  const merged = new Map<string, { readonly finding: Finding; readonly files: Set<string> }>();
  for (const { filename, outcome } of completed) {
    for (const finding of outcome.status === 'completed' ? outcome.findings : []) {
      const anonymous = finding.subject === filename ? { ...finding, subject: purl } : finding;
      const key = canonicalJson(anonymous);
      const entry = merged.get(key) ?? { finding: anonymous, files: new Set() };
      entry.files.add(filename);
      merged.set(key, entry);
    }
  }
  const findings = [...merged.values()].map(({ finding, files }): Finding => {
    if (files.size === completed.length) return finding;
    return { ...finding, data: { ...finding.data, distributions: [...files].toSorted() } };
  });
  const others = outcomes.map(({ outcome }) => outcome).filter(({ status }) => status !== 'completed');
  return completed.length === 0 ? others : [...others, { status: 'completed', findings }];
}
