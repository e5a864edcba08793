/**
 * What `npm audit`, `pnpm audit` and `yarn audit` ask, and their answers out of our advisories: the bulk form
 * (`security/advisories/bulk`), and the older one that sends a whole tree (`security/audits[/quick]`).
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Advisory, AdvisoryRange } from '../../domain/advisory.ts';
import { fixedVersions, isAffected } from '../../domain/advisory-range.ts';
import type { AuditQuestion } from '../../domain/client-questions.ts';
import type { AuditProtocol } from '../contract.ts';
import { normaliseName } from './names.ts';
import { npmVersions } from './versions.ts';

const BULK = '-/npm/v1/security/advisories/bulk';
const TREES: ReadonlySet<string> = new Set(['-/npm/v1/security/audits', '-/npm/v1/security/audits/quick']);

/**
 * Packages of a bulk question, and entries of a tree; the largest lock files hold some thousands. What asks for more is no
 * question: anybody may ask, and half of an answer would pass for a clean one.
 */
const MOST_PACKAGES = 10_000;
const MOST_ENTRIES = 50_000;
/** Versions of one package; the largest trees have some twenty of the most common ones. */
const MOST_VERSIONS = 200;
/** Places of one version that are told. */
const MOST_PATHS = 100;
/** Levels of a tree that is sent; npm's own trees have some twenty. */
const DEEPEST_TREE = 100;

const Bulk = z.record(z.string(), z.array(z.string()).max(MOST_VERSIONS));
/** One entry of a tree; those below it are read when it is their turn, so that no depth exhausts the stack. */
const Entry = z.object({
  version: z.string().optional(),
  dependencies: z.record(z.string(), z.unknown()).optional(),
});

export const npmAudit: AuditProtocol = {
  asks: (path) => path === BULK || TREES.has(path),
  read(path, body) {
    const json = jsonOf(body);
    return path === BULK ? readBulk(json) : readTree(json);
  },
  answer(question, advisories) {
    const text = question.form === 'bulk' ? bulkAnswer(question, advisories) : treeAnswer(question, advisories);
    return new TextEncoder().encode(JSON.stringify(text));
  },
};

function readBulk(json: unknown): AuditQuestion | undefined {
  const parsed = Bulk.safeParse(json);
  if (!parsed.success || Object.keys(parsed.data).length > MOST_PACKAGES) return undefined;
  const packages = new Map<string, readonly string[]>();
  for (const [name, versions] of Object.entries(parsed.data))
    if (normaliseName(name) === name) packages.set(name, versions);
  return { form: 'bulk', packages, paths: new Map() };
}

/** `undefined` where it is no tree, or one beyond the limits. */
function readTree(json: unknown): AuditQuestion | undefined {
  const packages = new Map<string, string[]>();
  const paths = new Map<string, string[]>();
  const waiting: { readonly entry: unknown; readonly path: readonly string[] }[] = [{ entry: json, path: [] }];
  let entries = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const read = Entry.safeParse(next.entry);
    if (!read.success || next.path.length > DEEPEST_TREE) return undefined;
    const { version = '', dependencies = {} } = read.data;
    const name = next.path.at(-1);
    if (name !== undefined && normaliseName(name) === name)
      note({ packages, paths }, { name, version, path: next.path });
    const below = Object.entries(dependencies);
    entries += below.length;
    if (entries > MOST_ENTRIES || (packages.get(name ?? '')?.length ?? 0) > MOST_VERSIONS) return undefined;
    for (const [one, entry] of below.toReversed()) waiting.push({ entry, path: [...next.path, one] });
  }
  return { form: 'tree', packages, paths };
}

function note(
  { packages, paths }: { readonly packages: Map<string, string[]>; readonly paths: Map<string, string[]> },
  { name, version, path }: { readonly name: string; readonly version: string; readonly path: readonly string[] },
): void {
  const versions = packages.get(name) ?? [];
  packages.set(name, versions);
  if (!versions.includes(version)) versions.push(version);
  const key = `${name}@${version}`;
  const known = paths.get(key) ?? [];
  paths.set(key, known);
  if (known.length < MOST_PATHS) known.push(path.join('>'));
}

interface Hit {
  readonly name: string;
  readonly version: string;
  readonly advisory: Advisory;
}

/** Every advisory with a version that was asked about and that it speaks of. */
function hitsOf({ packages }: AuditQuestion, advisories: ReadonlyMap<string, readonly Advisory[]>): readonly Hit[] {
  return [...packages].flatMap(([name, versions]) =>
    (advisories.get(name) ?? []).flatMap((advisory) =>
      versions
        .filter((version) => isAffected(version, advisory, npmVersions.compare))
        .map((version) => ({ name, version, advisory })),
    ),
  );
}

