/** Asks R on this machine where it takes packages from: `getOption("repos")`, with what its profiles set. */
import { z } from 'zod';
import { Problem } from '../../domain/problem.ts';
import type { Source } from '../../domain/upstream.ts';
import type { SourceRules } from '../contract.ts';

/** One repository per line; R prints nothing else on standard output unless a profile does. */
const QUESTION =
  'r <- getOption("repos"); cat(paste0("repo\\t", names(r), "\\t", r, collapse = "\\n"), "\\n", sep = "")';
/** What R has where nobody chose a repository. */
const UNCHOSEN = '@CRAN@';

const Address = z.url({ protocol: /^(?:https?|file)$/ });

/** Where R takes packages from on this machine. Throws `no-r` where no R answers, `no-repository` where none is chosen. */
export const cranSources: SourceRules = {
  async discover(run) {
    const printed = await run('Rscript', ['-e', QUESTION]).catch((error: unknown) => {
      throw problem('no-r', 'The sources of R packages could not be found out', {
        why: error instanceof Error ? error.message : String(error),
        next: 'Install R, or name the sources in the configuration.',
      });
    });
    const sources = printed.split('\n').flatMap(sourceOf);
    if (sources.length > 0) return sources;
    throw problem('no-repository', 'R on this machine has no repository set', {
      why: 'getOption("repos") names none',
      next: 'Set options(repos = ...) in Rprofile.site, or name the sources in the configuration.',
    });
  },
};

function sourceOf(line: string, index: number): readonly Source[] {
  const [mark, name = '', address = ''] = line.trim().split('\t');
  if (mark !== 'repo' || address === UNCHOSEN) return [];
  const url = Address.safeParse(address);
  if (!url.success) return [];
  const called = name === '' ? `repository-${index + 1}` : name.toLowerCase();
  return [{ name: called, kind: 'index', url: url.data, only: undefined, caFile: undefined }];
}

function problem(code: string, what: string, { why, next }: { readonly why: string; readonly next: string }): Problem {
  return new Problem({ kind: 'could-not-check', code, what, why, next });
}
