/** Fields that many operations share: each says once what it is, what it may hold, and an example. */
import { z } from 'zod';
import { LARGEST_PAGE, USUAL_PAGE } from './pages.ts';

export const channelName = z
  .string()
  .regex(/^[a-z](?:-?[a-z0-9])*$/)
  .max(64)
  .meta({ description: 'Name of a channel.', examples: ['tier3'] });
export const ecosystemId = z
  .string()
  .regex(/^[a-z]{2,20}$/)
  .meta({ description: 'Id of an ecosystem.', examples: ['pypi'] });
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
