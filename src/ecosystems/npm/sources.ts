/** Asks npm on this machine where it takes packages from: its registry, and the registries of single scopes. */
import { z } from 'zod';
import { Problem } from '../../domain/problem.ts';
import type { Source } from '../../domain/upstream.ts';
import type { SourceRules } from '../contract.ts';

type Run = (command: string, args: readonly string[]) => Promise<string>;

const Address = z.url({ protocol: /^https?$/ });
const Settings = z.record(z.string(), z.unknown());

/** Where npm takes packages from on this machine. Throws `no-npm` where no npm answers. */
export const npmSources: SourceRules = {
  async discover(run) {
    const registry = Address.safeParse(await ask(run, ['config', 'get', 'registry']));
    if (!registry.success) throw noNpm('`npm config get registry` gives no address');
    const caFile = await ask(run, ['config', 'get', 'cafile']);
    return [
      source({ name: 'registry', url: registry.data, caFile }),
      ...scopesIn(await ask(run, ['config', 'list', '--json'])).map(({ scope, url }) =>
        source({ name: `scope-${scope.slice(1)}`, url, caFile, only: [`${scope}/*`] }),
      ),
    ];
  },
};

async function ask(run: Run, args: readonly string[]): Promise<string> {
  return (
    await run('npm', args).catch((error: unknown) => {
      throw noNpm(error instanceof Error ? error.message : String(error));
    })
  ).trim();
}

/** `@scope:registry` settings; the rest of npm's settings is nobody's business here. */
function scopesIn(text: string): readonly { readonly scope: string; readonly url: string }[] {
  const settings = Settings.safeParse(jsonOf(text));
  if (!settings.success) return [];
  return Object.entries(settings.data).flatMap(([key, value]) => {
    const scope = /^(@[a-z0-9][a-z0-9._-]*):registry$/i.exec(key)?.[1];
    const url = Address.safeParse(value);
    return scope === undefined || !url.success ? [] : [{ scope, url: url.data }];
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function source(of: {
  readonly name: string;
  readonly url: string;
  readonly caFile: string;
  readonly only?: readonly string[];
}): Source {
  const caFile = of.caFile === '' || of.caFile === 'null' || of.caFile === 'undefined' ? undefined : of.caFile;
  return { name: of.name.toLowerCase(), kind: 'index', url: of.url, only: of.only, caFile };
}

function noNpm(why: string): Problem {
  return new Problem({
    kind: 'could-not-check',
    code: 'no-npm',
    what: 'The sources of npm packages could not be found out',
    why,
    next: 'Install npm, or name the sources in the configuration.',
  });
}
