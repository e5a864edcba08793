/** What clients ask for that stands in a document: read from the answer to it, refusals included. */
import type { Ecosystem } from '../../ecosystems/contract.ts';
import type { Answer, Question } from './answer.ts';
import { passingBody } from './documents.ts';

/** The same question, of an answer that is to be read here. */
export function uncompressed<S extends { readonly question: Question }>(scene: S): S {
  return { ...scene, question: { ...scene.question, encodings: ['identity'] } };
}

/** It lasts as long as the whole does. */
export function partOf({ protocol }: Ecosystem, whole: Answer): Answer {
  if (whole.kind !== 'document') return whole;
  if (protocol.partOf === undefined) return { kind: 'not-found', what: 'no such document here' };
  const part = passingBody(whole.contentType, Buffer.from(protocol.partOf(whole.body)));
  return { ...part, passing: whole.passing };
}
