import { createSocket, type Socket } from 'node:dgram';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailDomains } from './mail-domains.ts';

/** Kinds of records and answers. Source: RFC 1035, 3.2.2 and 4.1.1; RFC 3596 for AAAA. */
const KIND = { A: 1, MX: 15, AAAA: 28 } as const;
const ANSWER = { ok: 0, servfail: 2, nxdomain: 3 } as const;

interface Zone {
  readonly code?: number;
  /** Data of records by kind. */
  readonly records?: Readonly<Record<number, Buffer>>;
}

const TO_ROOT = Buffer.from([0]);
const mail = (preference: number, exchange: Buffer) => Buffer.concat([Buffer.from([0, preference]), exchange]);
const HOST = Buffer.from('\x02mx\x04mail\x00', 'latin1');

const ZONES: Readonly<Record<string, Zone>> = {
  'kept.example': { records: { [KIND.MX]: mail(10, HOST) } },
  'plain.example': { records: { [KIND.A]: Buffer.from([192, 0, 2, 1]) } },
  'six.example': { records: { [KIND.AAAA]: Buffer.alloc(16, 1) } },
  'refusing.example': { records: { [KIND.MX]: mail(0, TO_ROOT), [KIND.A]: Buffer.from([192, 0, 2, 1]) } },
  'empty.example': {},
  'left.example': { code: ANSWER.nxdomain },
  'ill.example': { code: ANSWER.servfail },
};

/** A name server for these zones; every question is answered by one datagram. */
function answerTo(question: Buffer): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  const kind = question.readUInt16BE(at + 1);
  const zone = ZONES[labels.join('.')] ?? { code: ANSWER.nxdomain };
  const data = zone.records?.[kind];
  const head = Buffer.alloc(12);
  question.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8180 | (zone.code ?? ANSWER.ok), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data === undefined ? 0 : 1, 6);
  const asked = question.subarray(12, at + 5);
  if (data === undefined) return Buffer.concat([head, asked]);
  const record = Buffer.alloc(12);
  record.writeUInt16BE(0xc00c, 0);
  record.writeUInt16BE(kind, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(60, 6);
  record.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, asked, record, data]);
}

describe('a domain of mail addresses', () => {
  let socket: Socket;
  let servers: readonly string[];
  beforeAll(async () => {
    socket = createSocket('udp4');
    socket.on('message', (question, from) => socket.send(answerTo(question), from.port, from.address));
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    servers = [`127.0.0.1:${socket.address().port}`];
  });
  afterAll(() => new Promise<void>((resolve) => socket.close(() => resolve())));

  it.each([
    ['kept.example', 'takes-mail', 'names who takes its mail'],
    ['plain.example', 'takes-mail', 'has an address to deliver to'],
    ['six.example', 'takes-mail', 'has an IPv6 address to deliver to'],
    ['refusing.example', 'abandoned', 'says that it takes none, although it has an address'],
    ['empty.example', 'abandoned', 'is there and has neither'],
    ['left.example', 'abandoned', 'is not there'],
    ['ill.example', 'could-not-check', 'is answered by a server that is ill'],
  ])('%s: %s, since it %s', async (domain, expected) => {
    expect(await mailDomains(domain, servers)).toBe(expected);
  });
});
