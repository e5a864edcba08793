/**
 * The letters of a PDF: Noto Sans (SIL Open Font License 1.1), which every reader has then, whatever the machine has. Each
 * script is a file of its own; what none of them holds is shown by its code point, never left out.
 */
import { fileURLToPath } from 'node:url';

export type Weight = 400 | 700;

/** Scripts in the order in which a character is looked up. */
const SCRIPTS = [
  'latin',
  'latin-ext',
  'greek',
  'cyrillic',
  'vietnamese',
  'cyrillic-ext',
  'greek-ext',
  'devanagari',
] as const;
type Script = (typeof SCRIPTS)[number];

/** Ranges of code points that each file holds. Source: `unicode.json` of @fontsource/noto-sans 5.3.0. */
const RANGES: Readonly<Record<Script, string>> = {
  latin:
    '20-7E A0-AC AE-FF 131 152-153 2BB-2BC 2C6 2DA 2DC 304 308 329 2010-2027 202F-205F 20AC 2122 2191 2193 2212 2215 FFFD',
  'latin-ext':
    '100-2BA 2BD-2C5 2C7-2CC 2CE-2D7 2DD-2FF 304 308 329 1D00-1DBF 1E00-1E9F 1EF2-1EFF 2020 20A0-20AB 20AD-20C0 2113 2C60-2C7F A720-A7FF',
  greek: '370-377 37A-37F 384-38A 38C 38E-3A1 3A3-3FF',
  cyrillic: '301 400-45F 490-491 4B0-4B1 2116',
  vietnamese: '102-103 110-111 128-129 168-169 1A0-1A1 1AF-1B0 300-301 303-304 308-309 323 329 1EA0-1EF9 20AB',
  'cyrillic-ext': '460-52F 1C80-1C8A 20B4 2DE0-2DFF A640-A69F FE2E-FE2F',
  'greek-ext': '1F00-1FFF',
  devanagari: '900-97F 1CD0-1CF9 20A8 20B9 20F0 25CC A830-A839 A8E0-A8FF 11B00-11B09',
};

const SPANS = SCRIPTS.flatMap((script) =>
  RANGES[script].split(' ').map((range) => {
    const [from = '', to = from] = range.split('-');
    return { script, from: Number.parseInt(from, 16), to: Number.parseInt(to, 16) };
  }),
);

/** Name under which a document knows a font. */
export function fontName(script: Script, weight: Weight): string {
  return `${script}-${weight}`;
}

/** Every font with its file in the installed package. */
export function fontFiles(): readonly { readonly name: string; readonly path: string }[] {
  return SCRIPTS.flatMap((script) =>
    ([400, 700] as const).map((weight) => ({
      name: fontName(script, weight),
      path: fileURLToPath(import.meta.resolve(`@fontsource/noto-sans/files/noto-sans-${script}-${weight}-normal.woff`)),
    })),
  );
}

/** A piece of text that one font can show. */
export interface Run {
  readonly text: string;
  readonly script: Script;
}

/** Splits text by the fonts that hold its characters; others become `[U+4E2D]`. */
export function runsOf(text: string): readonly Run[] {
  const runs: { text: string; script: Script }[] = [];
  for (const character of text.normalize('NFC')) {
    const script = scriptOf(character);
    const shown = script === undefined ? codePoint(character) : character;
    const last = runs.at(-1);
    const now = script ?? 'latin';
    if (last?.script === now) last.text += shown;
    else runs.push({ text: shown, script: now });
  }
  return runs;
}

function scriptOf(character: string): Script | undefined {
  const code = character.codePointAt(0) ?? 0;
  return SPANS.find(({ from, to }) => code >= from && code <= to)?.script;
}

function codePoint(character: string): string {
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
}
