/** What the worker of the kill test says, one JSON document per line. */
import { z } from 'zod';

const about = { id: z.string(), name: z.string() };

export const acknowledgement = z.discriminatedUnion('step', [
  z.object({ step: z.literal('filed'), ...about }),
  z.object({ step: z.literal('asked'), ...about }),
  z.object({ step: z.literal('answered'), ...about }),
  /** The first of two approvals. */
  z.object({ step: z.literal('approved'), ...about }),
  z.object({ step: z.literal('decided'), ...about }),
  z.object({ step: z.literal('accepted'), ...about }),
  z.object({ step: z.literal('published'), number: z.number(), manifest: z.string() }),
  /** Everything that was acknowledged before is there, and nothing is half. */
  z.object({ step: z.literal('proved') }),
  z.object({ step: z.literal('broken'), what: z.string() }),
  z.object({ step: z.literal('finished') }),
]);
export type Acknowledgement = z.infer<typeof acknowledgement>;
