import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Log, SecurityEvent } from './port.ts';
import { createSecurityLog } from './security.ts';

const root = mkdtempSync(join(tmpdir(), 'pratique-security-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let files = 0;
function opened(options: { largestFileBytes?: number; file?: string } = {}) {
  files += 1;
  const file = options.file ?? join(root, `${files}`, 'security.jsonl');
  let now = new Date('2026-01-02T03:04:05.678Z');
  const errors: string[] = [];
  const say = () => undefined;
  const log: Log = { debug: say, info: say, warn: say, error: (message) => void errors.push(message) };
  const security = createSecurityLog({ ...options, file, clock: { now: () => now }, log });
  return {
    ...{ file, errors, security },
    later: (ms: number) => {
      now = new Date(now.getTime() + ms);
    },
    text: () => readFileSync(file, 'utf8'),
    lines: (): Record<string, unknown>[] =>
      readFileSync(file, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
  };
}

const failed = (more: Partial<SecurityEvent> = {}): SecurityEvent => ({
  ...{ event: 'sign-in-failed', code: 'wrong-credentials', status: 401, address: '192.0.2.7' },
  ...more,
});

describe('a security event', () => {
  it('is one line, with its time in UTC and the network that it came from', () => {
    const { security, lines, file } = opened();
    security.note(failed({ person: 'ada', address: '2001:db8:1:2:3:4:5:6' }));
    expect(lines()).toEqual([
      {
        time: '2026-01-02T03:04:05.678Z',
        event: 'sign-in-failed',
        code: 'wrong-credentials',
        status: 401,
        person: 'ada',
        address: '2001:db8:1:2::/64',
      },
    ]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    security.close();
  });
  it('ends no line early and writes no sign that a terminal obeys, whatever is in it', () => {
    const { security, text, lines } = opened();
    const actor = 'eve\n{"event":"made-up"}\r\u001b[2J\u009b31m\u2028\u202e\u0000"\\';
    security.note(failed({ actor, address: `x\n${'y'.repeat(1000)}` }));
    expect(text()).toMatch(/^[\x20-\x7e]+\n$/);
    expect(lines()).toMatchObject([{ actor, address: expect.stringMatching(/^x\ny{78}$/) }]);
    security.close();
  });
});

describe('a flood', () => {
  it('from one address is written ten times a minute, and then summed', () => {
    const { security, later, lines } = opened();
    for (let times = 0; times < 5000; times += 1) security.note(failed());
    expect(lines()).toHaveLength(10);
    security.note(failed({ address: '192.0.2.8' }));
    expect(lines()).toHaveLength(11);
    later(60_000);
    security.note(failed());
    expect(lines().slice(11)).toEqual([
      { time: '2026-01-02T03:05:05.678Z', event: 'sign-in-failed', summed: 4990, since: '2026-01-02T03:04:05.678Z' },
      expect.objectContaining({ address: '192.0.2.7' }),
    ]);
    security.close();
  });
  it('from all networks of one IPv6 site leaves lines for others', () => {
    const { security, lines } = opened();
    for (let times = 0; times < 3000; times += 1)
      security.note(failed({ address: `2001:db8:1:${times.toString(16)}::7` }));
    expect(lines()).toHaveLength(30);
    security.note(failed({ address: '192.0.2.8' }));
    expect(lines()).toHaveLength(31);
    security.close();
  });
  it('from many addresses is written sixty times a minute, and hides no other kind', () => {
    const { security, lines } = opened();
    for (let times = 0; times < 3000; times += 1) security.note(failed({ address: `198.51.100.${times % 256}` }));
    security.note(failed({ event: 'access-refused', code: 'wrong-role', status: 403 }));
    expect(lines()).toHaveLength(61);
    expect(lines().at(-1)).toMatchObject({ event: 'access-refused' });
    security.close();
    expect(lines().at(-1)).toMatchObject({ event: 'sign-in-failed', summed: 2940 });
  });
});

describe('the files', () => {
  it('take no more than five times the largest: the oldest events are let go', () => {
    const { security, later, file, lines } = opened({ largestFileBytes: 1000 });
    for (let minute = 0; minute < 100; minute += 1) {
      security.note(failed({ person: `p${minute}` }));
      later(60_000);
    }
    security.close();
    for (const name of [file, ...[1, 2, 3, 4].map((number) => `${file}.${number}`)])
      expect(statSync(name).size).toBeLessThanOrEqual(1000);
    expect(existsSync(`${file}.5`)).toBe(false);
    expect(lines().at(-1)).toMatchObject({ person: 'p99' });
  });
  it('that cannot be written are said once in the ordinary log, and nothing fails', () => {
    const { security, errors } = opened({ file: join('/dev/null', 'security.jsonl') });
    for (let times = 0; times < 3; times += 1) security.note(failed());
    security.close();
    expect(errors).toEqual(['the security log cannot be written']);
  });
});
