/** Tasks of the confined program about malicious files: rules are compiled and matched, and members are named by digest. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ContentFile } from '../domain/content.ts';
import type { ArchiveRules } from '../ecosystems/contract.ts';
import type { Compiled, RuleEngine } from '../platform/yara/port.ts';

const RuleSources = z.array(z.object({ name: z.string(), text: z.string() }));
export const CheckRulesInput = z.object({ sources: RuleSources });
export const MatchRulesInput = z.object({
  ecosystem: z.string(),
  /** One of the request's files. */
  path: z.string(),
  filename: z.string(),
  /** Digest of the rules: what was compiled for it is kept for the next file. */
  digest: z.string(),
  sources: RuleSources,
});
export const MembersInput = z.object({ ecosystem: z.string(), path: z.string(), filename: z.string() });

/** Matches in one distribution; a rule that matches everywhere has said what it can say. */
const MOST_MATCHES = 500;
/** Characters of a path that are repeated. */
const LONGEST_PATH = 300;

let engine: RuleEngine | undefined;
let last: { readonly digest: string; readonly compiled: Compiled } | undefined;

/** Loaded when first asked for: most homes have no rules. */
async function loadedEngine(): Promise<RuleEngine> {
  engine ??= (await import('../platform/yara/yara-x.ts')).createRuleEngine();
  return engine;
}

/** Whether rules compile, and how many they are. */
export async function checkRules({ sources }: z.infer<typeof CheckRulesInput>): Promise<unknown> {
  const compiled = (await loadedEngine()).compile(sources);
  return compiled.status === 'refused' ? compiled : { status: 'compiled', count: compiled.count };
}

/** Every regular file of a distribution against the rules; an archive that cannot be believed is an error. */
export async function matchRules(input: z.infer<typeof MatchRulesInput>, archives: ArchiveRules): Promise<unknown> {
  const { path, filename, digest, sources } = input;
  if (last?.digest !== digest) last = { digest, compiled: (await loadedEngine()).compile(sources) };
  const { compiled } = last;
  if (compiled.status === 'refused') throw new Error(compiled.reason);
  const found: unknown[] = [];
  const known = new Map<string, ReturnType<typeof compiled.rules.match>>();
  const walk = await walked(archives, { path, filename }, (file) => {
    const key = createHash('sha256').update(file.bytes).digest('base64');
    const matches = known.get(key) ?? compiled.rules.match(file.bytes);
    known.set(key, matches);
    const at = file.path.slice(0, LONGEST_PATH);
    for (const match of matches) if (found.length < MOST_MATCHES) found.push({ ...match, path: at });
  });
  return { found, ...walk };
}

/** The digest of every regular file of a distribution. */
export async function digestMembers(input: z.infer<typeof MembersInput>, archives: ArchiveRules): Promise<unknown> {
  const found: unknown[] = [];
  const walk = await walked(archives, input, (file) => {
    if (!file.complete) return;
    const sha256 = `sha256:${createHash('sha256').update(file.bytes).digest('hex')}`;
    found.push({ path: file.path.slice(0, LONGEST_PATH), sha256 });
  });
  return { found, ...walk };
}

async function walked(
  archives: ArchiveRules,
  { path, filename }: { readonly path: string; readonly filename: string },
  visit: (file: ContentFile) => void,
): Promise<{ readonly files: number; readonly cut: number }> {
  let [files, cut] = [0, 0];
  const outcome = await archives.walk(path, filename, (file) => {
    files += 1;
    if (!file.complete) cut += 1;
    visit(file);
  });
  if (outcome.status === 'broken') throw new Error(outcome.reason);
  return { files, cut };
}
