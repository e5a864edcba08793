/** Finding the right form of an index document, and making one where no snapshot has it. */
import { createHash } from 'node:crypto';
import type { Digest } from '../../domain/digest.ts';
import type { Ecosystem, IndexDocument, UpstreamAnswer } from '../../ecosystems/contract.ts';
import {
  type Encoding,
  heldUpBy,
  indexInput,
  type Missing,
  packageKey,
  type StoredDocument,
} from '../snapshots/read.ts';
import type { Answer } from './answer.ts';
import { type Addresses, encodingFor, filledIn } from './based-documents.ts';
import { type Overlay, requestsKey } from './overlay.ts';

/** The version that stands for "any" where upstream did not answer: a client must see some version to ask and be told. */
const NO_VERSION = '0';

/** Which document is wanted, and in which forms a client takes it. */
export interface WantedDocument extends Addresses {
  readonly key: string;
  /** Key of the document that stands for it where there is none of its own. */
  readonly otherwise?: string | undefined;
  readonly contentType: string;
  readonly encodings: readonly Encoding[];
}

/** A form of a stored document, before its bytes are read. */
export interface PickedForm {
  readonly digest: Digest;
  readonly encoding: Encoding;
  readonly etag: string;
  readonly hasBase: boolean;
}

/** The form that a client takes of a stored document. */
export function pickForm(documents: readonly StoredDocument[], wanted: WantedDocument): PickedForm | undefined {
  const { contentType, encodings } = wanted;
  const document = documentFor(documents, wanted);
  if (document === undefined) return undefined;
  if (document.hasBase === true) return basedForm(document, wanted);
  for (const encoding of encodings) {
    const form = document.forms.find((one) => one.encoding === encoding);
    if (form === undefined) continue;
    return { digest: form.digest, encoding, etag: etagOf(form.digest, contentType), hasBase: false };
  }
  return undefined;
}

function documentFor<T extends { readonly key: string; readonly contentType: string }>(
  documents: readonly T[],
  { key, otherwise, contentType }: Pick<WantedDocument, 'key' | 'otherwise' | 'contentType'>,
): T | undefined {
  const find = (wanted: string | undefined) =>
    documents.find((one) => one.key === wanted && one.contentType === contentType);
  return find(key) ?? find(otherwise);
}

/** Other bytes under each address and encoding, and so another validator; nothing is read for it. */
function basedForm({ forms }: StoredDocument, { contentType, encodings, base, server }: WantedDocument) {
  const [stored] = forms;
  if (stored === undefined) return undefined;
  const encoding = encodingFor(stored.size, encodings);
  const etag = etagOf(`${stored.digest} ${encoding} ${base} ${server}`, contentType);
  return { digest: stored.digest, encoding, etag, hasBase: true };
}

/** Strong, and another one for each representation: the same bytes stand under two content types. */
function etagOf(digest: string, contentType: string): string {
  return `"${createHash('sha256').update(`${digest} ${contentType}`).digest('hex').slice(0, 32)}"`;
}

/** An answer made for one question, not compressed: it is small. */
export function passingDocument(documents: readonly IndexDocument[], wanted: WantedDocument): Answer {
  const document = documentFor(documents, wanted);
  return document === undefined ? { kind: 'not-acceptable' } : madeAnswer(madeDocument(document), wanted);
}

/** A document that no snapshot holds, with its validator: hashed when it is made, not when it is asked for. */
export interface MadeDocument {
  readonly contentType: string;
  readonly body: Buffer;
  readonly hasBase: boolean;
  readonly etag: string;
}

export function madeDocument({ contentType, body, hasBase = false }: IndexDocument): MadeDocument {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return { contentType, body: bytes, hasBase, etag: etagOf(sha256Hex(bytes), contentType) };
}

/** The answer that a made document is, under the addresses that were asked. */
export function madeAnswer({ contentType, body, hasBase, etag }: MadeDocument, addresses: Addresses): Answer {
  if (hasBase) return passingBody(contentType, filledIn(body, addresses));
  return { kind: 'document', contentType, encoding: 'identity', etag, body, passing: true };
}

/** Bytes that were made for one question, as an answer. */
export function passingBody(contentType: string, body: Buffer): Extract<Answer, { kind: 'document' }> {
  const etag = etagOf(sha256Hex(body), contentType);
  return { kind: 'document', contentType, encoding: 'identity', etag, body, passing: true };
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A document of all packages, where nothing refused stands in it. */
export function emptyRoot({ protocol }: Ecosystem): readonly IndexDocument[] {
  return protocol.compileRoot({ names: [], parts: [], refused: [] });
}

/** The documents of any package of a channel that serves nothing, for clients that print no refusal of an index. */
export function closedDocuments({ protocol }: Ecosystem, name: string, channel: string): readonly IndexDocument[] {
  const refused = [{ version: NO_VERSION, state: 'closed' as const, id: '', files: [] }];
  return protocol.compilePackage({ name, channel, offered: [], refused });
}

/** The documents of a package that exists upstream and of which nothing is offered: tombstones and a sentinel. */
export function refusedDocuments(
  {
    overlay,
    missing,
    channel,
    ecosystem,
    name,
  }: {
    readonly overlay: Overlay;
    readonly missing: Missing;
    readonly channel: string;
    readonly ecosystem: Ecosystem;
    readonly name: string;
  },
  upstream: UpstreamAnswer,
): readonly IndexDocument[] {
  const stopsOf = (one: string) => overlay.stops.get(packageKey(ecosystem.id, one)) ?? [];
  const heldUp = (version: string | undefined) => heldUpBy(missing, stopsOf, { name, version });
  const held = upstream.status === 'found' ? undefined : heldUp(undefined);
  if (held !== undefined) {
    const { version, by, stop, cameWith } = held;
    const refused = [{ version, state: stop.kind, id: stop.id, heldUpBy: by, cameWith, files: [] }];
    return ecosystem.protocol.compilePackage({ name, channel, offered: [], refused });
  }
  if (upstream.status !== 'found') {
    const refused = [{ version: NO_VERSION, state: 'unknown' as const, id: '', files: [] }];
    return ecosystem.protocol.compilePackage({ name, channel, offered: [], refused });
  }
  const input = indexInput({
    channel,
    ecosystem,
    name,
    offered: [],
    upstream: upstream.package,
    stops: stopsOf(name),
    heldUp,
    requests: overlay.requests.get(requestsKey(channel, ecosystem.id, name)) ?? [],
    why: new Map(),
  });
  return ecosystem.protocol.compilePackage(input);
}
