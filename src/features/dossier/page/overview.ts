/** The first page: what it is, what happens, what it can do, what needs judgement. */
import { unreachable } from '../../../domain/problem.ts';
import type { Concern, Dossier } from '../dossier.ts';
import { count, pointerTo } from '../parts/told.ts';
import { type Block, heading, type Line, moment, paragraph } from './document.ts';
import { packageLinks, placeOf, told } from './links.ts';
import { silentChecks } from './sections.ts';
import type { Standing, StoppedRelease } from './standing.ts';

/** Concerns shown at once; a reader weighs no more than this. The others follow, folded. */
const MOST_CONCERNS = 7;

export function overview(dossier: Dossier, standing: Standing): readonly Block[] {
  return [
    ...warningBlocks(standing, dossier.collectedAt),
    { kind: 'box', title: 'In short', blocks: inShort(dossier, standing) },
    {
      kind: 'figures',
      items: [
        { value: String(dossier.concerns.length), label: 'to judge', to: 'judge' },
        { value: String(silentChecks(dossier).length), label: 'checked, nothing found', to: 'nothing-found' },
        { value: String(dossier.unchecked.length), label: 'could not check', to: 'not-checked' },
      ],
    },
    ...decisionBlocks(standing),
    ...abilityBlocks(dossier),
    ...concernBlocks(dossier),
  ];
}

/** What cannot be relied on says so before anything else. */
function warningBlocks({ pin, stopped }: Standing, collectedAt: string): readonly Block[] {
  const broken = pin?.status === 'broken' ? [brokenInWords(pin.decision, pin.what)] : [];
  const since = stopped.map((one) => stoppedInWords(one, collectedAt));
  return [...box('Do not rely on this page', broken), ...box('Stopped by now', since)];
}

function box(title: string, lines: readonly Line[]): readonly Block[] {
  return lines.length === 0 ? [] : [{ kind: 'box', title, blocks: lines.map((line) => paragraph(...line)) }];
}

function brokenInWords(decision: string, what: string): Line {
  return [`What decision ${decision} was made on is not what is kept here: ${what}.`];
}

function stoppedInWords({ at, name, version, by }: StoppedRelease, collectedAt: string): Line {
  return [
    `${by} stops `,
    { text: `${name} ${version}`, to: placeOf(pointerTo(at)) },
    `: it cannot be installed, whatever the evidence below says, which is of ${moment(collectedAt)}.`,
  ];
}

function inShort(dossier: Dossier, standing: Standing): readonly Block[] {
  return [
    ...dossier.short.map((statement): Block => ({ kind: 'paragraph', line: told(statement, dossier) })),
    paragraph(verdictInWords(dossier.verdict)),
    ...whatHappens(standing),
  ];
}

function verdictInWords(verdict: Dossier['verdict']): string {
  switch (verdict) {
    case 'admit':
      return 'The rules of this installation have nothing against it. People decide.';
    case 'review':
      return 'The rules of this installation ask people to look at it, and to write down what is done about what was found.';
    case 'refuse':
      return 'The rules of this installation are against it. Accepting it is an exception with an end date.';
    default:
      return unreachable(verdict);
  }
}

/** What happens if nobody does anything, and what a data provider can do. */
function whatHappens({ state, window }: Standing): readonly Block[] {
  if (window === null || state !== 'in-window') return [];
  const acts: readonly Block[] = [
    paragraph(`You can say one of three things to the people who run this installation, naming ${window.id}:`),
    {
      kind: 'list',
      items: [
        ['Question: stops the clock until it is answered.'],
        ['Overturn: it does not become available; say why.'],
        ['No objection: it becomes available once every data provider has said so.'],
      ],
    },
    paragraph('At the command line: ', { code: `pratique objection question|overturn|none ${window.id}` }),
  ];
  if (window.closesAt === null)
    return [paragraph('A question is open: the clock stands still, and nothing becomes available meanwhile.'), ...acts];
  const when = `If you do nothing, it becomes available on ${moment(window.closesAt)}.`;
  return [paragraph(`${when} Silence counts as no objection.`), ...acts];
}

