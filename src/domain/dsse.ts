/** Dead Simple Signing Envelope (DSSE v1): what statements made here are signed in. Pure; whoever signs or checks brings the key. */

/** The payload type of in-toto statements. */
export const IN_TOTO = 'application/vnd.in-toto+json';

/** What is signed: the pre-authentication encoding of type and payload. Source: DSSE protocol, "Signature Definition". */
export function preAuthentication(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = new TextEncoder().encode(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `);
  const bytes = new Uint8Array(head.length + payload.length);
  bytes.set(head);
  bytes.set(payload, head.length);
  return bytes;
}
