/** Entity tags: a digest of what is answered, so that a change that was not seen is not decided over (RFC 9110, 13.1). */
import { createHash } from 'node:crypto';
import { HttpProblem } from './http-problem.ts';

/** The strong tag of an answer. */
export function etagOf(body: string): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, TAG_CHARACTERS)}"`;
}

/** 132 bits: nobody finds two answers with one tag. */
const TAG_CHARACTERS = 22;

/** Whether a list of tags, as in `If-None-Match`, holds this one or `*`. Weak tags count: a proxy that compresses weakens them. */
export function listsTag(header: string, etag: string): boolean {
  return header.split(',').some((one) => ['*', etag].includes(one.trim().replace(/^W\//, '')));
}

/** Throws 428 without `If-Match`, and 412 where it names another state than the current one. */
export function requireMatch(header: string | undefined, current: string): void {
  if (header === undefined)
    throw new HttpProblem(428, {
      kind: 'usage',
      code: 'match-needed',
      what: 'This decides about something, so it must say what state it has seen',
      next: 'Read it with GET, and send its `ETag` as `If-Match`.',
    });
  const etag = etagOf(current);
  if (listsTag(header, etag)) return;
  throw new HttpProblem(
    412,
    {
      kind: 'conflict',
      code: 'changed-meanwhile',
      what: 'It has changed since you looked at it',
      next: 'Read it again, look at what changed, and send the new `ETag` as `If-Match`.',
    },
    { etag },
  );
}
