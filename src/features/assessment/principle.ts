/**
 * What an installation is measured by. A principle is met where something shows it: a named test that ran with the build, a
 * document that ships with the product, and what is found out about the running installation. Where nothing can, it says so.
 */

export const FRAMEWORKS = {
  openssf: 'OpenSSF Principles for Package Repository Security, v0.1 (February 2024)',
  packman: 'OWASP packman, Package Manager Security (March 2021)',
  s2c2f: 'OpenSSF Secure Supply Chain Consumption Framework, v1.1 (October 2022)',
} as const;
export type Framework = keyof typeof FRAMEWORKS;

/** What is found out about the running installation, each time it is asked. */
export const FACTS = {
  'advisories-fresh': 'advisories about every ecosystem are imported and not stale',
  'breached-passwords': 'a list of leaked passwords is imported',
  'cleared-channel': 'a channel offers cleared packages alone',
  contact: 'server.contact names somebody to write to',
  'deciders-have-second-factor': 'everybody who decides has a second factor, a passkey or an identity provider',
  'factor-demanded': 'one factor is not enough for anything that changes what is served',
  isolated: 'what reads packages is cut off from network, files and processes of this machine',
  'ledger-whole': 'the hash chain and the signed heads of the ledger are whole',
  'mail-domains-watched': 'sign_in.check_mail_domains is on',
  'mail-server': 'mail.host names a mail server',
  'malicious-fresh': 'a list of what is malicious, or YARA rules, are imported and not stale',
  'passkeys-for-decisions':
    'acceptances take a passkey: every cleared channel is of tier 3 or more, and sign_in.totp_suffices is off',
  'popularity-fresh': 'popular names of every ecosystem are imported and not stale',
  'source-hosts': 'git.hosts names where source code may be read',
  'tags-required': 'a channel asks for a tag',
  'trust-root-fresh': 'a trust root is imported and not stale',
  'upstream-watched': 'watch.upstream_every_hours is set',
  'wheels-only': 'policy admits no release that must be built to be installed',
} as const;
export type FactName = keyof typeof FACTS;

export type Evidence =
  /** It fails where the behaviour is not there; the spec of this room fails where the test is not there. */
  | { readonly kind: 'test'; readonly file: string; readonly test: string }
  | { readonly kind: 'document'; readonly file: string }
  | { readonly kind: 'running'; readonly fact: FactName };

export interface Principle {
  /** OpenSSF has none: these are of this product. Those of packman are its numbers. */
  readonly id: string;
  readonly framework: Framework;
  readonly track: string;
  /** packman calls it tier; `null` where its source gives none. */
  readonly level: number | null;
  /** In our words. */
  readonly asks: string;
  readonly evidence: readonly Evidence[];
  /** What is not built: while it stands, the principle is not met, whatever else is there. */
  readonly gap?: string;
  /** Why no program can tell: a person has to. */
  readonly forPeople?: string;
}

export const test = (file: string, name: string): Evidence => ({ kind: 'test', file, test: name });
export const document = (file: string): Evidence => ({ kind: 'document', file });
export const running = (fact: FactName): Evidence => ({ kind: 'running', fact });

/** `[id, level, what it asks, evidence, what is open]` of one track. */
export type Row = readonly [
  id: string,
  level: number | null,
  asks: string,
  evidence: readonly Evidence[],
  open?: { readonly gap: string } | { readonly forPeople: string } | undefined,
];

export function track(framework: Framework, name: string, rows: readonly Row[]): readonly Principle[] {
  return rows.map(([id, level, asks, evidence, open = {}]) => ({
    ...{ id, framework, track: name, level, asks, evidence },
    ...open,
  }));
}