function decisionBlocks({ decision, state }: Standing): readonly Block[] {
  if (decision === null) return [];
  const { outcome, list, decidedAt, reason, note, concern, until, criterion, decidedBy } = decision;
  const by = decidedBy === 'system' ? 'by policy' : 'by a reviewer who did not ask for it';
  const what =
    outcome === 'accepted' ? `accepted into the ${list ?? 'extra'} list` : outcome === 'asked' ? 'asked back' : outcome;
  const pairs: (readonly [string, Line])[] = [
    ['Decision', [`${what}, ${by}, ${moment(decidedAt)} (${decision.id})`]],
    ['Why', [reason]],
  ];
  if (note !== null) pairs.push(['What is done about what was found', [note]]);
  if (concern !== null)
    pairs.push([outcome === 'accepted' ? 'Remaining concern' : 'What would change our mind', [concern]]);
  if (criterion !== null) pairs.push(['Criterion for the core list', [String(criterion)]]);
  if (until !== null)
    pairs.push([state === 'rejected' ? 'Looked at again' : 'Ends, or is looked at again', [moment(until)]]);
  return [heading(2, 'decision', 'What was decided, and why'), { kind: 'pairs', pairs }];
}

function abilityBlocks(dossier: Dossier): readonly Block[] {
  const { abilities, unseenAbilities, packages } = dossier;
  const intro =
    'Abilities are no judgement: most programs need some of them. This is what the code could do where it is run.';
  const seen: Block =
    abilities.length === 0
      ? paragraph('No ability beyond computing was seen.')
      : {
          kind: 'table',
          caption: `What the code of ${count(packages.length, 'package')} is able to do`,
          columns: ['It can', 'Which packages'],
          rows: abilities.map(({ text, packages: able }) => {
            const links = packageLinks(
              able.flatMap(({ evidence }) => evidence),
              dossier,
            );
            return [[text], packages.length > 1 ? [`${able.length} of ${packages.length}: `, ...links] : links];
          }),
        };
  const unseen =
    unseenAbilities.length === 0
      ? []
      : [paragraph(`Looked for and not seen: ${unseenAbilities.map(lowered).join('; ')}.`)];
  return [heading(2, 'abilities', 'What it can do'), paragraph(intro), seen, ...unseen];
}

function concernBlocks(dossier: Dossier): readonly Block[] {
  const { concerns } = dossier;
  const shown = concerns.slice(0, MOST_CONCERNS);
  const rest = concerns.slice(MOST_CONCERNS);
  const start = heading(2, 'judge', 'To judge');
  if (concerns.length === 0) return [start, paragraph('Nothing was found that asks for a judgement.')];
  const blocks: Block[] = [
    start,
    concernTable(
      `The ${shown.length === concerns.length ? '' : `weightiest ${shown.length} of `}${concerns.length} points that could change the decision`,
      shown,
      dossier,
    ),
  ];
  if (rest.length > 0)
    blocks.push({
      kind: 'folded',
      id: 'judge-more',
      title: `${count(rest.length, 'more point')} of less weight`,
      blocks: [concernTable('Further points', rest, dossier)],
    });
  return blocks;
}

function concernTable(caption: string, concerns: readonly Concern[], dossier: Dossier): Block {
  return {
    kind: 'table',
    caption,
    columns: ['Point', 'Weight', 'Packages', 'Who says so'],
    rows: concerns.map((concern) => [
      [concern.text],
      [weightInWords(concern)],
      packageLinks(concern.evidence, dossier),
      [concern.source],
    ]),
  };
}

const WEIGHTS: Readonly<Record<Concern['weight'], string>> = {
  refuse: 'the rules are against it',
  review: 'the rules ask people to look',
  critical: 'critical',
  high: 'high',
  unknown: 'unknown',
  medium: 'medium',
  low: 'low',
  info: 'for information',
  none: 'none',
};

function weightInWords({ weight, needs, places }: Concern): string {
  const takes =
    needs === 'nothing' ? '' : `; accepting takes ${needs === 'note' ? 'a note' : 'an exception with an end date'}`;
  const many = places > 1 && weight !== 'refuse' && weight !== 'review' ? `, ${places} places` : '';
  return `${WEIGHTS[weight]}${many}${takes}`;
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
