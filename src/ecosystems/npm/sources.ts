/** Asks npm on this machine where it takes packages from: its registry, and the registries of single scopes. */
import { z } from 'zod';
import { Problem } from '../../domain/problem.ts';
import type { Source } from '../../domain/upstream.ts';
import type { SourceRules } from '../contract.ts';

type Run = (command: string, args: readonly string[]) => Promise<string>;

const Address = z.url({ protocol: /^https?$/ });
const Settings = z.record(z.string(), z.unknown());
type Settings = z.infer<typeof Settings>;
const Words = z.union([z.string().transform((text) => text.split(',')), z.array(z.string())]).catch([]);

/** Where npm takes packages from on this machine. Throws `no-npm` where no npm answers. */
export const npmSources: SourceRules = {
  async discover(run) {
    const registry = Address.safeParse(await ask(run, ['config', 'get', 'registry']));
    if (!registry.success) throw noNpm('`npm config get registry` gives no address');
    const caFile = await ask(run, ['config', 'get', 'cafile']);
    const settings = Settings.safeParse(jsonOf(await ask(run, ['config', 'list', '--json']))).data ?? {};
    return [
      source({ name: 'registry', url: registry.data, caFile, settings }),
      ...scopesIn(settings).map(({ scope, url }) =>
        source({ name: `scope-${scope.slice(1)}`, url, caFile, settings, only: [`${scope}/*`] }),
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
function scopesIn(settings: Settings): readonly { readonly scope: string; readonly url: string }[] {
  return Object.entries(settings).flatMap(([key, value]) => {
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
  readonly settings: Settings;
  readonly only?: readonly string[];
}): Source {
  const proxy = proxyOf(of.url, of.settings);
  const caFile = of.caFile === '' || of.caFile === 'null' || of.caFile === 'undefined' ? undefined : of.caFile;
  return { name: of.name.toLowerCase(), kind: 'index', url: of.url, only: of.only, caFile, ...proxy };
}

/**
 * npm's own proxies: that for `https:` is taken for every registry where it is set, else that for `http:`
 * (npm-registry-fetch, `proxy`); what `noproxy` names is asked directly. Without one the environment counts, as with npm.
 */
function proxyOf(url: string, settings: Settings): Pick<Source, 'proxy'> {
  const { hostname } = new URL(url);
  if (Words.parse(settings.noproxy).some((pattern) => endsIn(hostname, pattern.trim()))) return { proxy: null };
  const own = [settings['https-proxy'], settings.proxy].find((text) => typeof text === 'string' && text !== '');
  return typeof own === 'string' ? { proxy: own } : {};
}

/** Whole parts of a host name, from its end (@npmcli/agent, `isNoProxy`). */
function endsIn(hostname: string, pattern: string): boolean {
  const end = pattern.replace(/^\.+/, '');
  return end !== '' && (hostname === end || hostname.endsWith(`.${end}`));
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
