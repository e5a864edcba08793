/** A real SMTP server on loopback that keeps what it is given, and refuses when told to. */
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import type { SmtpSettings } from '../../src/platform/mail/smtp.ts';

export interface MailBox {
  /** How to reach it; without `from`. */
  readonly settings: Omit<SmtpSettings, 'from'>;
  /** What arrived whole, in order. */
  readonly letters: Email[];
  /** From now on says 550 to this recipient; `undefined` for none. */
  refuse(recipient: string | undefined): void;
  clear(): void;
  close(): Promise<void>;
}

export async function openMailBox(): Promise<MailBox> {
  const letters: Email[] = [];
  let refused: string | undefined;
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'], disableReverseLookup: true },
    onRcptTo({ address }, _session, done) {
      if (address === refused) done(Object.assign(new Error('no such person'), { responseCode: 550 }));
      else done();
    },
    onData(stream, _session, done) {
      text(stream)
        .then((raw) => PostalMime.parse(raw))
        .then(
          (letter) => {
            letters.push(letter);
            done();
          },
          (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
        );
    },
  });
  // A sender that ends in the middle is what some tests are about.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  const { port } = server.server.address() as AddressInfo;
  const none = { user: undefined, password: undefined, ca: undefined };
  return {
    settings: { host: '127.0.0.1', port, implicitTls: false, plain: true, ...none },
    letters,
    refuse(recipient) {
      refused = recipient;
    },
    clear() {
      letters.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}
