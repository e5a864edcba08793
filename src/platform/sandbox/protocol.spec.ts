import { describe, expect, it } from 'vitest';
import { LineReader, parseAnswer, parseRequest } from './protocol.ts';

describe('the protocol of the sandbox', () => {
  it('cuts lines wherever the pieces end, characters of several bytes included', () => {
    const bytes = Buffer.from('{"a":"ä"}\nzwei\n\nrest');
    const reader = new LineReader(100);
    const lines = [...bytes].flatMap((byte) => reader.push(Buffer.from([byte])) ?? [Buffer.from('too long')]);
    expect(lines.map(String)).toEqual(['{"a":"ä"}', 'zwei', '']);
  });

  it('stops at lines that are too long', () => {
    const reader = new LineReader(10);
    expect(reader.push(Buffer.from('12345'))).toEqual([]);
    expect(reader.push(Buffer.from('678901'))).toBeUndefined();
  });

  it('holds what comes byte by byte in as little as what comes at once', () => {
    const reader = new LineReader(4_000_000);
    const byte = Buffer.from('x');
    const before = process.memoryUsage().heapUsed;
    for (let times = 0; times < 1_000_000; times += 1) reader.push(byte);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024);
    expect(reader.push(Buffer.from('\n'))?.map(({ length }) => length)).toEqual([1_000_000]);
  });

  it.each(['', 'null', '[]', '{"id":1}', '{"id":1,"status":"clean"}', '{"id":"1","status":"done"}'])(
    'takes no answer from %j',
    (line) => {
      expect(parseAnswer(Buffer.from(line))).toBeUndefined();
      expect(parseRequest(Buffer.from(line))).toBeUndefined();
    },
  );

  it('takes well-formed ones', () => {
    const answer = Buffer.from('{"id":1,"status":"failed","reason":"x"}');
    expect(parseAnswer(answer)).toEqual({ id: 1, status: 'failed', reason: 'x' });
    expect(parseRequest(Buffer.from('{"id":1,"task":"a","input":{},"files":[]}'))).toEqual({
      id: 1,
      task: 'a',
      input: {},
      files: [],
    });
  });
});
