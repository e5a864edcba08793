/** Takes YARA rules in: what does not compile is refused whole. */
import type { RuleSource } from '../../domain/malicious.ts';
import type { FeedFile } from './feed-text.ts';
import { unusableFeed } from './unusable.ts';

/** Characters of all rules together: the largest public collections have a third of it. */
const MAX_CHARACTERS = 30_000_000;

/** Whether rules compile, found out where rules are run. */
export type CheckRules = (
  sources: readonly RuleSource[],
) => Promise<
  { readonly status: 'compiled'; readonly count: number } | { readonly status: 'refused'; readonly reason: string }
>;

/** The files with rules: of a folder, those that are named so. Throws `feed-unusable`. */
export async function readYara(
  files: readonly FeedFile[],
  check: CheckRules,
): Promise<{ readonly sources: readonly RuleSource[]; readonly count: number }> {
  const sources = files.length === 1 ? files : files.filter(({ name }) => /\.yara?$/i.test(name));
  if (sources.length === 0) throw unusableFeed('yara', 'it holds no .yar or .yara files');
  if (sources.reduce((sum, { text }) => sum + text.length, 0) > MAX_CHARACTERS)
    throw unusableFeed('yara', `the rules have more than ${MAX_CHARACTERS} characters`);
  const checked = await check(sources);
  if (checked.status === 'refused') throw unusableFeed('yara', checked.reason);
  if (checked.count === 0) throw unusableFeed('yara', 'it holds no rules');
  return { sources, count: checked.count };
}
