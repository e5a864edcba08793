/** npm: the file that a lifecycle script starts is code that runs at install, whatever its place. */
import { posix } from 'node:path';
import { z } from 'zod';
import { excerpt, lineCounter } from '../../domain/content.ts';
import type { Finding } from '../../domain/evidence.ts';
import { oneOf } from '../syntax/name-answers.ts';
import type { Source } from '../syntax/source.ts';
import { SIGNS } from './signs.ts';
import { talksIn } from './source-signs.ts';

/** What parts the words of a command: shells and `cmd` both run them. */
const BETWEEN_WORDS = /[\s"'`;&|()<>=]+/;
/** Words of one command; nobody writes longer ones. */
const MOST_WORDS = 200;
const LONGEST_PATH = 300;

const Manifest = z.object({ scripts: z.record(z.string(), z.unknown()) });
/** In the order in which npm runs them (npm documentation, "Life cycle scripts"). */
const AT_INSTALL = ['preinstall', 'install', 'postinstall'] as const;

/** A script that npm runs when the package is installed. */
export interface InstallCommand {
  readonly script: (typeof AT_INSTALL)[number];
  readonly command: string;
}

/** The package itself, and packages that it brings along (`bundleDependencies`), whose scripts run as well. */
export const RUNS_AT_INSTALL =
  /^package\/(?:(?:[^/]+\/)*node_modules\/(?:@[^/]+\/)?[^/]+\/)?(?:package[.]json|binding[.]gyp)$/;
/** Commands that `node-gyp` runs while it reads a `binding.gyp` (GYP, "Command Expansions"). */
const GYP_COMMAND = /<!@?\(([^)]{0,2000})/g;

/**
 * What `package.json` of the package itself has npm run, read as npm reads it, whatever escapes and white space it has; and
 * what its `binding.gyp` does, which npm builds without being told to.
 */
export function installCommands(path: string, text: string): readonly InstallCommand[] {
  if (!RUNS_AT_INSTALL.test(path)) return [];
  if (path.endsWith('.gyp')) {
    const expanded = [...text.matchAll(GYP_COMMAND)].slice(0, MOST_WORDS).map(([, command = '']) => command);
    return ['node-gyp rebuild', ...expanded].map((command) => ({ script: 'install', command }));
  }
  const read = Manifest.safeParse(jsonOf(text));
  return AT_INSTALL.flatMap((script) => {
    const command = read.data?.scripts[script];
    return typeof command === 'string' ? [{ script, command }] : [];
  });
}

const Versioned = z.object({ version: z.string() });
/** Versions that whoever asks for the highest one gets: nobody counts so far. Years are no such versions. */
const ABOVE_ALL = /^(?:99|[1-9]00|9{3,}|[1-9]\d{4,5})[.]\d/;

/** Whether a package of npm has a version as no other has, so that it is taken for one of somebody else's own registry. */
export function isAboveAll(path: string, text: string): boolean {
  if (path.endsWith('.gyp')) return false;
  const version = Versioned.safeParse(jsonOf(text)).data?.version;
  return version !== undefined && ABOVE_ALL.test(version);
}

/** What a JSON text says, with or without a byte order mark as npm reads it; `undefined` where it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}

/** What a source file of the package does, as far as a lifecycle script makes it matter. */
export interface Deed {
  readonly path: string;
  /** The line where it talks to the network first, and its number; `undefined` where it does not. */
  readonly talks: { readonly line: number; readonly text: string } | undefined;
  readonly starts: boolean;
}

/** Puts scripts and the files they start together, in whatever order they come. */
export class Lifecycle {
  private readonly started = new Set<string>();
  private readonly deeds = new Map<string, Deed>();

  /** A file that may be `package.json`: every word of its commands may name a file that they start. */
  manifest(path: string, text: string): void {
    for (const { command } of installCommands(path, text))
      for (const word of command.split(BETWEEN_WORDS, MOST_WORDS))
        this.started.add(posix.join(posix.dirname(path), word));
  }

  /** Files that say nothing to the network are not kept: as many of them as an archive may hold push nothing out. */
  deed(deed: Deed): void {
    if (deed.talks !== undefined) this.deeds.set(deed.path, deed);
  }

  /** The same bytes at another place, which may be the one that is started. */
  repeat(path: string, first: string): void {
    const deed = this.deeds.get(first);
    if (deed !== undefined) this.deeds.set(path, { ...deed, path });
  }

  /** The files that scripts start and that do more than compute. */
  findings(): readonly Finding[] {
    const started = [...this.started].toSorted().flatMap((file) => {
      const names = [file, `${file}.js`, posix.join(file, 'index.js')];
      return names.flatMap((name) => this.deeds.get(name) ?? []).slice(0, 1);
    });
    return [...new Set(started)].flatMap((found): Finding[] => {
      if (found.talks === undefined) return [];
      const sign = found.starts ? 'lifecycle-network-and-code' : 'lifecycle-network';
      const { path, talks } = found;
      return [
        {
          kind: 'install-code',
          ...SIGNS[sign],
          subject: path,
          location: `${path.slice(0, LONGEST_PATH)}:${talks.line}`,
          data: { sign, line: talks.text },
        },
      ];
    });
  }
}

/** Characters of a line that are repeated. */
const LONGEST_LINE = 200;

const makers = oneOf(['eval', 'Function']);

/** What a file does, for the scripts that may start it. */
export function deedOf(source: Source): Deed {
  const { noted, path, text } = source;
  const talk = noted.find(talksIn(source));
  const starts = noted.some((call) => call.power === 'processes' || makers.about(call));
  if (talk === undefined) return { path, talks: undefined, starts };
  const { start } = talk;
  const begin = text.lastIndexOf('\n', start) + 1;
  const end = text.indexOf('\n', start);
  const line = excerpt(text.slice(begin, end === -1 ? text.length : end), LONGEST_LINE);
  return { path, talks: { line: lineCounter(text)(start), text: line }, starts };
}
