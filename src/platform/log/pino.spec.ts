import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createLog } from './pino.ts';
import { withoutCredentials } from './redaction.ts';

const root = mkdtempSync(join(tmpdir(), 'pratique-log-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('writes JSON lines without secrets', () => {
  const file = join(root, 'logs', 'pratique.log');
  const log = createLog({ level: 'info', file });
  log.debug('not shown');
  log.warn('asked https://ada:s3cret@upstream.example/simple/', {
    headers: { Authorization: 'Bearer s3cret', accept: 'text/html' },
    error: Object.assign(new Error('postgres://u:s3cret@127.0.0.1/db failed'), { code: 'ECONNREFUSED' }),
  });
  const text = readFileSync(file, 'utf8');
  log.close();
  expect(text).not.toContain('s3cret');
  const line = JSON.parse(text);
  expect(line).toMatchObject({
    level: 'warn',
    msg: 'asked https://[hidden]@upstream.example/simple/',
    headers: { Authorization: '[hidden]', accept: 'text/html' },
    error: { code: 'ECONNREFUSED' },
  });
});

it('takes user information out of URLs and leaves other at-signs alone', () => {
  expect(withoutCredentials('see http://127.0.0.1/a@b and mail@upstream.example')).toBe(
    'see http://127.0.0.1/a@b and mail@upstream.example',
  );
  expect(withoutCredentials('postgres://me@127.0.0.1/x')).toBe('postgres://[hidden]@127.0.0.1/x');
});

it('takes a late word, after it was closed, without an error', () => {
  const file = join(root, 'logs', 'closed.log');
  const log = createLog({ level: 'info', file });
  log.info('first');
  log.close();
  log.close();
  expect(() => log.warn('late')).not.toThrow();
  expect(readFileSync(file, 'utf8')).not.toContain('late');
});
