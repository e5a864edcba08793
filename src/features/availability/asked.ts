/** Reads what a project says it needs: one requirement a line, as pip writes them. */
import { Problem } from '../../domain/problem.ts';
import { parsePurl } from '../../domain/purl.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';

/** A package that is asked about. Names and versions in their normal form. */
export interface AskedPackage {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly extras: readonly string[];
  readonly version: string | null;
  /** As it was written. */
  readonly text: string;
}

/** More lines than any project has; a larger file is something else. */
const MOST_LINES = 20_000;

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
  if (named === undefined || version === undefined) throw notAPackage(text);
  return { ecosystem, name: named.name, extras: named.extras, version, text };
}

/**
 * What a project file asks for: a lock file or manifest that an ecosystem knows by its name, else the requirements of a
 * `requirements.txt`-like file; options, comments, hashes and markers are passed over. Throws `unreadable-file` and `too-long`.
 */
export function readProject(
  filename: string,
  content: string,
  ecosystems: readonly Ecosystem[],
): readonly AskedPackage[] {
  const own = readByName(filename, content, ecosystems);
  if (own !== undefined) return own;
  const lines = content.replaceAll(/\\\r?\n/g, ' ').split('\n');
  if (lines.length > MOST_LINES) {
    throw new Problem({ kind: 'usage', code: 'too-long', what: `${filename} has more than ${MOST_LINES} lines` });
  }
  return lines.flatMap((line) => {
    const text =
      line
        .replace(/(?:^|\s)#.*$/, '')
        .replace(/\s--hash=\S+/g, '')
        .split(';')[0]
        ?.trim() ?? '';
    if (text === '' || text.startsWith('-')) return [];
    const pinned = /^([^=<>!~\s]+)\s*===?\s*([^,\s*]+)$/.exec(text);
    const name = /^[^=<>!~\s]+/.exec(text)?.[0] ?? text;
    return [readAsked(pinned === null ? name : `${pinned[1]}==${pinned[2]}`, ecosystems)];
  });
}

/** A file whose name belongs to one ecosystem: a lock file, a manifest. */
function readByName(
  filename: string,
  content: string,
  ecosystems: readonly Ecosystem[],
): readonly AskedPackage[] | undefined {
  const ecosystem = ecosystems.find(({ projectFiles }) => projectFiles?.reads(filename) === true);
  if (ecosystem === undefined) return undefined;
  const needed = ecosystem.projectFiles?.read(filename, content);
  if (needed === undefined) {
    const what = `${filename} is not what its name promises`;
    throw new Problem({ kind: 'usage', code: 'unreadable-file', what, next: `Make it again with ${ecosystem.title}.` });
  }
  return needed.map(({ name, version }) => {
    const text = version === null ? name : `${name}@${version}`;
    if (ecosystem.names.normalise(name) !== name) throw notAPackage(text);
    return { ecosystem, name, extras: [], version, text };
  });
}

function notAPackage(text: string, why?: string): Problem {
  const what = `${JSON.stringify(text.slice(0, 80))} names no package`;
  const next = 'Write a purl (pkg:pypi/requests@2.32.3), or a name, with ==version where one is meant.';
  return new Problem({ kind: 'usage', code: 'not-a-package', what, next, ...(why === undefined ? {} : { why }) });
}
