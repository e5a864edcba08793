/** Finding the right form of an index document, and making one where no snapshot has it. */
import { createHash } from 'node:crypto';
import type { Ecosystem, IndexDocument, UpstreamAnswer } from '../../ecosystems/contract.ts';
import { type Encoding, indexInput, packageKey, type StoredDocument } from '../snapshots/read.ts';
import type { Answer } from './answer.ts';
import { type Overlay, requestsKey } from './overlay.ts';

/** The version that stands for "any" where upstream did not answer: a client must see some version to ask and be told. */
const NO_VERSION = '0';

/** The form that a client takes of a stored document. */
export function pickForm(
  documents: readonly StoredDocument[],
  wanted: { readonly contentType: string; readonly encodings: readonly Encoding[] },
):
  | { readonly digest: StoredDocument['forms'][number]['digest']; readonly encoding: Encoding; readonly etag: string }
  | undefined {
  const document = documents.find((one) => one.contentType === wanted.contentType);
  if (document === undefined) return undefined;
  for (const encoding of wanted.encodings) {
    const form = document.forms.find((one) => one.encoding === encoding);
    if (form === undefined) continue;
    return { digest: form.digest, encoding, etag: etagOf(form.digest, wanted.contentType) };
  }
  return undefined;
}

/** Strong, and another one for each representation: the same bytes stand under two content types. */
function etagOf(digest: string, contentType: string): string {
  return `"${createHash('sha256').update(`${digest} ${contentType}`).digest('hex').slice(0, 32)}"`;
}

/** An answer made for one question, not compressed: it is small. */
export function passingDocument(documents: readonly IndexDocument[], contentType: string): Answer {
  const document = documents.find((one) => one.contentType === contentType);
  if (document === undefined) return { kind: 'not-acceptable' };
  const body = Buffer.from(document.body);
  const digest = createHash('sha256').update(body).digest('hex');
  return {
    kind: 'document',
    contentType,
    encoding: 'identity',
    etag: etagOf(digest, contentType),
    body,
    passing: true,
  };
}

/** The documents of a package that exists upstream and of which nothing is offered: tombstones and a sentinel. */
export function refusedDocuments(
  {
    overlay,
    channel,
    ecosystem,
    name,
  }: { readonly overlay: Overlay; readonly channel: string; readonly ecosystem: Ecosystem; readonly name: string },
  upstream: UpstreamAnswer,
): readonly IndexDocument[] {
  if (upstream.status !== 'found') {
    const refused = [{ version: NO_VERSION, state: 'unknown' as const, id: '', files: [] }];
    return ecosystem.protocol.compilePackage({ name, offered: [], refused });
  }
  const input = indexInput({
    channel,
    ecosystem,
    name,
    offered: [],
    upstream: upstream.package,
    stops: overlay.stops.get(packageKey(ecosystem.id, name)) ?? [],
    requests: overlay.requests.get(requestsKey(channel, ecosystem.id, name)) ?? [],
    why: new Map(),
  });
  return ecosystem.protocol.compilePackage(input);
}
