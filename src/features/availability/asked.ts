/** What a file of a project asks for: its ecosystem is known by its name, else it is a list of requirements or purls. */
import { Problem } from '../../domain/problem.ts';
import { parsePurl } from '../../domain/purl.ts';
import type { Target } from '../../domain/target.ts';
import type { Ecosystem, NeededPackage } from '../../ecosystems/contract.ts';

/** A package that is asked about. Names and versions in their normal form. */
export interface AskedPackage {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly extras: readonly string[];
  readonly version: string | null;
  /** In the ecosystem's own language, where a range is asked for and no one version. */
  readonly range?: string;
  /** As it was written. */
  readonly text: string;
}

/** Whether a version is one that is asked for. */
export function fits({ ecosystem, version, range }: AskedPackage, candidate: string): boolean {
  if (version !== null) return candidate === version;
  return range === undefined || ecosystem.versions.satisfies(candidate, range) === true;
}

/** Lock files of large projects reach a few megabytes; a larger file is something else. Characters. */
const LARGEST_FILE = 16_000_000;
/** More releases than any lock file of a project names. */
const MOST_PACKAGES = 5000;

/** A purl, or a name with an optional `@version` or `==version` in the given ecosystem. Throws `not-a-package`. */
export function readAsked(text: string, ecosystems: readonly Ecosystem[], defaultEcosystem = 'pypi'): AskedPackage {
  const purl = text.startsWith('pkg:') ? parsePurl(text) : undefined;
  const plain = /^([^@=<>!~;\s]+)(?:(?:==|@)([^\s;]+))?$/.exec(text);
  if (text.startsWith('pkg:') ? purl === undefined : plain === null) throw notAPackage(text);
  const id = purl?.ecosystem ?? defaultEcosystem;
  const ecosystem = ecosystems.find((one) => one.id === id);
  if (ecosystem === undefined) throw notAPackage(text, `${id} is no ecosystem here`);
  const extras = purl === undefined || purl.extras.length === 0 ? '' : `[${purl.extras.join(',')}]`;
  const named = ecosystem.names.parseRequest(purl === undefined ? (plain?.[1] ?? '') : `${purl.name}${extras}`);
  const raw = purl?.version ?? plain?.[2];
  const version = raw === undefined ? null : ecosystem.versions.normalise(raw);
  if (named === undefined) throw notAPackage(text);
  if (version === undefined) throw notAPackage(text, `${raw?.slice(0, 40)} is no whole version in ${ecosystem.title}`);
  return { ecosystem, name: named.name, extras: named.extras, version, text };
}

export interface ProjectFile {
  /** Without its folder. */
  readonly filename: string;
  readonly text: string;
}

/** Throws a usage problem, with the place, for what cannot be asked for. Each package once. */
export function readProject(
  { filename, text }: ProjectFile,
  ecosystems: readonly Ecosystem[],
  targets: readonly Target[],
): readonly AskedPackage[] {
  if (text.length > LARGEST_FILE) throw tooLong(filename, `${LARGEST_FILE / 1_000_000} MB`);
  const asked = asksOf({ filename, text }, ecosystems, targets);
  if (asked.length > MOST_PACKAGES) throw tooLong(filename, `${MOST_PACKAGES} packages`);
  return asked;
}

function asksOf(file: ProjectFile, ecosystems: readonly Ecosystem[], targets: readonly Target[]) {
  const named = ecosystems.find(({ projectFiles }) => projectFiles?.reads(file.filename) === true);
  if (named !== undefined) return readBy(named, file, targets);
  if (/^pkg:/m.test(file.text)) return purlsOf(file.text, ecosystems);
  const lines = ecosystems.find(({ projectFiles }) => projectFiles?.reads(PLAIN) === true);
  if (lines === undefined) throw unreadable(file.filename, 'No ecosystem here reads it');
  return readBy(lines, { ...file, filename: PLAIN }, targets);
}

/** A file of another name is read as if it had this one: one requirement a line. */
const PLAIN = 'requirements.txt';

function purlsOf(text: string, ecosystems: readonly Ecosystem[]): readonly AskedPackage[] {
  return text.split(/\r?\n/).flatMap((raw) => {
    const line = raw.replace(/(?:^|\s)#.*$/, '').trim();
    return line === '' ? [] : [readAsked(line, ecosystems)];
  });
}

function readBy(ecosystem: Ecosystem, { filename, text }: ProjectFile, targets: readonly Target[]) {
  const own = targets.filter((target) => target.ecosystem === ecosystem.id);
  const needed = ecosystem.projectFiles?.read(filename, text, own);
  if (needed === undefined) throw unreadable(filename, `Make it again with the package client of ${ecosystem.title}.`);
  return needed.map((one) => askedOf(ecosystem, one));
}

function askedOf(ecosystem: Ecosystem, { name, version, extras = [], range }: NeededPackage): AskedPackage {
  const extra = extras.length === 0 ? '' : `[${extras.join(',')}]`;
  const text = version === null ? `${name}${extra}${range ?? ''}` : `${name}${extra}@${version}`;
  if (ecosystem.names.normalise(name) !== name) throw notAPackage(text);
  return { ecosystem, name, extras, version, ...(range === undefined ? {} : { range }), text };
}

function unreadable(filename: string, next: string): Problem {
  return new Problem({
    kind: 'usage',
    code: 'unreadable-file',
    what: `${filename.slice(0, 80)} is not what its name promises`,
    next,
  });
}

function tooLong(filename: string, most: string): Problem {
  return new Problem({
    kind: 'usage',
    code: 'too-long',
    what: `${filename.slice(0, 80)} has more than ${most}`,
    next: 'Give a file of one project.',
  });
}

function notAPackage(text: string, why?: string): Problem {
  const what = `${JSON.stringify(text.slice(0, 80))} names no package`;
  const next = 'Write a purl (pkg:pypi/requests@2.32.3), or a name, with ==version where one is meant.';
  return new Problem({ kind: 'usage', code: 'not-a-package', what, next, ...(why === undefined ? {} : { why }) });
}
