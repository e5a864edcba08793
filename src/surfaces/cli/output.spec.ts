import { describe, expect, it } from 'vitest';
import { Problem } from '../../domain/problem.ts';
import { printAnswer, printError } from './output.ts';

/** Colours, moves the cursor, and writes into the clipboard of some terminals. */
const HOSTILE = '\u001b[31mred\u001b[2A\u001b]52;c;Y3VybA==\u0007\r\u202eover';

function printing() {
  const printed: string[] = [];
  const put = (text: string | Uint8Array) => void printed.push(String(text));
  const streams = { out: put, err: put, isTerminal: true };
  return { printed, printing: { streams, format: 'table', quiet: false, now: new Date(0) } as const };
}

describe('what reaches a terminal', () => {
  it('moves and colours nothing, whatever a server elsewhere calls its problem', () => {
    const { printed, printing: to } = printing();
    printError(new Problem({ kind: 'conflict', code: HOSTILE, what: HOSTILE, why: HOSTILE, next: HOSTILE }), to);
    expect(printed).toHaveLength(3);
    for (const line of printed) expect(line.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(printed[0]).toMatch(/^error: {2}\[31mred/);
  });

  it('keeps the lines and tabs of an answer, and nothing else that is no character', () => {
    const { printed, printing: to } = printing();
    printAnswer({ json: {}, text: `one\n\ttwo ${HOSTILE}`, hints: [HOSTILE] }, 'log', to, () => undefined);
    const [text = '', hint = ''] = printed;
    expect(text.startsWith('one\n\ttwo ')).toBe(true);
    for (const shown of [text.replace('\n\t', ''), hint]) expect(shown.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});
