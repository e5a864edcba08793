/** The sections after the first page: questions, risks, packages, flaws, checks, guide. */
import type { CheckSummary, Dossier, KnownFlaw, PackageRow } from '../dossier.ts';
import { bytes, count } from '../parts/told.ts';
import { type Block, day, heading, type Line, moment, paragraph, stacked } from './document.ts';
import { cellLine, evidenceLinks, placeOf, told } from './links.ts';

type Answers = NonNullable<Dossier['request']>['answers'][number];

export function questionBlocks(dossier: Dossier): readonly Block[] {
  const { request } = dossier;
  if (request === null) return [];
  const said = (pick: (answer: Answers) => string): Line => [
    request.answers.map(pick).join(' / ') || 'nobody asks for it any more',
  ];
  const found = (statements: Dossier['use']): Line =>
    statements.length === 0 ? ['nothing found'] : stacked(statements.map((one) => told(one, dossier)));
  const talk = request.talk.map(
    ({ kind, text, at }): Line => [`${kind === 'question' ? 'Asked back' : 'Answer'}, ${day(at)}: ${text}`],
  );
  return [
    heading(2, 'questions', 'What was asked, beside what was found'),
    {
      kind: 'table',
      caption: `The answers of ${count(request.answers.length, 'requester')}, beside what the checks say on the same point`,
      columns: ['Question', 'Their answer', 'What was found'],
      rows: [
        [['What will you be able to do with it that you cannot do now?'], said(({ q1 }) => q1), found(dossier.purpose)],
        [
          ['Is it the most widely supported package for the purpose? What else is there?'],
          said(({ q2 }) => q2),
          found(dossier.use),
        ],
        [
          ['Which risks to the data might it or its dependencies bring?'],
          said(({ q3 }) => (q3 === 'unknown' ? 'They do not know enough to say.' : q3)),
          ['see the ', { text: 'seven risks', to: 'risks' }],
        ],
      ],
    },
    ...(request.answersConcern === null
      ? []
      : [paragraph(`To the concern about an earlier request: ${request.answersConcern}`)]),
    ...(talk.length === 0 ? [] : [{ kind: 'list', items: talk } as const]),
  ];
}

export function riskBlocks(dossier: Dossier): readonly Block[] {
  return [
    heading(2, 'risks', 'The seven risks of the policy'),
    {
      kind: 'table',
      caption: 'Each risk that the policy names, with what was found on it',
      columns: ['Risk', 'What was found'],
      rows: dossier.risks.map(({ text, found, evidence }) => [
        [text],
        found.length === 0
          ? ['nothing found', ...evidenceLinks(evidence, dossier)]
          : stacked(found.map((one) => told(one, dossier))),
      ]),
    },
  ];
}

export function packageBlocks({ packages }: Dossier): readonly Block[] {
  const first = (row: PackageRow): Line => figure(`${row.name} ${row.version}`, row);
  return [
    heading(2, 'packages', 'The packages'),
    {
      kind: 'table',
      caption: 'The evidence table of the policy: the package and everything it would bring along',
      columns: [
        'Package',
        'Published',
        'Downloads, 30 days',
        'Downloads, 12 months',
        'Published flaws',
        'Made by (own words)',
      ],
      rows: packages.map((row) => [
        first(row),
        figure(row.published === null ? 'could not check' : day(row.published), row),
        cellLine(row.downloads30Days),
        cellLine(row.downloads12Months),
        cellLine(row.flaws),
        cellLine(row.people),
      ]),
    },
    paragraph('Downloads count mirrors, caches and automated builds too: they are no number of people.'),
    {
      kind: 'table',
      caption: 'What else is known of each package',
      columns: [
        'Package',
        'Why it comes along',
        'Here',
        'Files',
        'Licence',
        'At installation',
        'Unreadable data',
        'Build record',
      ],
      rows: packages.map((row) => [
        first(row),
        [pathInWords(row.path)],
        cellLine(row.here),
        figure(`${count(row.files.length, 'file')}, ${bytes(row.files.reduce((sum, { size }) => sum + size, 0))}`, row),
        cellLine(row.licence),
        cellLine(row.atInstall),
        cellLine(row.opaque),
        cellLine(row.provenance),
      ]),
    },
  ];
}

/** Words whose evidence is what the row is about: its first pointer. */
function figure(text: string, { evidence: [at = ''] }: Pick<PackageRow, 'evidence'>): Line {
  return [{ text, to: placeOf(at) }];
}

