import { ENCODING, FLAG, NA_INTEGER, R_NULL, type RAttributes, type RValue, TYPE } from './rds.ts';

/** Lists within lists and attributes of attributes; indexes have three levels. */
const DEEPEST = 16;

/** Why a text is not taken for data; never leaves this file. */
class Unreadable extends Error {}

/** Reads what `saveRDS` wrote (not compressed, XDR), or `undefined` where it is anything but the data of an index. */
export function readRds(bytes: Uint8Array): RValue | undefined {
  const reader = new Reader(bytes);
  try {
    reader.header();
    const value = reader.value(0);
    return reader.atEnd ? value : undefined;
  } catch (error) {
    if (error instanceof Unreadable || error instanceof RangeError) return undefined;
    throw error;
  }
}

class Reader {
  private readonly view: DataView;
  private readonly bytes: Uint8Array;
  private readonly symbols: string[] = [];
  private at = 0;
  /** Numbers that compact forms may still become; see `alternative`. */
  private unfolding: number;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.unfolding = bytes.length;
  }

  get atEnd(): boolean {
    return this.at === this.bytes.length;
  }

  header(): void {
    if (this.bytes[0] !== 0x58 || this.bytes[1] !== 0x0a) throw new Unreadable('not XDR');
    this.at = 2;
    const version = this.integer();
    this.at += 8;
    if (version === 2) return;
    if (version !== 3) throw new Unreadable('another version');
    const encodingBytes = this.count(1);
    this.at += encodingBytes;
  }

  value(depth: number): RValue {
    if (depth > DEEPEST) throw new Unreadable('too deep');
    const flags = this.integer();
    const type = flags & 0xff;
    if (type === TYPE.null) return R_NULL;
    if (type === TYPE.alternative) return this.alternative(depth);
    const value = this.vector(type, depth);
    if ((flags & FLAG.attributes) === 0) return value;
    return { ...value, attributes: this.attributes(depth + 1) };
  }

  private vector(type: number, depth: number): Exclude<RValue, { readonly kind: 'null' }> {
    switch (type) {
      case TYPE.strings:
        return { kind: 'strings', values: this.times(this.count(8), () => this.string()) };
      case TYPE.integers:
        return { kind: 'integers', values: this.times(this.count(4), () => this.orMissing(this.integer())) };
      case TYPE.logicals:
        return {
          kind: 'logicals',
          values: this.times(this.count(4), () => {
            const truth = this.orMissing(this.integer());
            return truth === null ? null : truth !== 0;
          }),
        };
      case TYPE.doubles:
        return { kind: 'doubles', values: this.times(this.count(8), () => this.double()) };
      case TYPE.list:
        return { kind: 'list', values: this.times(this.count(4), () => this.value(depth + 1)) };
      default:
        throw new Unreadable(`a value of type ${type}`);
    }
  }

  /** Version 3 writes `1:n` as its ends (`compact_intseq`): the one alternative form that indexes hold, as row names. */
  private alternative(depth: number): RValue {
    const info = this.pairlistOfSymbols();
    const state = this.value(depth + 1);
    this.value(depth + 1);
    if (info[0] !== 'compact_intseq' || state.kind !== 'doubles') throw new Unreadable('an alternative form');
    const [length = 0, first = 0, step = 0] = state.values;
    // All of them together are never more numbers than the text could have held: few bytes must not become gigabytes.
    if (!(length >= 0 && length <= this.unfolding)) throw new Unreadable('too long');
    this.unfolding -= length;
    return { kind: 'integers', values: Array.from({ length }, (_, index) => first + index * step) };
  }

  private pairlistOfSymbols(): readonly (string | undefined)[] {
    const symbols: (string | undefined)[] = [];
    for (let flags = this.integer(); (flags & 0xff) === TYPE.pairlist; flags = this.integer()) {
      if (symbols.length >= DEEPEST) throw new Unreadable('too long');
      const type = this.integer();
      if ((type & 0xff) === TYPE.integers) {
        this.times(this.count(4), () => this.integer());
        symbols.push(undefined);
      } else symbols.push(this.symbol(type));
    }
    return symbols;
  }

  private attributes(depth: number): RAttributes {
    const attributes: Record<string, RValue> = {};
    for (let flags = this.integer(); (flags & 0xff) !== TYPE.null; flags = this.integer()) {
      if ((flags & 0xff) !== TYPE.pairlist || (flags & FLAG.tag) === 0)
        throw new Unreadable('attributes without names');
      const name = this.symbol(this.integer());
      if (Object.hasOwn(attributes, name)) throw new Unreadable('one attribute twice');
      Object.defineProperty(attributes, name, { value: this.value(depth), enumerable: true });
    }
    return attributes;
  }

  private symbol(flags: number): string {
    if ((flags & 0xff) === TYPE.reference) {
      const packed = flags >> 8;
      const known = this.symbols[(packed === 0 ? this.integer() : packed) - 1];
      if (known === undefined) throw new Unreadable('a reference to nothing');
      return known;
    }
    const name = flags === TYPE.symbol ? this.string() : null;
    if (name === null) throw new Unreadable('no symbol');
    this.symbols.push(name);
    return name;
  }

  private string(): string | null {
    const flags = this.integer();
    if ((flags & 0xff) !== TYPE.string) throw new Unreadable('no string');
    const length = this.integer();
    if (length === -1) return null;
    if (length < 0 || length > this.bytes.length - this.at) throw new Unreadable('longer than the text');
    const part = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return new TextDecoder((flags & ENCODING.latin1) === 0 ? 'utf-8' : 'latin1').decode(part);
  }

  /** A number of things of which each takes so many bytes at the least: more than the text can hold is a lie. */
  private count(bytesEach: number): number {
    const count = this.integer();
    if (count < 0 || count * bytesEach > this.bytes.length - this.at) throw new Unreadable('longer than the text');
    return count;
  }

  private times<T>(count: number, read: () => T): readonly T[] {
    return Array.from({ length: count }, read);
  }

  private orMissing(value: number): number | null {
    return value === NA_INTEGER ? null : value;
  }

  private integer(): number {
    const value = this.view.getInt32(this.at);
    this.at += 4;
    return value;
  }

  private double(): number {
    const value = this.view.getFloat64(this.at);
    this.at += 8;
    return value;
  }
}
