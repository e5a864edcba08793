/** What the worker of the kill test about people says, one JSON document per line. */
import { z } from 'zod';

const about = { id: z.string(), name: z.string() };

export const peopleAcknowledgement = z.discriminatedUnion('step', [
  /** `id` of a bundle, with its requests. */
  z.object({ step: z.literal('bundled'), id: z.string(), requests: z.array(z.string()) }),
  /** `id` of a request, here and in those that follow. */
  z.object({ step: z.literal('undone'), ...about, decision: z.string() }),
  z.object({ step: z.literal('questioned'), ...about, decision: z.string() }),
  z.object({ step: z.literal('answered'), ...about, decision: z.string() }),
  z.object({ step: z.literal('overturned'), ...about, decision: z.string() }),
  z.object({ step: z.literal('accepted'), ...about }),
  /** `id` of a quarantine. */
  z.object({ step: z.literal('quarantined'), ...about }),
  z.object({ step: z.literal('released'), ...about }),
  /** `id` of a report, `name` of what is reported. */
  z.object({ step: z.literal('reported'), ...about }),
  z.object({ step: z.literal('closed'), ...about }),
  z.object({ step: z.literal('imaged'), id: z.string(), manifest: z.string() }),
  /** Everything that was acknowledged before is there, and nothing is half. */
  z.object({ step: z.literal('proved') }),
  z.object({ step: z.literal('broken'), what: z.string() }),
  z.object({ step: z.literal('finished') }),
]);
export type PeopleAcknowledgement = z.infer<typeof peopleAcknowledgement>;
