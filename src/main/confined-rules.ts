/** Tasks of the confined program about malicious files: rules are compiled and matched, and members are named by digest. */
import { hash } from 'node:crypto';
import { z } from 'zod';
import type { ContentFile } from '../domain/content.ts';
import type { Inside } from '../domain/malicious.ts';
import type { ArchiveRules } from '../ecosystems/contract.ts';
import type { Compiled, RuleEngine } from '../platform/yara/port.ts';

const RuleSources = z.array(z.object({ name: z.string(), text: z.string() }));
/** Rules by the digest of all of them: what was compiled for it is kept for the next file. */
export const Rules = z.object({ digest: z.string(), sources: RuleSources });
export const CheckRulesInput = z.object({ sources: RuleSources });
export const MembersInput = z.object({
  ecosystem: z.string(),
  /** One of the request's files. */
  path: z.string(),
  filename: z.string(),
});
export const MatchRulesInput = MembersInput.extend(Rules.shape);

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

/** Whether a rule has broken the engine, which holds for all that would be asked of it later in this process. */
export function brokenRules(): boolean {
  return engine?.broken === true;
}

/** Whether rules compile, and how many they are. */
export async function checkRules({ sources }: z.infer<typeof CheckRulesInput>): Promise<unknown> {
  const compiled = (await loadedEngine()).compile(sources);
  return compiled.status === 'refused' ? compiled : { status: 'compiled', count: compiled.count };
}

/** The SHA-256 of what there is of a file, in hex: found out when first asked for, and once for all who ask. */
export type FileDigest = () => string;

export function digestOf({ bytes, complete, sha256 }: ContentFile): FileDigest {
  let known = complete ? sha256 : undefined;
  return () => {
    known ??= hash('sha256', bytes, 'hex');
    return known;
  };
}

/** Somebody who looks at every regular file of a distribution, as they pass by. */
export interface Looking<T = Inside<unknown>> {
  /** Throws where it gives up. */
  look(file: ContentFile, digest: FileDigest): void;
  /** What came of all of them. */
  done(): T;
}

/** Holds every file against the rules; throws where they do not compile. */
export async function matchingRules({ digest, sources }: z.infer<typeof Rules>): Promise<Looking> {
  if (last?.digest !== digest) last = { digest, compiled: (await loadedEngine()).compile(sources) };
  const { compiled } = last;
  if (compiled.status === 'refused') throw new Error(compiled.reason);
  const { rules } = compiled;
  const known = new Map<string, ReturnType<typeof rules.match>>();
  return looking((file, found, key) => {
    const matches = known.get(key()) ?? rules.match(file.bytes);
    known.set(key(), matches);
    const path = file.path.slice(0, LONGEST_PATH);
    for (const match of matches) if (found.length < MOST_MATCHES) found.push({ ...match, path });
  });
}

/** Names every whole file by its digest. */
export function digestingMembers(): Looking {
  return looking((file, found, digest) => {
    if (file.complete) found.push({ path: file.path.slice(0, LONGEST_PATH), sha256: `sha256:${digest()}` });
  });
}

function looking(each: (file: ContentFile, found: unknown[], digest: FileDigest) => void): Looking {
  const found: unknown[] = [];
  let [files, cut] = [0, 0];
  return {
    look(file, digest) {
      files += 1;
      if (!file.complete) cut += 1;
      each(file, found, digest);
    },
    done: () => ({ found, files, cut }),
  };
}

/** Every regular file of a distribution against the rules; an archive that cannot be believed is an error. */
export async function matchRules(input: z.infer<typeof MatchRulesInput>, archives: ArchiveRules): Promise<unknown> {
  return walkedBy(await matchingRules(input), input, archives);
}

/** The digest of every regular file of a distribution. */
export async function digestMembers(input: z.infer<typeof MembersInput>, archives: ArchiveRules): Promise<unknown> {
  return walkedBy(digestingMembers(), input, archives);
}

async function walkedBy(
  who: Looking,
  { path, filename }: z.infer<typeof MembersInput>,
  archives: ArchiveRules,
): Promise<unknown> {
  const outcome = await archives.walk(path, filename, (file) => who.look(file, digestOf(file)));
  if (outcome.status === 'broken') throw new Error(outcome.reason);
  return who.done();
}
