/** Source files as packages have them, written by rules: originals, copies that were touched up, and code that is only alike. */

/** The same seed, the same numbers. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

const NOUNS = 'sail mast rope deck hull keel oar wave wind port star bow stern anchor chart'.split(' ');
const VERBS = 'hoist lower trim steer moor drift tack reef bail sound mark stow'.split(' ');

/** A module of so many functions that no other seed gives. */
export function pythonModule(seed: number, functions: number): string {
  return Array.from({ length: functions }, (_, at) => pythonFunction(seed * 1000 + at)).join('\n\n');
}

function pythonFunction(seed: number): string {
  const next = numbers(seed * 7919 + 1);
  const pick = (from: readonly string[]) => from[Math.floor(next() * from.length)] ?? '';
  const [verb, noun, other] = [pick(VERBS), pick(NOUNS), pick(NOUNS)];
  const limit = Math.floor(next() * 900) + 3;
  return `def ${verb}_${noun}_${seed}(${other}, limit=${limit}):
    """${verb} the ${noun} with the ${other}."""
    ${noun}s = []  # what was seen
    for ${noun} in sorted(${other}, key=len):
        if ${noun}.startswith("${pick(NOUNS)}") and len(${noun}s) < limit - ${Math.floor(next() * 9)}:
            ${noun}s.append(${noun}.${pick(['upper', 'lower', 'strip', 'title'])}() + "${pick(VERBS)}")
        elif ${noun} in {"${pick(NOUNS)}", "${pick(NOUNS)}"}:
            raise ValueError(f"cannot ${verb} {${noun}!r} before ${Math.floor(next() * 60)}")
    return dict(zip(${noun}s, range(limit)))`;
}

/** A JavaScript module of so many functions that no other seed gives. */
export function javascriptModule(seed: number, functions: number): string {
  return Array.from({ length: functions }, (_, at) => {
    const { verb, noun, other, limit, words } = wordsOf(seed * 1000 + at);
    return `export function ${verb}_${noun}_${seed}_${at}(${other}, limit = ${limit}) {
  const ${noun}s = [];
  for (const ${noun} of ${other}.toSorted()) {
    if (${noun}.startsWith('${words[0]}') && ${noun}s.length < limit - ${limit % 9}) ${noun}s.push(\`\${${noun}}${words[1]}\`);
    else if (${noun} === '${words[2]}') throw new RangeError(\`cannot ${verb} before ${limit % 60}\`);
  }
  return new Map(${noun}s.map((one, at) => [one, at * ${limit}]));
}`;
  }).join('\n\n');
}

/** An R file of so many functions that no other seed gives. */
export function rModule(seed: number, functions: number): string {
  return Array.from({ length: functions }, (_, at) => {
    const { verb, noun, other, limit, words } = wordsOf(seed * 1000 + at);
    return `${verb}_${noun}_${seed}_${at} <- function(${other}, limit = ${limit}) {
  ${noun}s <- character()
  for (${noun} in sort(${other})) {
    if (startsWith(${noun}, "${words[0]}") && length(${noun}s) < limit - ${limit % 9}) {
      ${noun}s <- c(${noun}s, paste0(toupper(${noun}), "${words[1]}"))
    } else if (${noun} == "${words[2]}") {
      stop("cannot ${verb} before ${limit % 60}")
    }
  }
  setNames(seq_along(${noun}s) * ${limit}, ${noun}s)
}`;
  }).join('\n\n');
}

function wordsOf(seed: number) {
  const next = numbers(seed * 7919 + 1);
  const pick = (from: readonly string[]) => from[Math.floor(next() * from.length)] ?? '';
  const words = [pick(NOUNS), pick(VERBS), pick(NOUNS)] as const;
  return {
    verb: pick(VERBS),
    noun: pick(NOUNS),
    other: `${pick(NOUNS)}_list`,
    limit: Math.floor(next() * 900) + 9,
    words,
  };
}

/** What people do to a file that they take over, and leave the code as it is. */
export const TOUCHED_UP: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'another licence header': (text) =>
    `# Copyright (c) 2024 Somebody Else\n# SPDX-License-Identifier: GPL-3.0-only\n\n${text}`,
  'no comments': (text) => text.replaceAll(/[ ]*#.*$/gm, ''),
  'other line ends': (text) => text.replaceAll('\n', '\r\n'),
  'other blank lines and spaces': (text) => text.replaceAll('\n\n', '\n\n\n').replaceAll(' = ', '  =  '),
};

/** What is still a copy of a part. */
export const TAKEN_IN_PART: Readonly<Record<string, (text: string, own: string) => string>> = {
  'in the middle of other code': (text, own) => `${own}\n\n${text}\n\n${own.replaceAll('limit', 'most')}`,
  'with a name changed here and there': (text) => text.replace(/\bsail\b/, 'sheet').replace(/\bkeel\b/, 'fin'),
  'without its first third': (text) => text.slice(text.indexOf('\ndef ', text.length / 3)),
};
