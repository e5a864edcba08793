/** Mail of a home: the outbox, and the operator's mail server where there is one. */
import { readFile } from 'node:fs/promises';
import { Problem } from '../domain/problem.ts';
import { sendDue } from '../platform/mail/outbox.ts';
import { addressOf, createSmtp } from '../platform/mail/smtp.ts';
import type { Config } from './config.ts';
import type { Foundation } from './foundation.ts';

/** Sends what waits in the outbox; `undefined` where the operator named no mail server. */
export function mailSender({ config, database, clock, log }: Foundation): (() => Promise<void>) | undefined {
  const { mail } = config;
  const { host, from } = mail;
  if (host === null || from === null) return undefined;
  let opening: ReturnType<typeof openServer> | undefined;
  return async () => {
    opening ??= openServer({ ...mail, host, from }).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    const server = await opening;
    const domain = addressOf(from).split('@')[1] ?? 'localhost';
    await sendDue({
      ...{ db: database.db, clock, server, domain },
      onFailure: (failure) => log.warn('a letter was not sent', failure),
    });
  };
}

type MailSettings = Omit<Config['mail'], 'host' | 'from'> & { readonly host: string; readonly from: string };

async function openServer({ host, port, security, user, password_file, ca_file, from }: MailSettings) {
  const password = password_file === null ? undefined : (await read(password_file, 'password_file')).split('\n')[0];
  const ca = ca_file === null ? undefined : await read(ca_file, 'ca_file');
  const tls = { implicitTls: security === 'tls', plain: security === 'none' };
  return createSmtp({ host, port, ...tls, user: user ?? undefined, password, ca, from });
}

async function read(file: string, setting: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const next = `Correct mail.${setting} in pratique.yaml.`;
    throw new Problem({ kind: 'usage', code: 'bad-config', what: `mail.${setting} cannot be read`, why, next });
  }
}
