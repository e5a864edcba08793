/** What the documents of a project say, by sentences and headings that people write for it. English alone. */

export type Said =
  | 'reporting'
  | 'changelog'
  | 'contributing'
  | 'documentation'
  | 'guidance'
  | 'assurance'
  | 'compatibility'
  | 'automation';

/** Characters of a document that are read: the largest README files have some hundred thousand. */
const MOST_CHARACTERS = 262_144;
/** Characters of a line that are read; longer ones are data. */
const LONGEST_LINE = 2_000;

/** `Project-URL: Changelog, https://...` in the metadata of a wheel. Source: packaging specifications, "Well-known labels". */
const LINKED: readonly (readonly [Said, RegExp])[] = [
  ['reporting', /^project-url:[^,]*(?:security|vulnerabilit)[^,]*,/i],
  ['changelog', /^project-url:\s*(?:change\s?log|changes|release ?notes|history|what'?s ?new|news)[^,]*,/i],
  ['documentation', /^project-url:\s*doc(?:s|umentation)[^,]*,/i],
];

const FLAW = '(?:vulnerabilit(?:y|ies)|security[- ](?:issue|bug|problem|flaw|hole|concern|vulnerabilit)\\w*)';

const SENTENCES: readonly (readonly [Said, RegExp])[] = [
  [
    'reporting',
    new RegExp(
      [
        `\\b(?:report|disclos|found|find|discover)(?:e|ing|ed)?\\b.{0,80}\\b${FLAW}`,
        `\\b${FLAW}.{0,80}\\b(?:reported|reporting|reports? (?:to|go|by|via|should|are)|disclos(?:e|ed|ure)|privately)\\b`,
        '\\b(?:responsible|coordinated) disclosure\\b',
        '\\bbug bounty\\b',
        '\\bsecurity@[\\w-]+\\.[\\w.-]+',
      ].join('|'),
      'i',
    ),
  ],
  ['guidance', /\b(?:never|not|only|don't)\b.{0,80}\b(?:untrusted|trusted|strangers|you (?:do not |don't )?trust)\b/i],
  ['assurance', /\b(?:assurance case|threat model|security (?:model|architecture|considerations))\b/i],
  [
    'compatibility',
    /\b(?:follow|adher|us|keep|compl|accord|conform)[a-z]*\b.{0,60}\b(?:(?:semantic|calendar) versioning|semver|calver)\b|\bdeprecat(?:ed|ion)\b.{0,60}\bremov(?:ed|al)\b|\b(?:deprecation policy|backwards? compatib(?:le|ility)|compatibility policy)\b/i,
  ],
];

/** What stands in each sentence of the above. */
const SAYS_SOMETHING =
  /secur|vulnerab|disclosure|bug bounty|trust|strangers|assurance case|threat model|versioning|semver|calver|deprecat|compatib/i;

/** Headings of a chapter, in which nothing else stands. */
const HEADINGS: readonly (readonly [Said, RegExp])[] = [
  ['changelog', /^(?:change[- ]?log|changes|(?:release|version) (?:history|notes)|what'?s new|news)$/i],
  ['contributing', /^(?:how to contribute|contributing(?: to .{1,60})?|contributions)$/i],
];

const HEADING_OF_SAFETY = /\b(?:security|secure|securely|safety|safely|untrusted)\b/i;
/** Headings under which flaws are reported, not use explained. */
const HEADING_OF_REPORTS = /\b(?:report|policy|contact|disclos|vulnerabilit|advisor|fix|bugs?\b|issues?\b)/i;

/** Each thing that is said once for each line; `line` is 1-based. A sentence may go on in the line after. */
export function saidIn(text: string): readonly { readonly said: Said; readonly line: number }[] {
  const lines = text
    .slice(0, MOST_CHARACTERS)
    .split('\n')
    .map((line) => line.slice(0, LONGEST_LINE));
  return lines.flatMap((line, at) =>
    [
      ...LINKED.filter(([, pattern]) => pattern.test(line)),
      ...sentencesIn(line, lines[at + 1] ?? ''),
      ...headingIn(line, lines[at + 1]),
    ].map(([said]) => ({ said, line: at + 1 })),
  );
}

function sentencesIn(line: string, next: string): readonly (readonly [Said, unknown])[] {
  const both = `${line} ${next}`;
  if (line.trim() === '' || !SAYS_SOMETHING.test(both)) return [];
  return SENTENCES.filter(([, pattern]) => {
    const found = pattern.exec(both);
    return found !== null && found.index < line.length;
  });
}

function headingIn(line: string, next: string | undefined): readonly (readonly [Said, unknown])[] {
  if (!isHeading(line, next)) return [];
  const words = line.replace(/^#{1,6}\s+/, '').trim();
  const isOnUse = HEADING_OF_SAFETY.test(line) && !HEADING_OF_REPORTS.test(line);
  return [...HEADINGS.filter(([, pattern]) => pattern.test(words)), ...(isOnUse ? [['guidance', line] as const] : [])];
}

/** Markdown's signs before it, or a line of punctuation under it (reStructuredText and Markdown). */
function isHeading(line: string, next: string | undefined): boolean {
  return /^#{1,6}\s/.test(line) || (line.trim() !== '' && /^\s*([=\-~^"'#*+])\1{2,}\s*$/.test(next ?? ''));
}
