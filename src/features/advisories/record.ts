import { z } from 'zod';
import type { AdvisoryEvent } from '../../domain/advisory.ts';
import type { EcosystemId } from '../../domain/purl.ts';

/** Ecosystem names of the OSV schema that are ours. Source: https://ossf.github.io/osv-schema/#defined-ecosystems. */
const OUR_ECOSYSTEMS: ReadonlyMap<string, EcosystemId> = new Map([
  ['PyPI', 'pypi'],
  ['npm', 'npm'],
  ['CRAN', 'cran'],
]);

const idSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/+-]{1,199}$/);
/** A date alone is taken as the start of that day, UTC. */
const timeSchema = z
  .string()
  .max(40)
  .refine((text) => !Number.isNaN(Date.parse(text)), 'is no time')
  .transform((text) => new Date(text).toISOString());
/** PostgreSQL's jsonb takes neither NUL nor half a surrogate pair. Source: its manual, "JSON Types". */
const storedText = z.string().refine((text) => text.isWellFormed() && !text.includes('\0'), 'is no text');
/** Versions are compared by the ecosystem; no registry allows longer ones. */
const versionSchema = storedText.max(256);
const severitySchema = z.object({ type: storedText, score: storedText });
const eventSchema = z
  .object({
    introduced: versionSchema.optional(),
    fixed: versionSchema.optional(),
    last_affected: versionSchema.optional(),
    limit: versionSchema.optional(),
  })
  .refine((event) => Object.values(event).some((version) => version !== undefined), 'an event without a version');
const rangeSchema = z
  .object({ type: z.string(), events: z.array(eventSchema).min(1) })
  .refine(
    ({ type, events }) => type === 'GIT' || events.some(({ introduced }) => introduced !== undefined),
    'a range that nothing introduces',
  );
const affectedSchema = z.object({
  package: z.object({ ecosystem: z.string(), name: z.string().min(1).max(214) }).optional(),
  ranges: z.array(rangeSchema).nullish(),
  versions: z.array(versionSchema).nullish(),
  severity: z.array(severitySchema).nullish(),
});
const recordSchema = z.object({
  id: idSchema,
  modified: timeSchema,
  published: timeSchema.nullish(),
  withdrawn: timeSchema.nullish(),
  /** An alias is only a pointer: a malformed one is dropped, its record is not. */
  aliases: z.array(z.string()).nullish(),
  summary: z.string().nullish(),
  details: z.string().nullish(),
  severity: z.array(severitySchema).nullish(),
  affected: z.array(affectedSchema).nullish(),
  database_specific: z.looseObject({}).nullish(),
});

/** What is kept of a record; parsed again when it is read. */
export const documentSchema = z.object({
  id: z.string(),
  aliases: z.array(z.string()),
  published: z.string().nullable(),
  modified: z.string(),
  withdrawn: z.boolean(),
  summary: z.string(),
  malicious: z.boolean(),
  /** The word of the source (`HIGH`), which is no score. */
  word: z.string().nullable(),
  severity: z.array(severitySchema),
  packages: z.array(
    z.object({
      ecosystem: z.string(),
      name: z.string(),
      severity: z.array(severitySchema),
      ranges: z.array(
        z.array(z.object({ at: z.enum(['introduced', 'fixed', 'last-affected', 'limit']), version: z.string() })),
      ),
      versions: z.array(z.string()),
    }),
  ),
});
export type AdvisoryDocument = z.infer<typeof documentSchema>;

export type ReadRecord =
  | {
      readonly status: 'read';
      readonly document: AdvisoryDocument;
      /** Names in an ecosystem of ours that can be no name there: the record says nothing of any package by them. */
      readonly unusableNames: readonly string[];
    }
  | { readonly status: 'bad'; readonly id: string; readonly why: string };

/** Characters of a summary that stands in lists. */
const MAX_SUMMARY = 300;

