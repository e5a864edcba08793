/**
 * The questions of the Concise Guide for Evaluating Open Source Software (OpenSSF, edition of 2025-03-28), in our words and
 * by our numbers, with the checks that answer them. Whether software or a person answers is our judgement: the guide does
 * not say.
 */

/** `facts`: software answers. `both`: software collects, a person judges. `person`: nothing can be collected. */
export type GuideMark = 'facts' | 'both' | 'person';

export interface GuideQuestion {
  readonly id: string;
  readonly chapter: string;
  readonly mark: GuideMark;
  readonly question: string;
  /** Scanners whose evidence answers it; empty where this version collects nothing on it. */
  readonly checks: readonly string[];
  /** Why nothing is collected, in plain words; `null` where something is, or a person answers. */
  readonly whyNot: string | null;
}

const START = 'First look';
const CARE = 'Maintenance';
const PRACTICE = 'Security practice';
const USABILITY = 'Ease of use';
const ADOPTION = 'Use and licence';
const TRIAL = 'Trying it out';
const CODE = 'The code';

export const GUIDE_QUESTIONS: readonly GuideQuestion[] = [
  ask('EV-1', START, 'both', 'Is it needed, or would something that is already here do?', 'changes'),
  ask('EV-2', START, 'both', 'Is it the project it claims to be, and no copy?', 'identity lookalike provenance source'),
  ask('EV-3', CARE, 'facts', 'Was anything worked on within a year?', 'maintenance'),
  ask('EV-4', CARE, 'both', 'Are there recent releases or announcements?', 'maintenance'),
  ask('EV-5', CARE, 'both', 'Does it have more than one maintainer, from more than one place?', 'identity accounts'),
  ask('EV-6', CARE, 'facts', 'Is the last release less than a year old?', 'maintenance'),
  ask('EV-7', CARE, 'facts', 'Does its version say that it is finished, and no trial?', 'identity'),
  ask('EV-8', PRACTICE, 'person', 'What does an assessment by your own framework say?', ''),
  without(
    'EV-9',
    'facts',
    'Does the project hold a Best Practices badge?',
    'no list of badges can be imported here; look for one at the head of its README, and ask the badge programme for the address of its repository',
  ),
  ask('EV-10', PRACTICE, 'facts', 'Are the packages it needs reasonably new?', 'maintenance'),
  without(
    'EV-11',
    'both',
    'Does its source repository use the protections it has?',
    'only the owners and the host of a repository see its settings; look at its newest changes there: whether somebody else looked at them, and whether checks ran',
  ),
  without(
    'EV-12',
    'both',
    'Were there security audits, and was mended what they found?',
    'audits are published as reports for people; look for "audit" in its documentation and its news, and then for the releases that say what they mend',
  ),
  without(
    'EV-13',
    'both',
    'Does the project develop with security in mind?',
    'it shows in how a project works, and a package holds only what came of it; look at how changes are reviewed and flaws are answered where the source lives (EV-14, EV-15, EV-17 and EV-23 say what its files show)',
  ),
  ask('EV-14', PRACTICE, 'both', 'Is it written down why it withstands attacks?', 'documents'),
  ask('EV-15', PRACTICE, 'both', 'How fast are flaws mended, and in older versions too?', 'response'),
  without(
    'EV-16',
    'facts',
    'What do the public collections of project facts say?',
    'none can be imported here; look the package up by its name in the collections that you use, and the repository that "identity" names',
  ),
  ask('EV-17', PRACTICE, 'both', 'Are changes tested automatically?', 'documents'),
  ask('EV-18', PRACTICE, 'facts', 'Is it free of published flaws that matter?', 'vulnerabilities'),
  ask('EV-19', USABILITY, 'person', 'Is it easy to use in the right way?', ''),
  ask('EV-20', USABILITY, 'both', 'Does its interface stay the same, and are breaks announced?', 'documents'),
  ask('EV-21', USABILITY, 'person', 'Are its settings and examples careful by default?', ''),
  ask('EV-22', USABILITY, 'both', 'Does it explain how to use it without danger?', 'documents'),
  ask('EV-23', USABILITY, 'facts', 'Does it say how to report a flaw?', 'documents'),
  ask('EV-24', ADOPTION, 'facts', 'Is its licence clear, open and fit for the use?', 'licences'),
  ask('EV-25', ADOPTION, 'facts', 'Is there a better known package with nearly the same name?', 'lookalike'),
  ask('EV-26', ADOPTION, 'facts', 'Is it widely used?', 'popularity'),
  ask('EV-27', ADOPTION, 'person', 'Does it suit the purpose, apart from what is said about it?', ''),
  ask('EV-28', TRIAL, 'both', 'What does it do when it is installed in isolation?', 'install-proof'),
  ask('EV-29', TRIAL, 'facts', 'Which packages does it bring along, and are these expected?', 'changes'),
  ask('EV-30', CODE, 'facts', 'Is the code complete, or full of notes of things to do?', 'documents'),
  ask(
    'EV-31',
    CODE,
    'both',
    'Are there signs of malicious code?',
    'install-code opaque-data vulnerabilities known-malicious yara source',
  ),
  ask('EV-32', CODE, 'both', 'What does it do when it runs in isolation?', 'install-proof'),
  ask('EV-33', CODE, 'person', 'Is it written with care, as far as a reader can tell?', ''),
  without(
    'EV-34',
    'facts',
    'Was it reviewed publicly for security?',
    'no list of reviews can be imported here; look the package up by its name in the public list of security reviews',
    CODE,
  ),
  ask('EV-35', CODE, 'facts', 'What do tools find that read the code?', 'weaknesses secrets'),
  ask('EV-36', CODE, 'both', 'Do its own tests pass?', 'upstream-tests'),
];

function ask(id: string, chapter: string, ...[mark, question, checks]: [GuideMark, string, string]): GuideQuestion {
  return { id, chapter, mark, question, checks: checks.split(' ').filter((check) => check !== ''), whyNot: null };
}

function without(
  id: string,
  ...[mark, question, whyNot, chapter = PRACTICE]: [GuideMark, string, string, string?]
): GuideQuestion {
  return { id, chapter, mark, question, checks: [], whyNot };
}