function bulkAnswer(question: AuditQuestion, advisories: ReadonlyMap<string, readonly Advisory[]>): object {
  const byName = Map.groupBy(hitsOf(question, advisories), ({ name }) => name);
  return Object.fromEntries(
    [...byName].map(([name, hits]) => [
      name,
      [...new Set(hits.map(({ advisory }) => advisory))].map((advisory) => ({
        ...wordsOf(advisory),
        cwe: [],
        cvss: cvssOf(advisory),
      })),
    ]),
  );
}

const LEVELS = ['info', 'low', 'moderate', 'high', 'critical'] as const;

function treeAnswer(question: AuditQuestion, advisories: ReadonlyMap<string, readonly Advisory[]>): object {
  const hits = hitsOf(question, advisories);
  const levels = hits.map(({ advisory }) => levelOf(advisory));
  const vulnerabilities = Object.fromEntries(
    LEVELS.map((level) => [level, levels.filter((one) => one === level).length]),
  );
  const found = [...Map.groupBy(hits, ({ name, advisory }) => `${name} ${advisory.id}`).values()];
  const totalDependencies = [...question.packages.values()].flat().length;
  return {
    actions: [],
    advisories: Object.fromEntries(
      found.map((same) => [numberOf(same[0]?.advisory.id ?? ''), oldAdvisory(same, question)]),
    ),
    muted: [],
    metadata: {
      ...{ vulnerabilities, dependencies: totalDependencies, devDependencies: 0, optionalDependencies: 0 },
      totalDependencies,
    },
  };
}

/** The members that the older clients read (registry documentation of `security/audits`). */
function oldAdvisory(same: readonly Hit[], { paths }: AuditQuestion): object {
  const [{ name, advisory } = { name: '', advisory: undefined }] = same;
  if (advisory === undefined) return {};
  const fixed = fixedVersions(advisory, npmVersions.compare);
  const words = wordsOf(advisory);
  return {
    ...words,
    findings: same.map(({ version }) => ({ version, paths: paths.get(`${name}@${version}`) ?? [] })),
    module_name: name,
    created: advisory.published ?? advisory.modified,
    updated: advisory.modified,
    overview: advisory.summary,
    recommendation: fixed.length === 0 ? 'None' : `Upgrade to version ${fixed.at(-1)} or later`,
    patched_versions: fixed.length === 0 ? '<0.0.0' : `>=${fixed.at(-1)}`,
    cves: advisory.aliases.filter((alias) => alias.startsWith('CVE-')),
    cwe: [],
    cvss: cvssOf(advisory),
    access: 'public',
  };
}

/** Bytes of a hash that every client holds as a whole number (2^48 is below 2^53). */
const NUMBER_BYTES = 6;

/** Clients know advisories by number; pnpm from 11 on passes over one whose id is a text, and calls the tree clean. */
function numberOf(id: string): number {
  return createHash('sha256').update(id).digest().readUIntBE(0, NUMBER_BYTES);
}

function wordsOf(advisory: Advisory): object {
  const { id, severity, malicious, summary } = advisory;
  const unknown = severity.state === 'unknown' && !malicious ? ' (severity not known)' : '';
  return {
    id: numberOf(id),
    url: urlOf(id),
    title: `${summary === '' ? id : summary}${unknown}`,
    severity: levelOf(advisory),
    vulnerable_versions: rangeOf(advisory),
  };
}

function urlOf(id: string): string {
  return id.startsWith('GHSA-') ? `https://github.com/advisories/${id}` : `https://osv.dev/vulnerability/${id}`;
}

/** CVSS qualitative scale (v3.1, section 5). What is not known is never shown as harmless. */
function levelOf({ severity, malicious }: Advisory): (typeof LEVELS)[number] {
  if (malicious) return 'critical';
  if (severity.state === 'unknown') return 'high';
  if (severity.score >= 9) return 'critical';
  if (severity.score >= 7) return 'high';
  return severity.score >= 4 ? 'moderate' : 'low';
}

function cvssOf({ severity }: Advisory): object {
  return severity.state === 'scored'
    ? { score: severity.score, vectorString: severity.vector }
    : { score: 0, vectorString: null };
}

/** OSV ranges and listed versions in node-semver's language. */
function rangeOf({ ranges, versions }: Advisory): string {
  const parts = [...ranges.flatMap(intervalsOf), ...versions];
  return parts.length === 0 ? '<0.0.0-0' : parts.join(' || ');
}

function intervalsOf({ events }: AdvisoryRange): readonly string[] {
  const intervals: string[] = [];
  let from: string | undefined;
  for (const event of events) {
    if (event.at === 'introduced') {
      if (from !== undefined) intervals.push(from);
      from = event.version === '0' ? '>=0.0.0-0' : `>=${event.version}`;
    } else if (from !== undefined && event.at !== 'limit') {
      intervals.push(`${from} ${event.at === 'fixed' ? '<' : '<='}${event.version}`);
      from = undefined;
    }
  }
  return from === undefined ? intervals : [...intervals, from];
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
