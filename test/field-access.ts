/**
 * Which fields of the API's answers hold what is not for everybody, and who sees them (ASVS 8.1.2). Each kind of confidential
 * words has a mark; `src/surfaces/api/fields-seen.spec.ts` puts it in, asks every operation as everybody, and finds the marks
 * in these fields, for these people, and nowhere else. `docs/field-access.md` is written from it.
 */

/** What is put in, by what it is. */
export const MARKS = {
  'name of who asks': 'asker-rosalind',
  'name of who decides': 'decider-vera',
  'why somebody asks': 'WHY-they-ask',
  'project of who asks': 'PROJECT-dunes',
  'how who asks is reached': 'CONTACT-room-7',
  'form that is not finished': 'DRAFT-words',
  'report of a suspicious package': 'REPORT-words',
  'what came of a report': 'CLOSING-words',
  'question to who asks': 'QUESTION-words',
  'answer of who asks': 'ANSWER-words',
  'reason of a decision': 'REASON-words',
  'note of a decision': 'NOTE-words',
  'what a data provider said': 'OBJECTION-words',
  'reason of a denial': 'DENIAL-words',
  'reason of a tag': 'TAG-words',
  'reason of a quarantine': 'QUARANTINE-words',
  'mail address': 'rosalind@marks.example',
  'label of a token': 'TOKEN-label',
  'refused installs of a package': 'wanted-name',
} as const;

export type Mark = keyof typeof MARKS;

/** Who asks the API: nobody who signed in, who asked for the package, another researcher, and one of each other role. */
export const VIEWERS = ['stranger', 'asker', 'researcher', 'reviewer', 'provider', 'operator', 'auditor'] as const;
export type Viewer = (typeof VIEWERS)[number];

const SIGNED_IN = ['asker', 'researcher', 'reviewer', 'provider', 'operator', 'auditor'] as const;
const DETAILS = ['reviewer', 'provider', 'operator', 'auditor'] as const;
const OWN_AND_DETAILS = ['asker', ...DETAILS] as const;
const LEDGER = ['reviewer', 'operator', 'auditor'] as const;

export interface FieldRule {
  readonly holds: Mark;
  readonly operation: string;
  /** Its place in the answer, without places in lists. */
  readonly field: string;
  readonly seenBy: readonly Viewer[];
}

type Fields = Readonly<Record<string, readonly string[]>>;

/** Who sees which fields of which operations, for one mark. */
function rules(holds: Mark, ...seen: readonly (readonly [readonly Viewer[], Fields])[]): readonly FieldRule[] {
  return seen.flatMap(([seenBy, fields]) =>
    Object.entries(fields).flatMap(([operation, all]) => all.map((field) => ({ holds, operation, field, seenBy }))),
  );
}

const DECISIONS = ['listDecisions results', 'listDecisionsOfRequest results', 'showDecision '] as const;
const ofDecisions = (field: string, from: readonly string[] = DECISIONS): Fields =>
  Object.fromEntries(
    from.map((place) => {
      const [operation = '', list = ''] = place.split(' ');
      return [operation, [list === '' ? field : `${list}.${field}`]];
    }),
  );
const QUESTIONS = DECISIONS.filter((place) => !place.startsWith('show'));

