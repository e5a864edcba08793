/** Plain words for what scanners and policy say in terms of the trade. A name that is not here stands for itself. */

/** Abilities, in the order in which a data provider wants to hear of them. */
const ABILITIES: Readonly<Record<string, string>> = {
  network: 'Connect to other computers over the network',
  credentials: 'Ask for passwords or read stored ones',
  environment: 'Read settings of the account it runs in, where keys are sometimes kept',
  clipboard: 'Read or change the clipboard',
  'file-writing': 'Write, move or delete files',
  processes: 'Start other programs',
  'code-generation': 'Make program code and run it while it works',
  'native-code': 'Run compiled code, which the checks of source text cannot look into',
  signals: 'Stop or interrupt other programs',
  threads: 'Do several things at the same time',
};

export const ABILITY_ORDER: readonly string[] = Object.keys(ABILITIES);

export function abilityInWords(id: string): string {
  return ABILITIES[id] ?? id.replaceAll('-', ' ');
}

const CHECKS: Readonly<Record<string, string>> = {
  accounts: 'Who may publish it, and did that change?',
  archive: 'Is the packing of the files sound, with nothing hidden in it?',
  'changed-lines': 'How much is other than in the version accepted before?',
  changes: 'What can it do that the version accepted before could not?',
  capabilities: 'What is the code able to do?',
  'copied-code': 'Does it hold code copied from elsewhere?',
  deprecation: 'Does its publisher advise against it?',
  documents: 'What does the project write beside its code?',
  identity: 'Who says they made it, and did that change?',
  'install-code': 'Does code run by itself at installation, or hide what it does?',
  'install-proof': 'Can it be installed from what came with it alone, and be loaded?',
  integrity: 'Did exactly the files arrive that the registry promised?',
  'known-malicious': 'Is it on a list of malicious packages or files?',
  licences: 'Under which licence may it be used?',
  lookalike: 'Is its name easily mistaken for another?',
  maintenance: 'Is somebody still looking after it?',
  'opaque-data': 'Does it carry data that cannot be read by people or by the checks?',
  popularity: 'How widely is it used?',
  provenance: 'Can it be shown who built it, and from what?',
  'registry-signature': 'Did the registry sign what its index says of it?',
  replaced: 'Were other bytes seen under its name and version?',
  response: 'How fast were its flaws mended?',
  secrets: 'Does it carry passwords or keys?',
  source: 'Is what was published the same as the source that is shown to the public?',
  'system-requirements': 'What must a computer have before it can be installed?',
  tests: 'Does it carry code that only tests it?',
  'upstream-tests': 'Do its own tests pass here?',
  vulnerabilities: 'Are flaws in it published?',
  weaknesses: 'Does the code follow patterns that are known to be weak?',
  yara: 'Does anything in it match the imported patterns of malware?',
};

/** The question that a scanner answers. */
export function questionOf(scanner: string): string {
  return CHECKS[scanner] ?? `Check "${scanner}"`;
}

const SOURCES: Readonly<Record<string, string>> = {
  accounts: 'the registry',
  identity: "the package's own words",
  maintenance: 'the registry',
  'known-malicious': 'imported lists',
  popularity: 'an imported list',
  provenance: 'attestations, checked here',
  'registry-signature': "the registry's own keys",
  'system-requirements': "the package's own words",
  response: 'imported advisories and the registry',
  vulnerabilities: 'imported advisories',
  yara: 'imported rules',
};

/** Who says what a scanner reports. */
export function sourceOf(scanner: string): string {
  return SOURCES[scanner] ?? 'own check';
}
