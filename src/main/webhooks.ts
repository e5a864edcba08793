/** The webhooks that the configuration names, with their secrets read. */
import { readFile } from 'node:fs/promises';
import { Problem } from '../domain/problem.ts';
import type { Webhook } from '../features/notices/index.ts';
import type { Config } from './config.ts';

/** Less than 24 bytes is no secret by the Standard Webhooks specification. */
const LEAST_SECRET_BYTES = 24;
/** How that specification writes secrets: the prefix, then base64. */
const SECRET_PREFIX = 'whsec_';

/** Throws `bad-config` where a secret cannot be read or is too short. */
export function readWebhooks(hooks: Config['webhooks']): Promise<readonly Webhook[]> {
  return Promise.all(
    hooks.map(async ({ name, url, secret_file, kinds }) => ({ name, url, kinds, secret: await secretIn(secret_file) })),
  );
}

async function secretIn(file: string): Promise<Uint8Array> {
  const line = await readFile(file, 'utf8').then(
    (text) => text.split('\n')[0]?.trim() ?? '',
    (error: unknown) => {
      throw badSecret(file, error instanceof Error ? error.message : String(error));
    },
  );
  const secret = line.startsWith(SECRET_PREFIX)
    ? Buffer.from(line.slice(SECRET_PREFIX.length), 'base64')
    : Buffer.from(line);
  if (secret.length < LEAST_SECRET_BYTES)
    throw badSecret(file, `it holds ${secret.length} bytes, and ${LEAST_SECRET_BYTES} are the least`);
  return secret;
}

function badSecret(file: string, why: string): Problem {
  const next = 'Write a secret on its first line: `openssl rand -base64 32` makes one.';
  return new Problem({ kind: 'usage', code: 'bad-config', what: `The secret in ${file} cannot be used`, why, next });
}