/** `requests 2.32.3 > urllib3 2.2.1`, without the ecosystem, which is the same for all. */
function pathInWords(path: readonly string[]): string {
  if (path.length < 2) return 'asked for';
  return path.map((purl) => purl.replace(/^pkg:[^/]+\//, '').replace('@', ' ')).join(' > ');
}

export function flawBlocks({ flaws, unchecked }: Dossier): readonly Block[] {
  const start = heading(2, 'flaws', 'Published flaws, with the way out');
  const gap = unchecked.some(({ scanner }) => scanner === 'vulnerabilities');
  const uncheckedNote = gap
    ? [paragraph('Could not check every package: see ', { text: 'what could not be checked', to: 'not-checked' }, '.')]
    : [];
  if (flaws.length === 0)
    return [start, ...uncheckedNote, ...(gap ? [] : [paragraph('No advisory speaks of these versions.')])];
  return [
    start,
    ...uncheckedNote,
    {
      kind: 'table',
      caption: 'Each advisory that speaks of a package of this tree, with the path that brings the package in',
      columns: ['Advisory', 'What it says', 'Weight', 'Path', 'Ended by', 'Available here without it'],
      rows: flaws.map(flawRow),
    },
  ];
}

function flawRow(flaw: KnownFlaw): readonly Line[] {
  const aliases = flaw.aliases.length === 0 ? '' : ` (also ${flaw.aliases.join(', ')})`;
  const cvss = flaw.cvss === null ? 'no CVSS figure' : `CVSS ${flaw.cvss.toFixed(1)}`;
  const fix = flaw.nextFix ?? flaw.fixed.at(-1);
  return [
    [...figure(flaw.id, flaw), aliases],
    [flaw.text],
    figure(`${flaw.severity}, ${cvss}; ${flaw.exploited}; ${flaw.epss}`, flaw),
    [pathInWords(flaw.path) === 'asked for' ? 'the package itself' : pathInWords(flaw.path)],
    figure(fix === undefined ? 'no version is known to end it' : `version ${fix}`, flaw),
    figure(flaw.clearedAndFree.length === 0 ? 'none' : flaw.clearedAndFree.join(', '), flaw),
  ];
}

/** Checks that have nothing to say of any package. */
export function silentChecks({ clean, described }: Dossier): readonly CheckSummary[] {
  return clean.filter(({ scanner }) => !described.some((one) => one.scanner === scanner));
}

export function checkBlocks(dossier: Dossier): readonly Block[] {
  const { described, unchecked, notApplicable, packages, remarks } = dossier;
  const silent = silentChecks(dossier);
  return [
    heading(2, 'nothing-found', 'Checked, nothing found'),
    silent.length === 0 ? paragraph('There is no such check.') : checkList(silent, dossier),
    ...(described.length === 0
      ? []
      : [
          heading(2, 'described', 'Described'),
          paragraph(
            'Nothing that speaks against a package: what the code can do, who made it, its licence. The sections about it say what.',
          ),
          checkList(described, dossier),
        ]),
    heading(2, 'not-checked', 'Could not check'),
    unchecked.length === 0
      ? paragraph(`Every check ran to its end for all ${count(packages.length, 'package')}.`)
      : checkList(unchecked, dossier),
    ...(notApplicable.length === 0
      ? []
      : [heading(3, 'not-applicable', 'Does not apply'), checkList(notApplicable, dossier)]),
    ...(remarks.length === 0
      ? []
      : [heading(3, 'remarks', 'Remarks'), { kind: 'list', items: remarks.map((one): Line => [one]) } as const]),
  ];
}

/** Of how many packages a check speaks; nothing where there is one alone. */
function reachOf(packages: number, total: number): string {
  if (total === 1) return '';
  return packages === total ? ` All ${count(total, 'package')}.` : ` ${packages} of ${count(total, 'package')}.`;
}

function checkList(checks: readonly CheckSummary[], dossier: Dossier): Block {
  const total = dossier.packages.length;
  return {
    kind: 'list',
    items: checks.map(({ question, packages, reasons, evidence }) => [
      `${question}${reachOf(packages, total)}`,
      reasons.length === 0 ? '' : ` Why: ${reasons.join('; ')}.`,
      ...evidenceLinks(evidence, dossier),
    ]),
  };
}

const STATES = { answered: 'answered', 'could-not-check': 'could not check', 'for-a-person': 'for a person' } as const;

export function guideBlocks(dossier: Dossier): readonly Block[] {
  const { guide } = dossier;
  const rows = (state: (typeof guide)[number]['state']) => guide.filter((one) => one.state === state);
  const [answered, open, people] = [rows('answered'), rows('could-not-check'), rows('for-a-person')];
  const chapters = [...Map.groupBy(guide, ({ chapter }) => chapter)];
  return [
    heading(2, 'guide', 'The evaluation guide'),
    paragraph(
      `Of ${count(guide.length, 'question')} of the Concise Guide for Evaluating Open Source Software (OpenSSF), ${answered.length} are answered from evidence, ${open.length} could not be checked, and ${people.length} are for a person.`,
    ),
    {
      kind: 'folded',
      id: 'guide-answers',
      title: 'The questions and answers',
      blocks: chapters.map(([chapter, questions]) => ({
        kind: 'table',
        caption: chapter,
        columns: ['Question', 'State', 'Answer'],
        rows: questions.map(({ id, question, state, toJudge, answer, evidence }) => [
          [`${id} ${question}`],
          [`${STATES[state]}${toJudge && state === 'answered' ? ', to judge' : ''}`],
          [answer, ...evidenceLinks(evidence, dossier)],
        ]),
      })),
    },
  ];
}

export function collectedOn({ collectedAt, channel, request }: Dossier): string {
  return `Dossier${request === null ? '' : ` of request ${request.id}`} · channel ${channel} · evidence of ${moment(collectedAt)}`;
}