export const FIELD_RULES: readonly FieldRule[] = [
  ...rules(
    'name of who asks',
    // Whoever puts a tag on signs it.
    [
      SIGNED_IN,
      { listUsers: ['results.name'], showUser: ['name'], listTags: ['results.taggedBy'], showTag: ['taggedBy'] },
    ],
    [
      OWN_AND_DETAILS,
      {
        listBundles: ['results.filedBy'],
        showBundle: ['filedBy'],
        showRequest: ['filedBy', 'requesters.person', 'messages.person'],
        listReports: ['results.reportedBy'],
        showReport: ['reportedBy'],
      },
    ],
    [
      LEDGER,
      {
        listLedger: ['results.actor', 'results.fact.person'],
        exportLedger: ['actor', 'fact.person'],
        replayDecision: ['rows.actor'],
      },
    ],
    [['asker', 'operator'], { listTokens: ['results.person'] }],
    [['asker'], { showAccount: ['person.name'] }],
  ),
  ...rules(
    'name of who decides',
    [SIGNED_IN, { listUsers: ['results.name'] }],
    [
      OWN_AND_DETAILS,
      { showRequest: ['messages.person'], listReports: ['results.closedBy'], showReport: ['closedBy'] },
    ],
    [
      DETAILS,
      {
        ...ofDecisions('decidedBy'),
        listDenied: ['results.createdBy'],
        showDenial: ['createdBy'],
        listHistory: ['results.addedBy'],
        listQuarantines: ['results.startedBy'],
        showQuarantine: ['startedBy'],
        showObjection: ['said.person'],
        listTags: ['results.removedBy'],
        listTagRequirements: ['results.requiredBy'],
        showTagRequirement: ['requiredBy'],
      },
    ],
    [
      LEDGER,
      {
        listLedger: ['results.actor', 'results.fact.person'],
        exportLedger: ['actor', 'fact.person'],
        replayDecision: ['decision.decidedBy', 'rows.actor'],
      },
    ],
    [['reviewer', 'operator'], { listTokens: ['results.person'] }],
    [['reviewer'], { showAccount: ['person.name'] }],
  ),
  ...rules(
    'why somebody asks',
    [OWN_AND_DETAILS, { showRequest: ['requesters.q1'] }],
    [DETAILS, { showDossier: ['request.answers.q1'] }],
  ),
  ...rules('project of who asks', [OWN_AND_DETAILS, { showRequest: ['requesters.project'] }]),
  ...rules('how who asks is reached', [OWN_AND_DETAILS, { showRequest: ['requesters.contact'] }]),
  ...rules('form that is not finished', [['asker'], { listDrafts: ['results.q1'], showDraft: ['q1'] }]),
  ...rules(
    'report of a suspicious package',
    [OWN_AND_DETAILS, { listReports: ['results.reason'], showReport: ['reason'] }],
    [LEDGER, { listLedger: ['results.fact.reason'], exportLedger: ['fact.reason'] }],
  ),
  ...rules(
    'what came of a report',
    [OWN_AND_DETAILS, { listReports: ['results.closedReason'], showReport: ['closedReason'] }],
    [LEDGER, { listLedger: ['results.fact.reason'], exportLedger: ['fact.reason'] }],
  ),
  ...rules(
    'question to who asks',
    [
      OWN_AND_DETAILS,
      { ...ofDecisions('reason', QUESTIONS), showPackage: ['decisions.reason'], showRequest: ['messages.text'] },
    ],
    [DETAILS, { showDossier: ['request.talk.text'] }],
    [
      LEDGER,
      { listLedger: ['results.fact.reason'], exportLedger: ['fact.reason'], replayDecision: ['rows.fact.reason'] },
    ],
  ),
  ...rules(
    'answer of who asks',
    [OWN_AND_DETAILS, { showRequest: ['messages.text'] }],
    [DETAILS, { showDossier: ['request.talk.text'] }],
  ),
  ...rules(
    'reason of a decision',
    [SIGNED_IN, { ...ofDecisions('reason'), showPackage: ['decisions.reason'], listHistory: ['results.reason'] }],
    [
      LEDGER,
      {
        listLedger: ['results.fact.reason'],
        exportLedger: ['fact.reason'],
        replayDecision: ['decision.reason', 'rows.fact.reason'],
      },
    ],
  ),
  ...rules('note of a decision', [SIGNED_IN, ofDecisions('note')], [LEDGER, { replayDecision: ['decision.note'] }]),
  ...rules(
    'what a data provider said',
    [DETAILS, { showObjection: ['said.text'] }],
    [
      LEDGER,
      {
        listLedger: ['results.fact.question'],
        exportLedger: ['fact.question'],
        replayDecision: ['rows.fact.question'],
      },
    ],
  ),
  ...rules(
    'reason of a tag',
    [SIGNED_IN, { listTags: ['results.reason'], showTag: ['reason'] }],
    [LEDGER, { listLedger: ['results.fact.reason'], exportLedger: ['fact.reason'] }],
  ),
  ...rules('reason of a denial', [SIGNED_IN, { listDenied: ['results.reason'], showDenial: ['reason'] }]),
  ...rules(
    'reason of a quarantine',
    [
      SIGNED_IN,
      {
        listQuarantines: ['results.reason'],
        showQuarantine: ['reason'],
        showPackage: ['availability.reason'],
        showRequest: ['now.reason'],
      },
    ],
    [LEDGER, { listLedger: ['results.fact.reason'], exportLedger: ['fact.reason'] }],
  ),
  ...rules(
    'mail address',
    [['asker'], { showAccount: ['mail.address'] }],
    [['operator'], { listOutbox: ['results.to'] }],
  ),
  ...rules(
    'label of a token',
    [['asker', 'operator'], { listTokens: ['results.label'] }],
    [LEDGER, { listLedger: ['results.fact.label'], exportLedger: ['fact.label'] }],
  ),
  ...rules('refused installs of a package', [SIGNED_IN, { listDemand: ['results.name'] }]),
];

const WHO: Readonly<Record<string, string>> = {
  [SIGNED_IN.join()]: 'whoever signed in',
  [OWN_AND_DETAILS.join()]: 'who asked, and who reads details',
  [DETAILS.join()]: 'who reads details',
  [LEDGER.join()]: 'who reads the ledger',
  asker: 'its person',
  'asker,operator': 'its person, and operators',
  'reviewer,operator': 'its person, and operators',
  reviewer: 'its person',
  operator: 'operators',
};

/** `docs/field-access.md`. */
export function fieldAccessDocument(): string {
  const rows = new Map<string, string[]>();
  for (const { holds, operation, field, seenBy } of FIELD_RULES) {
    const key = `| ${holds} | ${WHO[seenBy.join()] ?? seenBy.join(', ')} |`;
    rows.set(key, [...(rows.get(key) ?? []), `\`${operation}\` ${field}`]);
  }
  return [
    '# Which fields who may see and write',
    '',
    'Written by `src/surfaces/api/fields-seen.spec.ts` (WRITE_DOCS=1) from `test/field-access.ts`; the spec asks every operation',
    'that reads, in every role, and fails where one of these stands in another field or is shown to somebody else. Strangers see',
    'none of it. A role that holds in one channel shows the fields of that channel alone, and the limits of a token narrow it further.',
    '',
    'Who reads details: reviewers, data providers, operators and auditors, and each such read is in the ledger. Who reads the ledger:',
    'reviewers, operators and auditors. Who asked sees their own words and what was said to them, and never another person who asks.',
    '',
    'Writing: an operation takes the fields of its schema and refuses every other one; who may write them is who may call it, and no',
    'field depends on anything else, but that nobody changes their own roles or decides their own request. What the system sets',
    '(ids, times, states, who did it) is in no schema of a body.',
    '',
    'Refused installs are counted per package and day: whose they were is kept nowhere.',
    '',
    '| what | who sees it | where |',
    '|---|---|---|',
    ...[...rows].map(([key, fields]) => `${key} ${fields.join(', ')} |`),
    '',
  ].join('\n');
}
