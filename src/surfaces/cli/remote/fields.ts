/** What several commands read of the API's answers. */
import { z } from 'zod';

/** A newer release of what was asked for that was not taken. */
export const passedOver = z.object({
  version: z.string(),
  reason: z.enum(['cooling-down', 'stopped', 'not-installable']),
  until: z.string().nullable(),
  cause: z.string().optional(),
});

/** The arguments of a command that takes one id or name. */
export const one = z.tuple([z.string(), z.unknown()]);

/** Behind `/api/v1`: each part as a segment of its own. */
export function pathOf(noun: string, ...parts: readonly string[]): string {
  return ['', noun, ...parts.map(encodeURIComponent)].join('/');
}

/** What a server may serve; it says itself which of them it does. */
export const ECOSYSTEMS = [{ id: 'pypi' }, { id: 'npm' }, { id: 'cran' }] as const;
