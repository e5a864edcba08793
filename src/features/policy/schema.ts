import { z } from 'zod';

/** Longest expression, reason or id, in characters: far above what people write, far below what hurts. */
const MAX_EXPRESSION = 2000;
/** Rules in one policy; each is evaluated for each release of a tree. */
const MAX_RULES = 200;

const expression = z.string().min(1).max(MAX_EXPRESSION);

export const policyRuleSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,59}$/, 'an id is lower-case words with hyphens'),
  when: expression,
  outcome: z.enum(['review', 'refuse']),
  needs: z.enum(['nothing', 'note', 'exception']),
  reason: expression,
  /** CEL, a list of texts: what `{shown}` in the reason stands for. */
  show: expression.optional(),
});
export type PolicyRule = z.infer<typeof policyRuleSchema>;

/** SPDX ids, `GPL-*` for all that begin so; case does not matter. */
const licenceEntry = z
  .string()
  .max(120)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9.+-]*(?: WITH [A-Za-z0-9.-]+)?[*]?$/,
    'an SPDX licence id, or the beginning of ids and *',
  );
const licenceList = z.array(licenceEntry).max(500).default([]);

/** What looks into files, on every home and with what operators import. */
const MUST_NOT_FAIL = ['install-code', 'capabilities', 'opaque-data', 'secrets', 'known-malicious', 'yara'];

const settingsSchema = z
  .strictObject({
    cool_down_days: z.number().min(0).max(3650).default(7),
    allow_sdists: z.boolean().default(false),
    install_proof: z.enum(['root', 'tree', 'off']).default('root'),
    derived_wheels: z.enum(['off', 'without-tests']).default('off'),
    required_checks: z.array(z.string().min(1).max(60)).max(50).default(['vulnerabilities', 'archive', 'integrity']),
    must_not_fail: z.array(z.string().min(1).max(60)).max(50).default(MUST_NOT_FAIL),
    stale_after_hours: z
      .strictObject({
        advisories: z.number().positive().max(87_600).default(168),
        popularity: z.number().positive().max(87_600).default(2160),
        exploitation: z.number().positive().max(87_600).default(720),
        trust_root: z.number().positive().max(87_600).default(4320),
        malicious: z.number().positive().max(87_600).default(2160),
      })
      .prefault({}),
    licences: z.strictObject({ allow: licenceList, deny: licenceList }).prefault({}),
    limits: z.strictObject({ max_file_mib: z.number().positive().max(65_536).default(4096) }).prefault({}),
  })
  .prefault({});

export const policySchema = z.strictObject({
  version: z.literal(1),
  settings: settingsSchema,
  rules: z.array(policyRuleSchema).min(1).max(MAX_RULES),
});

/** The ages that policy sets for feeds. */
export type FeedClock = 'advisories' | 'popularity' | 'exploitation' | 'trustRoot' | 'malicious';

/** The settings as the rest of the product reads them. */
export interface PolicySettings {
  readonly coolDownDays: number;
  readonly allowSdists: boolean;
  /** Which releases of a tree are installed, imported and tested in a cage. */
  readonly installProof: 'root' | 'tree' | 'off';
  /** Whether wheels are offered as they are, or without their test code. */
  readonly derivedWheels: 'off' | 'without-tests';
  /** Ids of the scanners without whose fresh, completed evidence nothing is admitted. */
  readonly requiredChecks: readonly string[];
  /** Ids of the scanners that may not apply, and whose failure stops a release all the same. */
  readonly mustNotFail: readonly string[];
  /** Hours after which an imported feed is stale. */
  readonly staleAfterHours: Readonly<Record<FeedClock, number>>;
  /** SPDX ids or beginnings with `*`. An empty allow list allows every licence. */
  readonly licences: { readonly allow: readonly string[]; readonly deny: readonly string[] };
  /** Bytes. */
  readonly maxFileBytes: number;
}

const BYTES_PER_MIB = 1024 * 1024;

export function settingsOf(policy: z.infer<typeof policySchema>): PolicySettings {
  const { settings } = policy;
  const { trust_root: trustRoot, ...hours } = settings.stale_after_hours;
  return {
    coolDownDays: settings.cool_down_days,
    allowSdists: settings.allow_sdists,
    installProof: settings.install_proof,
    derivedWheels: settings.derived_wheels,
    requiredChecks: settings.required_checks,
    mustNotFail: settings.must_not_fail,
    staleAfterHours: { ...hours, trustRoot },
    licences: settings.licences,
    maxFileBytes: Math.floor(settings.limits.max_file_mib * BYTES_PER_MIB),
  };
}
