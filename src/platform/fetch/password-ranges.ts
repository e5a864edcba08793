/**
 * Asks a service that the operator named whether a password leaked, by k-anonymity: of its SHA-1 the first five hexadecimal
 * digits are sent, some hundred suffixes with that beginning come back, and the comparison is made here.
 */
import { createHash } from 'node:crypto';
import type { Dispatcher } from 'undici';
import type { PasswordRanges } from './port.ts';

/** Digits that leave the house: a million ranges, each of which holds hundreds of passwords. */
const PREFIX_DIGITS = 5;
/** Somebody waits for their sign-in meanwhile. */
const ANSWER_MS = 3000;
/** A range with padding takes some 60 kB. */
const MOST_BYTES = 1024 * 1024;
/** A suffix, and how often it was seen; padding was seen no time. */
const LINE = /^([0-9A-F]{35}):(\d{1,12})$/;

/** `url` ends where the digits are appended. Nothing else is ever asked for, and no redirect is followed. */
export function createPasswordRanges(url: string, userAgent: string): PasswordRanges & { close(): Promise<void> } {
  let agent: { readonly dispatcher: Dispatcher; close(): Promise<void> } | undefined;
  const askFor = async (prefix: string): Promise<string> => {
    const { Agent, request } = await import('./client.ts');
    if (agent === undefined) {
      const dispatcher = new Agent({ connect: { timeout: ANSWER_MS } });
      agent = { dispatcher, close: () => dispatcher.destroy() };
    }
    const { statusCode, body } = await request(`${url}${prefix}`, {
      ...{ dispatcher: agent.dispatcher, signal: AbortSignal.timeout(ANSWER_MS) },
      // Answers of one length tell whoever watches the line nothing about which range was asked for.
      headers: { 'add-padding': 'true', 'user-agent': userAgent, accept: 'text/plain' },
    });
    if (statusCode !== 200) {
      await body.dump();
      throw new Error(`it answered ${statusCode}`);
    }
    return readText(body);
  };
  return {
    async ask(password) {
      const print = createHash('sha1').update(password).digest('hex').toUpperCase();
      try {
        const range = await askFor(print.slice(0, PREFIX_DIGITS));
        return seenIn(range, print.slice(PREFIX_DIGITS)) ? { status: 'leaked' } : { status: 'not-seen' };
      } catch (error) {
        return { status: 'away', reason: error instanceof Error ? error.message.slice(0, 200) : 'it does not answer' };
      }
    },
    close: async () => agent?.close(),
  };
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > MOST_BYTES) throw new Error('its answer is too long to be a range');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('latin1');
}

/** Throws where a line is none of a range: an error page must not read as "not seen". */
function seenIn(range: string, suffix: string): boolean {
  const lines = range.split('\n').flatMap((raw) => (raw.trim() === '' ? [] : [raw.trim().toUpperCase()]));
  if (lines.length === 0) throw new Error('its answer is empty, which no range is');
  return lines.some((line) => {
    const [, found, count] = LINE.exec(line) ?? [];
    if (found === undefined) throw new Error('its answer is no list of suffixes and counts');
    return found === suffix && Number(count) > 0;
  });
}
