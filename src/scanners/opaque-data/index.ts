import { type ContentFile, type ContentSubject, isIllustration, lineCounter } from '../../domain/content.ts';
import type { Finding, Severity } from '../../domain/evidence.ts';
import { purlOf } from '../../domain/purl.ts';
import type { ContentScanner } from '../contract.ts';
import { isCompressedCode } from '../syntax/compressed-code.ts';
import { byteLists } from './byte-lists.ts';
import { withoutCertificates } from './certificates.ts';
import { opaqueDataDeclaration } from './declaration.ts';
import { denseTexts } from './dense-text.ts';
import { type EncodedBlock, encodedBlocks } from './encoded.ts';
import { byteEntropy } from './entropy.ts';
import { formatOf } from './formats.ts';
import { extentOf, privateParts } from './media-end.ts';

/** Files and blocks named one by one, largest first; the total counts all. */
const MAX_NAMED = 50;
/** Bytes below which opaque data carries next to nothing: icons, markers, checksums. */
const LEAST_FILE = 256;
/** Bytes of private parts that programs leave for themselves: settings, a place in a list. */
const LEAST_PRIVATE = 1024;
/** Bytes of opaque data in one distribution from which a person should look: a table of health records begins there. */
const NOTABLE_TOTAL = 100_000;
/** Names of source code: their bytes should be text. */
const SOURCE =
  /[.](?:py|pyi|pyx|js|mjs|cjs|ts|tsx|jsx|r|sh|pl|rb|c|h|cpp|java|json|toml|yaml|yml|cfg|ini|html|css|xml|csv)$/i;

/** Something opaque and where it is. Sizes in bytes, entropy in bits per byte. */
interface Opaque {
  readonly code:
    | 'opaque-file'
    | 'unreadable-source'
    | 'pickle'
    | 'nested-archive'
    | 'data-table'
    | 'trailing-data'
    | 'private-data'
    | 'encoded-block';
  readonly location: string;
  readonly size: number;
  readonly entropy: number;
  readonly encoding: string | null;
  readonly illustration: boolean;
}

const WORDS: Readonly<Record<Opaque['code'], string>> = {
  'opaque-file': 'Bytes that are neither code nor text nor a known format',
  'unreadable-source': 'Code by its name, but its bytes are no text: the other scanners could not read it',
  pickle: 'Pickled objects: data that runs as a program when it is loaded',
  'nested-archive': 'Packed file inside the distribution, not looked into',
  'data-table': 'Table or model in a binary format, not looked into',
  'trailing-data': 'Bytes behind the end of a picture, sound, font or document, which no program shows',
  'private-data': 'Parts of a picture that no standard names and other programs pass over',
  'encoded-block': 'Long encoded block inside a text',
};

const SEVERITY: Readonly<Record<Opaque['code'], Severity>> = {
  'opaque-file': 'low',
  'unreadable-source': 'medium',
  pickle: 'medium',
  'nested-archive': 'info',
  'data-table': 'info',
  'trailing-data': 'low',
  'private-data': 'low',
  'encoded-block': 'info',
};

class OpaqueData {
  private readonly found: Opaque[] = [];
  private readonly subject: string;
  private readonly holder: ContentSubject;

  constructor(holder: ContentSubject) {
    this.holder = holder;
    this.subject = purlOf(holder);
  }

  look(file: ContentFile): void {
    if (file.size === 0) return;
    if (file.text === undefined) this.lookAtBytes(file);
    else this.lookAtText(file, file.text);
  }

  findings(): readonly Finding[] {
    if (this.found.length === 0) return [];
    const ordered = this.found.toSorted((a, b) => b.size - a.size || (a.location < b.location ? -1 : 1));
    return [this.total(ordered), ...ordered.slice(0, MAX_NAMED).map((one) => this.findingOf(one))];
  }

