/**
 * What goes over the pipes between the product and a confined child: one JSON document per line, in both directions.
 * Both ends parse what they get; the child's words are as untrusted as what it reads.
 */
import { z } from 'zod';

/**
 * Longest line a child may answer with, in bytes. The metadata text of a distribution (4 MiB at most) is the largest
 * answer; JSON escapes can make it six times as long.
 */
export const MAX_ANSWER = 32 * 1024 * 1024;

const Request = z.object({ id: z.number().int(), task: z.string(), input: z.unknown(), files: z.array(z.string()) });
/** One task on its way to a child. */
export type ConfinedRequest = z.infer<typeof Request>;

const Answer = z.discriminatedUnion('status', [
  z.object({ id: z.number().int(), status: z.literal('done'), output: z.unknown() }),
  z.object({ id: z.number().int(), status: z.literal('failed'), reason: z.string().max(2000) }),
]);
/** What came of it. */
export type ConfinedAnswer = z.infer<typeof Answer>;

/** A request from its line; `undefined` where it is none. */
export function parseRequest(line: Buffer): ConfinedRequest | undefined {
  return parseLine(line, Request);
}

/** An answer from its line; `undefined` where it is none. */
export function parseAnswer(line: Buffer): ConfinedAnswer | undefined {
  return parseLine(line, Answer);
}

function parseLine<T>(line: Buffer, schema: z.ZodType<T>): T | undefined {
  try {
    const result = schema.safeParse(JSON.parse(line.toString('utf8')));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}

/** Cuts a stream of bytes into lines, holding back at most `limit` bytes. They stay bytes: whether they may be read is asked first. */
export class LineReader {
  private readonly limit: number;
  private parts: Buffer[] = [];
  private held = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** The lines that are complete now; `undefined` once one is longer than the limit. */
  push(piece: Buffer): readonly Buffer[] | undefined {
    const lines: Buffer[] = [];
    let from = 0;
    for (let end = piece.indexOf(0x0a); end !== -1; end = piece.indexOf(0x0a, from)) {
      lines.push(Buffer.concat([...this.parts, piece.subarray(from, end)]));
      this.parts = [];
      this.held = 0;
      from = end + 1;
    }
    const rest = piece.subarray(from);
    this.held += rest.length;
    if (this.held > this.limit) return undefined;
    if (rest.length > 0) this.parts.push(rest);
    return lines;
  }
}
