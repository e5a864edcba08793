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

const SENTENCES: readonly (readonly [Said, RegExp])[] = [
  [
    'reporting',
    /\b(?:report|disclos)(?:e|ing|ed)?\b.{0,80}\b(?:security|vulnerabilit(?:y|ies))\b|\b(?:security|vulnerabilit(?:y|ies))\b.{0,80}\b(?:reports?|reported|disclos(?:e|ed|ure))\b|\bsecurity@[\w-]+\.[\w.-]+/i,
  ],
  ['assurance', /\b(?:assurance case|threat model|security (?:model|architecture|considerations))\b/i],
  [
    'compatibility',
    /\b(?:semantic versioning|semver|deprecation policy|backwards? compatib(?:le|ility)|compatibility policy)\b/i,
  ],
];

/** What stands in each line that says any of it. */
const SAYS_SOMETHING =
  /^project-url|secur|vulnerab|assurance case|threat model|semantic versioning|semver|deprecation policy|compatib|safe|untrusted/i;

const HEADING_OF_SAFETY = /\b(?:security|secure|safety|safely|untrusted)\b/i;
/** Headings under which flaws are reported, not use explained. */
const HEADING_OF_REPORTS = /\b(?:report|policy|contact|disclos|vulnerabilit|advisor|fix)/i;

/** Each thing that is said once for each line; `line` is 1-based. */
export function saidIn(text: string): readonly { readonly said: Said; readonly line: number }[] {
  const lines = text.slice(0, MOST_CHARACTERS).split('\n');
  const found: { readonly said: Said; readonly line: number }[] = [];
  for (const [at, whole] of lines.entries()) {
    const line = whole.slice(0, LONGEST_LINE);
    if (!SAYS_SOMETHING.test(line)) continue;
    for (const [said, pattern] of LINKED) if (pattern.test(line)) found.push({ said, line: at + 1 });
    for (const [said, pattern] of SENTENCES) if (pattern.test(line)) found.push({ said, line: at + 1 });
    if (isHeading(line, lines[at + 1]) && HEADING_OF_SAFETY.test(line) && !HEADING_OF_REPORTS.test(line))
      found.push({ said: 'guidance', line: at + 1 });
  }
  return found;
}

/** Markdown's signs before it, or a line of punctuation under it (reStructuredText and Markdown). */
function isHeading(line: string, next: string | undefined): boolean {
  return /^#{1,6}\s/.test(line) || (line.trim() !== '' && /^\s*([=\-~^"'#*+])\1{2,}\s*$/.test(next ?? ''));
}