/** One OSV record; `normalise` gives a package's normal name, or `undefined` for what can be no name. */
export function readRecord(
  value: unknown,
  origin: string,
  normalise: (ecosystem: EcosystemId, name: string) => string | undefined,
): ReadRecord {
  const read = recordSchema.safeParse(value);
  if (!read.success) {
    const issue = read.error.issues[0];
    const id = z.object({ id: z.string().max(200) }).safeParse(value);
    const where = issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
    return { status: 'bad', id: id.success ? id.data.id : origin, why: where };
  }
  const record = read.data;
  const specific = record.database_specific ?? {};
  const text = (record.summary || record.details || '').trim().split('\n')[0] ?? '';
  const named = (record.aliases ?? []).filter((alias) => alias !== record.id && idSchema.safeParse(alias).success);
  const aliases = [...new Set(named)].toSorted();
  const document: AdvisoryDocument = {
    id: record.id,
    aliases,
    published: record.published ?? null,
    modified: record.modified,
    withdrawn: record.withdrawn !== null && record.withdrawn !== undefined,
    summary: shortened(text).toWellFormed().replaceAll('\0', ''),
    malicious: [record.id, ...aliases].some((id) => id.startsWith('MAL-')) || 'malicious-packages-origins' in specific,
    word: storedText.safeParse(specific.severity).data ?? null,
    severity: record.severity ?? [],
    packages: (record.affected ?? []).flatMap((affected) => packageOf(affected, normalise)),
  };
  return { status: 'read', document, unusableNames: unusableNamesOf(record, normalise) };
}

/** A text that is too long ends after a word and says that it goes on; cutting may halve a surrogate pair. */
function shortened(text: string): string {
  if (text.length <= MAX_SUMMARY) return text;
  const cut = text.slice(0, MAX_SUMMARY - 1);
  const words = cut.replace(/\s+\S*$/, '');
  return `${words === '' ? cut : words}…`;
}

function unusableNamesOf(
  { affected }: z.infer<typeof recordSchema>,
  normalise: (ecosystem: EcosystemId, name: string) => string | undefined,
): readonly string[] {
  return (affected ?? []).flatMap((one) => {
    const ecosystem = ecosystemOf(one);
    const raw = one.package?.name;
    return ecosystem === undefined || raw === undefined || normalise(ecosystem, raw) !== undefined ? [] : [raw];
  });
}

/** "Debian:12": what follows the colon is a release of the ecosystem, which none of ours has. */
function ecosystemOf(affected: z.infer<typeof affectedSchema>): EcosystemId | undefined {
  return OUR_ECOSYSTEMS.get(affected.package?.ecosystem.split(':')[0] ?? '');
}

function packageOf(
  affected: z.infer<typeof affectedSchema>,
  normalise: (ecosystem: EcosystemId, name: string) => string | undefined,
): AdvisoryDocument['packages'] {
  const ecosystem = ecosystemOf(affected);
  if (ecosystem === undefined || affected.package === undefined) return [];
  const name = normalise(ecosystem, affected.package.name);
  if (name === undefined) return [];
  // Ranges of commits say nothing about versions.
  const ranges = (affected.ranges ?? [])
    .filter(({ type }) => type !== 'GIT')
    .map(({ events }) => events.flatMap(eventsOf));
  return [{ ecosystem, name, ranges, severity: affected.severity ?? [], versions: affected.versions ?? [] }];
}

function eventsOf(event: z.infer<typeof eventSchema>): AdvisoryEvent[] {
  const events: AdvisoryEvent[] = [];
  if (event.introduced !== undefined) events.push({ at: 'introduced', version: event.introduced });
  if (event.fixed !== undefined) events.push({ at: 'fixed', version: event.fixed });
  if (event.last_affected !== undefined) events.push({ at: 'last-affected', version: event.last_affected });
  if (event.limit !== undefined) events.push({ at: 'limit', version: event.limit });
  return events;
}
