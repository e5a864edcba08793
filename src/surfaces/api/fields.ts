/** Fields that many operations share: each says once what it is, what it may hold, and an example. */
import { z } from 'zod';
import { LARGEST_PAGE, USUAL_PAGE } from './pages.ts';

/** Longer than any name that an ecosystem allows. */
const LONGEST_NAME_CHARACTERS = 214;

const idLike = (letter: string, what: string) =>
  z
    .string()
    .regex(new RegExp(`^${letter}-[1-9][0-9]{0,11}$`))
    .meta({ description: what, examples: [`${letter}-1`] });

export const requestId = idLike('R', 'Id of a request.');
export const decisionId = idLike('A', 'Id of a decision.');
export const windowId = idLike('W', 'Id of an objection window.');
export const entryId = idLike('L', 'Id of an entry of core or extra.');
export const denialId = idLike('D', 'Id of a denial.');
export const bundleId = idLike('B', 'Id of a bundle.');
export const draftId = idLike('T', 'Id of a draft.');
export const quarantineId = idLike('Q', 'Id of a quarantine.');
export const reportId = idLike('P', 'Id of a report.');
export const tagId = idLike('G', 'Id of a tag.');
export const tagRequirementId = idLike('N', 'Id of what a channel asks for.');
/** The room says which labels there can be. */
export const tagWanted = z
  .string()
  .min(1)
  .max(128)
  .meta({
    description: 'A tag by anybody, or by somebody of an organisation.',
    examples: ['code-reviewed', 'code-reviewed@GENOMICS'],
  });

export const channelName = z
  .string()
  .regex(/^[a-z](?:-?[a-z0-9])*$/)
  .max(64)
  .meta({ description: 'Name of a channel.', examples: ['tier3'] });
export const ecosystemId = z
  .string()
  .regex(/^[a-z]{2,20}$/)
  .meta({ description: 'Id of an ecosystem.', examples: ['pypi'] });
/** As people write it: the ecosystem brings it into its normal form. */
export const packageName = z
  .string()
  .min(1)
  .max(LONGEST_NAME_CHARACTERS)
  .meta({ description: 'Name of a package.', examples: ['requests'] });
export const versionText = z
  .string()
  .min(1)
  .max(128)
  .meta({ description: 'A version in the ecosystem’s language.', examples: ['2.32.3'] });
export const range = z
  .string()
  .min(1)
  .max(500)
  .meta({ description: 'A range of versions in the ecosystem’s language.', examples: ['<2.2.3'] });
export const purl = z
  .string()
  .max(512)
  .meta({ description: 'Package URL of a release.', examples: ['pkg:pypi/requests@2.32.3'] });
export const digest = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/)
  .meta({ description: 'SHA-256 of what is meant.', examples: [`sha256:${'0'.repeat(64)}`] });
export const time = z.iso.datetime().meta({ description: 'RFC 3339, UTC.', examples: ['2026-11-20T09:12:04.000Z'] });
export const personName = z
  .string()
  .max(80)
  .meta({ description: 'Name of a person.', examples: ['rosa'] });
/** Words that somebody wrote; the room says what they may not hold. */
export const words = (what: string) => z.string().min(1).max(10_000).meta({ description: what });

/** A page of results and the way to the next one. */
export const page = <S extends z.ZodType>(results: S) =>
  z.object({
    results: z.array(results),
    next: z
      .string()
      .nullable()
      .meta({ description: '`cursor` of the next page; null at the end. The `Link` header has its whole address.' }),
  });

/** Where a list goes on, and how much of it is asked for. */
export const pageQuery = {
  limit: z
    .string()
    .regex(/^(?:[1-9][0-9]?|1[0-9]{2}|200)$/)
    .transform(Number)
    .default(USUAL_PAGE)
    .meta({ description: `Results on a page: 1 to ${LARGEST_PAGE}; ${USUAL_PAGE} where nothing is said.` }),
  cursor: z.string().max(200).optional().meta({ description: '`next` of the page before. It means nothing but that.' }),
};

/** A lock file of a large project has megabytes; it comes as a text in JSON, which escapes every line. Bytes. */
export const LARGEST_PROJECT_FILE = 8 * 1024 * 1024;
/** Requirements, project and lock files. */
export const projectFiles = z
  .array(
    z.strictObject({
      filename: z
        .string()
        .min(1)
        .max(255)
        .meta({ description: 'Its name says what it is.', examples: ['uv.lock'] }),
      content: z.string().max(LARGEST_PROJECT_FILE),
    }),
  )
  .max(20);
