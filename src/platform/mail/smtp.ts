/** The operator's mail server, by SMTP. */
import { Readable } from 'node:stream';
import type { Transporter } from 'nodemailer';
import type { Handed, Letter, MailServer } from './port.ts';

export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (RFC 8314); otherwise STARTTLS, which is demanded unless `plain`. */
  readonly implicitTls: boolean;
  /** Without TLS at all: for a server on the same machine. */
  readonly plain: boolean;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** PEM of the certificate authorities to believe; the system's where `undefined`. */
  readonly ca: string | undefined;
  /** Who it says it is from: an address, or a name and an address in angle brackets. */
  readonly from: string;
}

/** A server that does not answer holds up the other letters for no longer than this, in milliseconds. */
const CONNECT_MS = 10_000;
/** RFC 5321, 4.5.3.2 allows minutes for a large letter; these have a page. Milliseconds. */
const SILENCE_MS = 30_000;
/** Replies of the 500s are final (RFC 5321, 4.2.1). */
const FIRST_FINAL_REPLY = 500;

/** Sends through one server; each letter is a connection of its own, as there are few. */
export function createSmtp(settings: SmtpSettings): MailServer {
  const { from } = settings;
  let transport: Promise<Transporter> | undefined;
  return {
    async hand(letter, beforeTheLastDot) {
      try {
        const bytes = await composed(letter, from);
        const raw = Readable.from(thenTold(bytes, beforeTheLastDot), { objectMode: false });
        transport ??= transportTo(settings);
        await (await transport).sendMail({ envelope: { from: addressOf(from), to: [letter.to] }, raw });
        return { status: 'taken' };
      } catch (error) {
        return failureOf(error);
      }
    },
  };
}

/** Read when there is a first letter: most processes never have one. */
async function transportTo(settings: SmtpSettings): Promise<Transporter> {
  const { host, port, implicitTls, plain, user, password, ca } = settings;
  const { createTransport } = await import('nodemailer');
  return createTransport({
    ...{ host, port, secure: implicitTls, requireTLS: !implicitTls && !plain, ignoreTLS: plain },
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
    ...{ connectionTimeout: CONNECT_MS, greetingTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
    // A letter is made of the text it is given: it names no file and no address to fetch.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
}

async function* thenTold(bytes: Buffer, tell: () => Promise<void>): AsyncGenerator<Buffer> {
  yield bytes;
  await tell();
}

async function composed(
  letter: Letter & { readonly messageId: string; readonly at: Date },
  from: string,
): Promise<Buffer> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const { to, subject, text, messageId, at } = letter;
  const composer = new MailComposer({
    ...{ from, to, subject, text, messageId, date: at },
    // RFC 3834: nobody's holiday reply answers a machine.
    headers: { 'Auto-Submitted': 'auto-generated' },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  return new Promise((resolve, reject) => {
    composer.compile().build((error, message) => {
      if (error instanceof Error || message === undefined)
        reject(error ?? new Error('the letter could not be written'));
      else resolve(message);
    });
  });
}

/** The address alone, for the envelope. */
export function addressOf(from: string): string {
  return /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from.trim();
}

function failureOf(error: unknown): Handed {
  const reason = error instanceof Error ? error.message : String(error);
  const reply = typeof error === 'object' && error !== null && 'responseCode' in error ? error.responseCode : undefined;
  const final = typeof reply === 'number' && reply >= FIRST_FINAL_REPLY;
  return { status: final && !isAboutUs(error) ? 'refused' : 'later', reason };
}

/** A refused sign-in is ours to mend, not the letter's fault: it waits. */
function isAboutUs(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EAUTH';
}
