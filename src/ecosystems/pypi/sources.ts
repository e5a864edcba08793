/** Asks pip on this machine where it takes packages from: settings, environment and its built-in default. */
import { z } from 'zod';
import { Problem } from '../../domain/problem.ts';
import type { Source } from '../../domain/upstream.ts';
import type { SourceRules } from '../contract.ts';

/**
 * Run by the machine's own Python. pip's own option parser knows the precedence of files, environment and defaults;
 * `create_command` is there from pip 19.3 on, `commands_dict` before. An empty entry of `sys.path` is the current folder.
 */
const ASK_PIP = `
import sys
sys.path = [each for each in sys.path if each]
import json, os, pathlib, re
try:
    from pip._internal.commands import create_command
    command = create_command("install")
except ImportError:
    from pip._internal.commands import commands_dict
    command = commands_dict["install"]()
options = command.parse_args([])[0]
def url(text):
    if re.match("(https?|file):", text, re.I):
        return text
    return pathlib.Path(os.path.abspath(os.path.expanduser(text))).as_uri()
print(json.dumps({
    "index": None if options.no_index else url(options.index_url),
    "extra": [] if options.no_index else [url(each) for each in options.extra_index_urls],
    "findLinks": [url(each) for each in options.find_links],
    "cert": options.cert,
    "proxy": options.proxy or None,
}))
`;

const Settings = z.object({
  index: z.url({ protocol: /^(https?|file)$/ }).nullable(),
  extra: z.array(z.url({ protocol: /^(https?|file)$/ })),
  findLinks: z.array(z.url({ protocol: /^(https?|file)$/ })),
  cert: z.string().nullable(),
  proxy: z.string().nullable(),
});
type Settings = z.infer<typeof Settings>;

type Run = (command: string, args: readonly string[]) => Promise<string>;

/** Names under which Python is found, best first. */
const PYTHONS = ['python3', 'python'];

/** Where pip takes packages from on this machine. Throws `no-pip` where no pip answers. */
export const pypiSources: SourceRules = {
  discover: async (run) => {
    for (const python of PYTHONS) {
      const settings = (await askParser(run, python)) ?? (await askWords(run, python));
      if (settings !== undefined) return sourcesOf(settings);
    }
    throw new Problem({
      kind: 'could-not-check',
      code: 'no-pip',
      what: 'The sources of Python packages could not be found out',
      why: 'no pip on this machine answers',
      next: 'Install pip, or name the sources in the configuration.',
    });
  },
};

async function askParser(run: Run, python: string): Promise<Settings | undefined> {
  try {
    const lines = (await run(python, ['-c', ASK_PIP])).trim().split('\n');
    const settings = Settings.safeParse(JSON.parse(lines.at(-1) ?? ''));
    return settings.success ? settings.data : undefined;
  } catch {
    return undefined;
  }
}

/** For a pip whose inside is another: what it prints for people. */
async function askWords(run: Run, python: string): Promise<Settings | undefined> {
  try {
    const listed = await run(python, ['-m', 'pip', 'config', 'list']);
    // Later lines are nearer to the caller: global, user, site, environment.
    const value = (key: string) =>
      [...listed.matchAll(new RegExp(`^(?:global|install|:env:)\\.${key}=(['"])(.*)\\1$`, 'gm'))].at(-1)?.[2];
    const help = (await run(python, ['-m', 'pip', 'install', '--help'])).replaceAll(/\s+/g, ' ');
    const builtIn = /--index-url <url>[^()]*\(default (https?:[^)\s]+)\)/.exec(help)?.[1];
    const alone = /^(1|true|yes|on)$/i.test(value('no-index') ?? '');
    const settings = Settings.safeParse({
      index: alone ? null : (value('index-url') ?? builtIn),
      extra: alone ? [] : words(value('extra-index-url')),
      findLinks: words(value('find-links')).map((each) => (each.startsWith('/') ? `file://${each}` : each)),
      cert: value('cert') ?? null,
      proxy: value('proxy') ?? null,
    });
    return settings.success ? settings.data : undefined;
  } catch {
    return undefined;
  }
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+|\\n/).filter((each) => each !== '');
}

function sourcesOf(settings: Settings): readonly Source[] {
  const caFile = settings.cert ?? undefined;
  const proxy = settings.proxy === null ? {} : { proxy: settings.proxy };
  const extra = settings.extra.map((url, at) => ({ name: `extra-index-${at + 1}`, kind: 'index' as const, url }));
  const links = settings.findLinks.map((url, at) => ({
    name: `find-links-${at + 1}`,
    kind: 'find-links' as const,
    url,
  }));
  const index = settings.index === null ? [] : [{ name: 'index', kind: 'index' as const, url: settings.index }];
  return [...index, ...extra, ...links].map((source) => ({ ...source, ...proxy, only: undefined, caFile }));
}
