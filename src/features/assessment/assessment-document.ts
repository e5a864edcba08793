/** `docs/assessment.md`: what the product is measured by and what shows each, from the same table that `assess` reads. */
import { type Evidence, FACTS, FRAMEWORKS, type Principle } from './principle.ts';

export function assessmentDocument(principles: readonly Principle[]): string {
  const sections = Object.entries(FRAMEWORKS).map(([id, title]) => {
    const rows = principles.filter(({ framework }) => framework === id).map(rowOf);
    return `## ${title}\n\n| id | track | level | asks | what shows it | open |\n|---|---|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  const facts = Object.entries(FACTS).map(([name, asks]) => `| \`${name}\` | ${asks} |`);
  return `${HEAD}\n${sections.join('\n')}\n## What is found out about the running installation\n\n| name | holds where |\n|---|---|\n${facts.join('\n')}\n`;
}

const HEAD = `# Self-assessment

Written by \`src/features/assessment/assessment.spec.ts\` (WRITE_DOCS=1) from the table that \`pratique assess\` reads; the spec fails
where a named test or document is not there. What a principle asks is said in our words; its own stand in its source.

\`pratique assess\` holds each principle against the running installation: **met** where everything that shows it is there and holds,
**not met** where something is not built (the last column) or does not hold, **cannot tell** where only people can say, or it could not be
found out. \`--level N\` ends with 1 unless everything up to that level is met; what cannot be told is not met then. A level of a track is
reached with every lower one. The same stands at \`GET /api/v1/assessment\` for operators, reviewers and auditors.
`;

function rowOf({ id, track, level, asks, evidence, gap, forPeople }: Principle): string {
  const shown = evidence.map(textOf).join('<br>');
  const open = gap ?? (forPeople === undefined ? '' : `For people: ${forPeople}`);
  return `| ${id} | ${track} | ${level ?? '-'} | ${asks} | ${shown} | ${open} |`;
}

function textOf(evidence: Evidence): string {
  switch (evidence.kind) {
    case 'test':
      return `\`${evidence.file}\`: ${evidence.test}`;
    case 'document':
      return `[${evidence.file}](../${evidence.file})`;
    case 'running':
      return `asked: \`${evidence.fact}\``;
  }
}