  private lookAtBytes(file: ContentFile): void {
    const format = formatOf(file.bytes);
    const isSource = (SOURCE.test(file.path) || isCompressedCode(file.path)) && format !== 'UTF-16 text';
    // What was cut off may hold the end.
    const extent = file.complete || format !== 'document' ? extentOf(file.bytes) : { is: 'open' as const };
    const code = isSource ? 'unreadable-source' : extent.is === 'pretends' ? 'opaque-file' : codeOf(format);
    if (code !== undefined) this.addBytes(code, file, 0, isSource ? 1 : LEAST_FILE);
    else if (extent.is === 'ends') this.addBytes('trailing-data', file, extent.at, LEAST_FILE);
    if (code === undefined) this.addPrivate(file, privateParts(file.bytes));
  }

  private addPrivate(file: ContentFile, parts: Uint8Array): void {
    if (parts.length < LEAST_PRIVATE) return;
    const [size, entropy] = [parts.length, byteEntropy(parts)];
    this.add({ code: 'private-data', location: file.path, size, entropy, encoding: null }, file);
  }

  /** What stands in a file from `start` on, where it is `least` bytes or more. */
  private addBytes(code: Opaque['code'], file: ContentFile, start: number, least: number): void {
    const bytes = file.bytes.subarray(start);
    if (bytes.length < least) return;
    this.add({ code, location: file.path, size: bytes.length, entropy: byteEntropy(bytes), encoding: null }, file);
  }

  private lookAtText(file: ContentFile, text: string): void {
    const lineOf = lineCounter(text);
    for (const { start, length, encoding, entropy } of blocksIn(withoutCertificates(text))) {
      this.add(
        { code: 'encoded-block', location: `${file.path}:${lineOf(start)}`, size: length, entropy, encoding },
        file,
      );
    }
  }

  private add(one: Omit<Opaque, 'illustration'>, file: ContentFile): void {
    this.found.push({ ...one, illustration: isIllustration(file.path, this.holder) });
  }

  /** The sum is what the policy's question is about: how much could be carried in unseen. */
  private total(all: readonly Opaque[]): Finding {
    const bytes = all.reduce((sum, { size }) => sum + size, 0);
    const named = Math.min(all.length, MAX_NAMED);
    const rest = named < all.length ? `; the ${named} largest are listed` : '';
    return {
      kind: 'opaque-data',
      severity: bytes >= NOTABLE_TOTAL ? 'low' : 'info',
      subject: this.subject,
      summary: `${bytes} bytes in ${all.length} ${all.length === 1 ? 'place' : 'places'} cannot be read as code, text or a known format${rest}`,
      location: undefined,
      data: { code: 'total', bytes, places: all.length },
    };
  }

  private findingOf({ code, location, size, entropy, encoding, illustration }: Opaque): Finding {
    const bits = Math.round(entropy * 100) / 100;
    const how = encoding === null ? '' : ` (${encoding})`;
    return {
      kind: 'opaque-data',
      severity: illustration && code !== 'unreadable-source' ? 'info' : SEVERITY[code],
      subject: this.subject,
      summary: `${WORDS[code]}${how}: ${size} bytes, ${bits} bits of entropy each`,
      location,
      data: { code, size, entropy: bits, encoding, illustration },
    };
  }
}

function codeOf(format: string | undefined): Opaque['code'] | undefined {
  if (format === undefined) return 'opaque-file';
  if (format === 'archive') return 'nested-archive';
  if (format === 'data table') return 'data-table';
  return format === 'pickle' ? 'pickle' : undefined;
}

/** What is encoded in a text, in every way that is known. */
function blocksIn(text: string): readonly EncodedBlock[] {
  return [
    ...encodedBlocks(text),
    ...denseTexts(text).map((one): EncodedBlock => ({ ...one, encoding: 'base85' })),
    ...byteLists(text).map((one): EncodedBlock => ({ ...one, encoding: 'bytes one by one' })),
  ];
}

/** Answers the policy's question about data coming in through a package index: what in here can nobody read? */
export const opaqueDataScanner: ContentScanner = {
  ...opaqueDataDeclaration,
  inspect(subject) {
    const data = new OpaqueData(subject);
    return {
      file: (file) => data.look(file),
      done: () => ({ status: 'completed', findings: data.findings() }),
    };
  },
};
