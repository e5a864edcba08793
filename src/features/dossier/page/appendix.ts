/** The evidence itself: every check of every package, and how the dossier can be checked. */
import type { Digest } from '../../../domain/digest.ts';
import type { Evidence, EvidenceSet, Finding, VettedRelease } from '../../../domain/evidence.ts';
import type { Dossier } from '../dossier.ts';
import { bytes, count, pointerTo, textAt, textsAt } from '../parts/told.ts';
import { questionOf } from '../parts/words.ts';
import type { DossierCheck } from '../verify.ts';
import { type Block, day, heading, type Line, moment, paragraph } from './document.ts';
import { placeOf } from './links.ts';

export function evidenceBlocks(set: EvidenceSet): readonly Block[] {
  return [
    heading(2, 'evidence', 'The evidence'),
    paragraph('Every check of every package, as it was collected. The figures and statements above lead here.'),
    ...set.releases.map((release, at): Block => {
      const failed = release.evidence.filter(({ status }) => status === 'failed').length;
      const gap = failed === 0 ? '' : `, ${failed} could not check`;
      return {
        kind: 'folded',
        id: placeOf(pointerTo(at)),
        title: `${release.name} ${release.version}: ${count(release.evidence.length, 'check')}${gap}`,
        blocks: releaseBlocks(release, { at, collectedAt: set.collectedAt }),
      };
    }),
  ];
}

function releaseBlocks(
  { purl, files, verdict, evidence, targets, releasedAt }: VettedRelease,
  { at, collectedAt }: { readonly at: number; readonly collectedAt: string },
): readonly Block[] {
  return [
    {
      kind: 'pairs',
      pairs: [
        ['Package', [{ code: purl }]],
        ['Published', [releasedAt === null ? 'upstream does not say' : moment(releasedAt)]],
        ['Installed on', [targets.join(', ') || 'no target']],
        ['Rules', [[verdict.outcome, ...verdict.reasons.map(({ rule, text }) => `${rule}: ${text}`)].join('; ')]],
        ...files.map(({ filename, size, sha256 }): readonly [string, Line] => [
          'File',
          [`${filename}, ${bytes(size)}, `, { code: sha256 }],
        ]),
      ],
    },
    ...evidence.flatMap((one, index) => checkBlocks(one, { place: pointerTo(at, index), collectedAt })),
  ];
}

const STATUS = { completed: 'ran to its end', 'not-applicable': 'does not apply', failed: 'could not check' } as const;

interface Placed {
  readonly place: string;
  /** When the set was collected: a check of the same moment does not repeat it. */
  readonly collectedAt: string;
}

function checkBlocks(evidence: Evidence, { place, collectedAt }: Placed): readonly Block[] {
  const { scanner, version, status, reason, findings } = evidence;
  const why = reason === null ? '' : `: ${reason}`;
  const found =
    findings.length === 0
      ? status === 'completed'
        ? ' Nothing found.'
        : ''
      : ` ${count(findings.length, 'finding')}.`;
  const when = evidence.collectedAt === collectedAt ? '' : `, ${moment(evidence.collectedAt)}`;
  const head: Block = {
    kind: 'paragraph',
    id: placeOf(place),
    line: [
      `${questionOf(scanner)} It ${STATUS[status]}${why}.${found} (`,
      { code: `${scanner} ${version}` },
      `${when})`,
    ],
  };
  if (findings.length === 0) return [head];
  const items = findings.map((finding, at) => ({ id: placeOf(`${place}/findings/${at}`), line: findingLine(finding) }));
  return [head, { kind: 'places', items }];
}

function findingLine({ summary, severity, location, data }: Finding): Line {
  const where = location === undefined ? [] : [' at ', { code: location } as const];
  const cwe = textAt(data, 'cwe');
  const shown = textAt(data, 'line');
  return [
    `${summary} (${[severity, cwe, ...figuresIn(data)].filter((one) => one !== null).join(', ')})`,
    ...where,
    ...(shown === null ? [] : [': ', { code: shown } as const]),
  ];
}

/** Figures of a finding that stand in tables above and not in its own words. */
const FIGURES: readonly (readonly [key: string, words: string])[] = [
  ['cvss', 'CVSS'],
  ['vector', 'vector'],
  ['knownExploited', 'known to be exploited:'],
  ['epss', 'EPSS'],
  ['fixed', 'ended by'],
  ['clearedAndFree', 'available here without it:'],
  ['importedAt', 'by the list of'],
];

function figuresIn(data: Finding['data']): readonly string[] {
  return FIGURES.flatMap(([key, words]) => {
    const value = data[key];
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return [];
    const text = Array.isArray(value)
      ? textsAt(data, key).join(' ')
      : key === 'importedAt'
        ? day(String(value))
        : value;
    return [`${words} ${String(text)}`];
  });
}

function pinInWords(pin: DossierCheck | null): string {
  if (pin === null) return 'No decision was made on it yet.';
  switch (pin.status) {
    case 'whole':
      return `Decision ${pin.decision} is pinned to exactly this dossier.`;
    case 'older-composer':
      return `Decision ${pin.decision} is pinned to ${pin.dossier}, which an earlier version composed from the same evidence; this page was composed anew.`;
    case 'not-pinned':
      return `Decision ${pin.decision} was made before decisions were pinned to a dossier.`;
    case 'broken':
      return `Do not rely on this page: what decision ${pin.decision} was made on is not what is kept here (${pin.what}).`;
  }
}

export function checkingBlocks(dossier: Dossier, digest: Digest, pin: DossierCheck | null): readonly Block[] {
  const { evidence, policy, composer, request } = dossier;
  const pinned = pinInWords(pin);
  return [
    heading(2, 'checking', 'How to check this dossier'),
    paragraph(
      `${pinned} Dossier, evidence and rules are named by the SHA-256 of their bytes: another byte would be another name.`,
    ),
    {
      kind: 'pairs',
      pairs: [
        ['Dossier', [{ code: digest }]],
        ['Evidence set', [{ code: evidence }]],
        ['Rules (policy)', [{ code: policy }]],
        ['Composed by', [`version ${composer} of the dossier's rules`]],
        ...(request === null ? [] : [['Check it', [{ code: `pratique review show ${request.id} --verify` }]] as const]),
      ],
    },
  ];
}
