/** What the operator's lists and rules say of distributions: found out in the sandbox once for each set of bytes and rules. */
import { z } from 'zod';
import type { Digest } from '../../domain/digest.ts';
import type { Inside, ListedMalicious, MaliciousLookUp, RuleMatch, RuleSources } from '../../domain/malicious.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { VersionRules } from '../../ecosystems/contract.ts';
import type { AskedFile, Looked, ScanContext } from '../../scanners/contract.ts';
import type { VettingDeps } from './deps.ts';
import {
  findMatches,
  findMembers,
  type MatchesKey,
  type MembersKey,
  saveMatches,
  saveMembers,
} from './malicious-store.ts';
import { digestSchema } from './schema.ts';
import type { Alongside } from './steps/inspect-content.ts';

/** Raise it when the same rules may match otherwise. */
const MATCHER_VERSION = 1;
/** Every distribution gets this long, and more by its size: the rules take some milliseconds for each small file. */
const MATCH_BASE_MS = 600_000;
const MATCH_BYTES_PER_MS = 100;

export type MaliciousDeps = Pick<VettingDeps, 'blobs' | 'clock' | 'db' | 'maliciousList' | 'sandbox' | 'yaraRules'>;

/** The two questions, as the context of one vetting has them. */
export function createMalicious(
  deps: MaliciousDeps,
  ecosystem: EcosystemId,
  versions: Pick<VersionRules, 'compare'>,
): Pick<ScanContext, 'listedAsMalicious' | 'ruleMatches'> {
  return {
    async listedAsMalicious(file) {
      const list = await deps.maliciousList();
      return list.status === 'ready' ? listed(deps, { ...file, ecosystem, versions }, list.data) : list;
    },
    async ruleMatches(file) {
      const rules = await deps.yaraRules();
      return rules.status === 'ready' ? matched(deps, { ...file, ecosystem }, rules.data) : rules;
    },
  };
}

/**
 * What lists and rules would ask about a file that is unpacked anyway, and what is not known of it: then they need not unpack it
 * themselves. Without a list that names files, and without rules, nothing.
 */
export async function maliciousAlongside(
  deps: MaliciousDeps,
  file: MembersKey & { readonly size: number },
): Promise<Alongside | undefined> {
  const [list, rules] = await Promise.all([deps.maliciousList(), deps.yaraRules()]);
  const members = list.status === 'ready' && list.data.namesFiles && (await knownMembers(deps, file)) === undefined;
  const key = rules.status === 'ready' ? matchesKey(file, rules.data) : undefined;
  const isMatched = key === undefined || (await knownMatches(deps, key)) !== undefined;
  if (!members && isMatched) return undefined;
  return {
    input: { members, rules: rules.status === 'ready' && !isMatched ? rules.data : null },
    timeoutMs: matchingTime(file.size),
    async keep(inside) {
      const came = alongSchema.safeParse(inside);
      if (!came.success) return;
      if (came.data.members !== null) await saveMembers(deps.db, file, came.data.members);
      if (came.data.matches !== null && key !== undefined)
        await saveMatches(deps.db, key, { matches: came.data.matches, at: deps.clock.now() });
    },
  };
}

interface Asked extends AskedFile {
  readonly ecosystem: EcosystemId;
}

/** Lists write versions as they were published: `1.0.0-rc.1` is `1.0rc1`. */
async function listed(
  deps: MaliciousDeps,
  asked: Asked & { readonly versions: Pick<VersionRules, 'compare'> },
  list: MaliciousLookUp,
): Promise<Looked<ListedMalicious>> {
  const packages = (await list.packages(asked.ecosystem, asked.name))
    .filter(({ version }) => version === '' || asked.versions.compare(version, asked.version) === 0)
    .map(({ version, note }) => listing(version === '' ? 'package' : 'version', note));
  const [whole] = await list.files([asked.sha256]);
  const outside = whole === undefined ? packages : [...packages, listing('distribution', whole.note, asked.sha256)];
  if (!list.namesFiles) return { status: 'looked', found: outside, files: 0, cut: 0 };
  const members = await membersOf(deps, asked);
  if (members.status === 'failed')
    return outside.length === 0 ? members : { status: 'looked', found: outside, files: 0, cut: 0 };
  const notes = new Map(
    (await list.files([...new Set(members.found.map(({ sha256 }) => sha256))])).map((one) => [one.sha256, one.note]),
  );
  const inside = members.found
    .filter(({ sha256 }) => notes.has(sha256))
    .map(({ path, sha256 }) => listing('file', notes.get(sha256) ?? '', sha256, path));
  return { status: 'looked', found: [...outside, ...inside], files: members.files, cut: members.cut };
}

