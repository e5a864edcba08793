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

/** Whether the child has broken something of its own: this answer still counts, and it must be given no more tasks. */
const spent = z.literal(true).optional();
const Answer = z.discriminatedUnion('status', [
  z.object({ id: z.number().int(), status: z.literal('done'), output: z.unknown(), spent }),
  z.object({ id: z.number().int(), status: z.literal('failed'), reason: z.string().max(2000), spent }),
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

/**
 * Cuts a stream of bytes into lines, holding back at most `limit` bytes. They stay bytes: whether they may be read is asked first.
 * What is held back is copied together: kept piece by piece, a stream that comes byte by byte would take some hundred times its size.
 */
export class LineReader {
  private readonly limit: number;
  private space = Buffer.alloc(0);
  private held = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** The lines that are complete now; `undefined` once one is longer than the limit. */
  push(piece: Buffer): readonly Buffer[] | undefined {
    const lines: Buffer[] = [];
    let from = 0;
    for (let end = piece.indexOf(0x0a); end !== -1; end = piece.indexOf(0x0a, from)) {
      lines.push(Buffer.concat([this.space.subarray(0, this.held), piece.subarray(from, end)]));
      this.space = Buffer.alloc(0);
      this.held = 0;
      from = end + 1;
    }
    if (this.held + piece.length - from > this.limit) return undefined;
    this.hold(piece.subarray(from));
    return lines;
  }

  private hold(rest: Buffer): void {
    const needed = this.held + rest.length;
    if (needed > this.space.length) {
      // Twice as much each time, so that every byte is copied a few times at most.
      const more = Buffer.allocUnsafe(Math.max(needed, 2 * this.space.length));
      this.space.copy(more, 0, 0, this.held);
      this.space = more;
    }
    rest.copy(this.space, this.held);
    this.held = needed;
  }
}
