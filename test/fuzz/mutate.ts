/** Inputs for fuzzing. Everything follows from one number, so that an input can be made again from its name. */

/** Pseudo-random numbers (mulberry32): small, fast, and the same everywhere. */
export class Chance {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** A whole number below `limit`. */
  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  one<T>(of: readonly T[]): T {
    const chosen = of[this.below(of.length)];
    if (chosen === undefined) throw new Error('nothing to choose from');
    return chosen;
  }

  /** True once in so many. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }
}

/** The seed of one input of a run. */
export function seedOf(run: number, iteration: number): number {
  return (Math.imul(run, 0x9e3779b1) ^ Math.imul(iteration + 1, 0x85ebca6b)) >>> 0;
}

/** Bytes of an input at most: what grows on its own is no finding. */
const LARGEST = 200_000;
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0xfe, 0x0a, 0x22, 0x5c, 0x28, 0x7b, 0x2e, 0x2f];
const NUMBERS = [0, 1, 0xff, 0xffff, 0x7fff_ffff, 0xffff_fffe, 0xffff_ffff];

/** Changes bytes in a few places: flipped, overwritten, cut, doubled, and pieces of the dictionary and of another input put in. */
export function mutateBytes(input: Buffer, other: Buffer, words: readonly string[], chance: Chance): Buffer {
  let bytes: Buffer = Buffer.from(input);
  for (let changes = 1 + chance.below(6); changes > 0 && bytes.length < LARGEST; changes -= 1)
    bytes = changed(bytes, other, words, chance);
  return bytes.subarray(0, LARGEST);
}

function changed(bytes: Buffer, other: Buffer, words: readonly string[], chance: Chance): Buffer {
  const at = chance.below(bytes.length + 1);
  const length = 1 + chance.below(Math.min(64, bytes.length + 1));
  const insert = (piece: Buffer) => Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
  switch (chance.below(9)) {
    case 0:
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.below(8));
      return bytes;
    case 1:
      if (at < bytes.length) bytes[at] = chance.one(EDGES);
      return bytes;
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + length))]);
    case 3:
      return insert(bytes.subarray(Math.max(0, at - length), at));
    case 4:
      return insert(Buffer.from(chance.one(words)));
    case 5: {
      const from = chance.below(other.length + 1);
      return insert(other.subarray(from, from + length * 8));
    }
    case 6:
      return insert(Buffer.from(chance.one(words).repeat(1 + chance.below(400))));
    case 7:
      if (at + 4 <= bytes.length) bytes.writeUInt32LE(chance.one(NUMBERS), at);
      return bytes;
    default:
      return bytes.subarray(0, at);
  }
}

/** Changes a text as `mutateBytes` does. */
export function mutateText(input: string, other: string, words: readonly string[], chance: Chance): string {
  return mutateBytes(Buffer.from(input), Buffer.from(other), words, chance).toString('utf8');
}