function listing(what: ListedMalicious['what'], note: string, sha256?: Digest, path?: string): ListedMalicious {
  return { what, note, sha256, path };
}

const membersSchema = insideOf(z.object({ path: z.string(), sha256: digestSchema }));
const matchesSchema: z.ZodType<Inside<RuleMatch>, unknown> = insideOf(
  z.object({
    origin: z.string(),
    rule: z.string(),
    path: z.string(),
    severity: z.string(),
    description: z.string(),
  }),
);

function insideOf<T extends z.ZodType>(item: T) {
  return z.object({ found: z.array(item), files: z.number(), cut: z.number() });
}

const alongSchema = z.object({ members: membersSchema.nullable(), matches: matchesSchema.nullable() });

type Member = z.infer<typeof membersSchema>['found'][number];

async function membersOf(
  deps: MaliciousDeps,
  asked: Asked,
): Promise<Exclude<Looked<Member>, { status: 'not-configured' | 'stale' }>> {
  const known = await knownMembers(deps, asked);
  if (known !== undefined) return { status: 'looked', ...known };
  const answer = await inSandbox(deps, asked, { task: 'digest-members', more: {}, schema: membersSchema });
  if (answer.status === 'looked') await saveMembers(deps.db, asked, withoutStatus(answer));
  return answer;
}

async function matched(deps: MaliciousDeps, asked: Asked, rules: RuleSources): Promise<Looked<RuleMatch>> {
  const key = matchesKey(asked, rules);
  const known = await knownMatches(deps, key);
  if (known !== undefined) return { status: 'looked', ...known };
  const answer = await inSandbox(deps, asked, { task: 'match-rules', more: { ...rules }, schema: matchesSchema });
  if (answer.status === 'looked')
    await saveMatches(deps.db, key, { matches: withoutStatus(answer), at: deps.clock.now() });
  return answer;
}

async function knownMembers({ db }: MaliciousDeps, key: MembersKey): Promise<Inside<Member> | undefined> {
  return membersSchema.safeParse(await findMembers(db, key)).data;
}

async function knownMatches({ db }: MaliciousDeps, key: MatchesKey): Promise<Inside<RuleMatch> | undefined> {
  return matchesSchema.safeParse(await findMatches(db, key)).data;
}

function matchesKey({ sha256, ecosystem, filename }: MembersKey, { digest }: RuleSources): MatchesKey {
  return { sha256, ecosystem, filename, rules: digest, matcher: MATCHER_VERSION };
}

function matchingTime(size: number): number {
  return MATCH_BASE_MS + Math.ceil(size / MATCH_BYTES_PER_MS);
}

function withoutStatus<T>({ found, files, cut }: Inside<T>): Inside<T> {
  return { found, files, cut };
}

interface ConfinedQuestion<T> {
  readonly task: 'digest-members' | 'match-rules';
  readonly more: Readonly<Record<string, unknown>>;
  readonly schema: z.ZodType<Inside<T>, unknown>;
}

async function inSandbox<T>(
  deps: MaliciousDeps,
  { ecosystem, filename, sha256, size }: Asked,
  { task, more, schema }: ConfinedQuestion<T>,
): Promise<({ readonly status: 'looked' } & Inside<T>) | { readonly status: 'failed'; readonly reason: string }> {
  const path = deps.blobs.path(sha256);
  if (path === undefined) return { status: 'failed', reason: 'the blob store keeps no file on this machine to read' };
  const timeoutMs = matchingTime(size);
  const input = { ecosystem, path, filename, ...more };
  const answer = await deps.sandbox.run({ task, input, files: [path], timeoutMs });
  if (answer.status === 'failed') return { status: 'failed', reason: `${filename}: ${answer.reason}` };
  const parsed = schema.safeParse(answer.output);
  if (!parsed.success) return { status: 'failed', reason: 'the confined program gave an answer of another form' };
  return { status: 'looked', ...parsed.data };
}
