/** What a value says about itself: how random it is, and whether somebody put it there to be replaced. */

/** Shannon entropy in bits per character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Words that stand in values nobody uses: in documentation, templates and tests. */
const PLACEHOLDER_WORD =
  /example|sample|dummy|placeholder|change[-_ ]?(?:me|this|it)|your[-_ ]?|replace|redacted|insert|foo[-_]?bar|fixme|todo|fake|mock|not[-_ ]?a?[-_ ]?(?:real|secret|valid)|invalid|xxxx|\*\*\*|\.\.\.|\bhere\b|lorem|hunter2|deadbeef|cafebabe|supersecret|(?:my|top|some|the|a|very)[-_ ]?(?:secret|password|token|key|api)|(?:test|super|shared|client|default|user|admin|secret|old|new)[-_ ]?(?:password|passwd|pass|secret|token|key)|p[a@4]ssw[o0]rd|correct.?horse|abcdef[g0-9]|abc123|qwerty|asdf|letmein|s3cr3t/i;

/** Marks of a template, a format string or an expression: the value comes from elsewhere. */
const TEMPLATE = /[<>{}]|\$[({A-Za-z_]|%[(sdrv]|%%|\[\[|@@|^[$%@&]\w+$|\(\)|^env[.:]|^\w+\(/;

/** Characters below which case and digits change often in names, too. */
const SHORT = 10;
/** Characters of the runs of one kind (`Word`, `WORD`, `12`) in letters by chance are 1.7 on average, in names of programs 3 and more. */
const JUMBLED_RUN = { password: 2.8, key: 2.3 } as const;

/** Whether letters of both cases follow each other as they do by chance, and not as in `someName2`. */
export function isJumbled(value: string, kind: keyof typeof JUMBLED_RUN): boolean {
  if (value.length < SHORT || !/[a-z]/.test(value) || !/[A-Z]/.test(value)) return false;
  const runs = value.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+/g) ?? [];
  const length = runs.reduce((sum, run) => sum + run.length, 0);
  return length * 10 >= value.length * 9 && length <= runs.length * JUMBLED_RUN[kind];
}

/** Runs that fingers or loops make. */
const SEQUENCES = ['0123456789', '9876543210', 'abcdefghij', 'qwertyuiop', '1234567890'];
/** Characters of one such run. */
const RUN = 7;

/** Whether a token was made up to be replaced, by its own looks. For values that should be random. */
export function isPlaceholder(value: string): boolean {
  return PLACEHOLDER_WORD.test(value) || TEMPLATE.test(value) || isMechanical(value);
}

/** Repetition and counting instead of chance: `aaaaaaaa`, `12345678`, `abababab`. */
export function isMechanical(value: string): boolean {
  if (/(.)\1{5}/.test(value)) return true;
  const distinct = new Set(value).size;
  if (distinct <= 4 || distinct * 5 < Math.min(value.length, 40)) return true;
  const lower = value.toLowerCase();
  return SEQUENCES.some((sequence) => {
    for (let at = 0; at + RUN <= sequence.length; at += 1)
      if (lower.includes(sequence.slice(at, at + RUN))) return true;
    return false;
  });
}

/** The value with its middle gone: enough to recognise it, too little to use it. At most a third is shown. */
export function masked(value: string): string {
  const shown = Math.min(6, Math.floor(value.length / 6));
  const tail = Math.min(3, shown);
  return `${value.slice(0, shown)}…${tail === 0 ? '' : value.slice(-tail)}`;
}
