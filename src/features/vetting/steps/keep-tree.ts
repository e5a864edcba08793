/** Step 1 once more: a tree that was resolved before is the answer where everything it follows from is as it was. */
import pLimit from 'p-limit';
import { z } from 'zod';
import { canonicalJson } from '../../../domain/canonical-json.ts';
import { type Basis, basisSchema } from '../basis.ts';
import { findKeptTree, saveKeptTree } from '../kept-trees.ts';
import { digestOfText } from '../said.ts';
import { distributionSchema } from '../schema.ts';
import type { UpstreamView } from '../upstream-view.ts';
import type { VettingRun } from '../vetting-run.ts';
import { EXAMINER_VERSION } from './open-files.ts';
import { type ResolveTreeInput, resolveTree, type Tree } from './resolve-tree.ts';

/** Raise it when a tree is put together otherwise from the same resolutions, or is kept in another form. */
const FORM = 2;
/** Packages that are read at once, as the resolvers do. */
const READS_AT_ONCE = 12;

export type Resolved = Extract<Tree, { readonly status: 'resolved' }>;

const edgesSchema = z.array(z.object({ target: z.string(), to: z.string() }));
/** What keeps a release of what was asked for, newer than the one that was taken, from being installed. */
export interface Obstacle {
  readonly version: string;
  /** In words; `null` where nothing is known to. */
  readonly cause: string | null;
}

interface Kept {
  readonly tree: Resolved;
  /** Follows from the basis as the tree does. */
  readonly obstacle: Obstacle | null;
  readonly basis: Basis;
}

const keptSchema: z.ZodType<Kept, unknown> = z.object({
  basis: basisSchema,
  obstacle: z.object({ version: z.string(), cause: z.string().nullable() }).nullable(),
  tree: z.object({
    status: z.literal('resolved'),
    root: z.string(),
    releases: z.array(
      z.object({
        ...{ purl: z.string(), name: z.string(), version: z.string(), role: z.enum(['root', 'dependency']) },
        ...{ extras: z.array(z.string()), requiredBy: z.array(z.string()), needs: edgesSchema },
        ...{ targets: z.array(z.string()), releasedAt: z.string().nullable() },
        files: z.array(z.object({ distribution: distributionSchema, targets: z.array(z.string()) })),
      }),
    ),
    unavailable: z.array(z.object({ target: z.string(), reason: z.string() })),
    warnings: z.array(z.string()),
  }),
});

/**
 * The tree of what is asked, by the same rules for the same targets. Every listing it was resolved from is read again and
 * held against what it said then, as policy, denials, quarantines and the cool-down show it now; any difference, and
 * whatever cannot be compared, has it resolved anew. `without` names what is refused in this round: its answer is one of
 * its own. `obstacleOf` is asked about a tree that was resolved anew; what it reads belongs to what the answer follows from.
 */
export async function keptTree(
  run: VettingRun,
  input: ResolveTreeInput,
  without: ReadonlySet<string>,
  obstacleOf: (tree: Resolved) => Promise<Obstacle | null>,
): Promise<{ readonly tree: Tree; readonly obstacle: Obstacle | null }> {
  const resolve = async () => {
    const tree = await resolveTree(input);
    return { tree, obstacle: tree.status === 'resolved' ? await obstacleOf(tree) : null };
  };
  // What an index holds as metadata has no digest that its listing states: such trees are resolved each time.
  if (input.ecosystem.traits.metadata !== 'in-file') return resolve();
  const { db } = run.deps;
  const { now } = run.context;
  const key = keyOf(run, input, without);
  const kept = keptSchema.safeParse(await findKeptTree(db, key, now)).data;
  if (kept !== undefined && (await stillHolds(run, input.view, kept))) return kept;
  const resolved = await resolve();
  const basis = input.view.basis();
  if (resolved.tree.status !== 'resolved' || basis === undefined) return resolved;
  const document = JSON.stringify({ basis, ...resolved });
  if (!UNSTORABLE.test(document)) await saveKeptTree(db, { key, document, now });
  return resolved;
}

/**
 * How JSON writes what PostgreSQL takes into no `jsonb`: NUL, and halves of surrogate pairs. What upstream says in such words
 * (of a yanked file) is vetted like anything else, but each time anew.
 */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/;

/** What is asked, and by which rules; what upstream and policy say is in the basis. */
function keyOf(
  { policy, ask }: VettingRun,
  { ecosystem, targets, allowSdists }: ResolveTreeInput,
  without: ReadonlySet<string>,
): string {
  const { name, extras, version } = ask;
  const asked = { ecosystem: ecosystem.id, name, extras, version, targets, allowSdists, most: policy.maxFileBytes };
  const rules = [FORM, ecosystem.dependencies.version, EXAMINER_VERSION];
  return digestOfText(JSON.stringify([rules, asked, [...without].toSorted()]));
}

async function stillHolds(
  { connected }: VettingRun,
  view: UpstreamView,
  { basis, tree }: { readonly basis: Basis; readonly tree: Resolved },
): Promise<boolean> {
  // Scanners hold the metadata inside of files against what stands beside them upstream.
  const beside = tree.releases.flatMap(({ files }) => files).filter(({ distribution }) => distribution.metadata);
  return (
    (await allHold(basis.packages, async (was) => {
      await view.package(was.name);
      const is = view.seen(was.name);
      return is !== undefined && canonicalJson({ ...is }) === canonicalJson({ ...was });
    })) &&
    (await allHold(basis.texts, async ({ distribution, sha256 }) => {
      const answer = await connected.reader.readMetadata(distribution);
      return !('unreadable' in answer) && digestOfText(answer.text) === sha256;
    })) &&
    (await allHold(beside, async ({ distribution }) => !('unreadable' in (await view.metadata(distribution)))))
  );
}

/** Several at a time; after the first that does not hold, no other is looked at. */
async function allHold<T>(items: readonly T[], doesHold: (item: T) => Promise<boolean>): Promise<boolean> {
  let holds = true;
  await pLimit(READS_AT_ONCE).map(items, async (item) => {
    if (holds && !(await doesHold(item))) holds = false;
  });
  return holds;
}
