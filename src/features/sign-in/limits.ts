/** Limits of signing in, each with its source: NIST SP 800-63B-4, OWASP ASVS 5.0, a standard, or the reason. */

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;

/**
 * Ends of a session in seconds: without use, and at the latest. Under AAL2 NIST allows an hour and a day (2.2.3), under AAL3
 * a quarter of an hour and twelve hours (2.3.3); ASVS 7.3.1 and 7.3.2 ask for both ends.
 */
export const SESSION_LIFE = { idle: 30 * MINUTE_S, whole: 8 * HOUR_S } as const;
/** Of whoever decides or operates: as short as AAL3 asks for, within half a working day. */
export const SESSION_LIFE_OF_DECIDERS = { idle: 15 * MINUTE_S, whole: 4 * HOUR_S } as const;
/** The time of last use is written so often at most: reading a page is no write to the database. */
export const USE_NOTED_EVERY_S = MINUTE_S;
/** Changes to one's own credentials need a proof no older than this (ASVS 7.5.1, 7.5.3). */
export const RECENT_PROOF_S = 10 * MINUTE_S;

/** A second step follows the first within this time: long enough to find the device. */
export const SECOND_STEP_S = 10 * MINUTE_S;
/**
 * Sign-ins by passkey or provider that were begun from one network and not finished: some hundred people behind one address
 * open the page within the time of a second step. Whoever asks for more is told when to come back.
 */
export const MOST_TICKETS_OF_A_NETWORK = 300;
/** From all networks of one IPv6 site, whose owner would otherwise have room for nobody else: as ten networks. */
export const MOST_TICKETS_OF_A_SITE = 3000;
/** From all networks together: some megabytes of rows, whoever asks. */
export const MOST_TICKETS_OF_STRANGERS = 10_000;
/** A code sent by mail holds so long (ASVS 6.5.5: at most ten minutes). */
export const MAIL_CODE_S = 10 * MINUTE_S;
/** An invitation waits for somebody who may be away for a weekend (ASVS 6.4.1 asks for an end). */
export const INVITATION_S = 3 * DAY_S;

/** ASVS 6.2.1 recommends fifteen; NIST 3.1.1.2 demands them where a password stands alone. */
export const SHORTEST_PASSWORD = 15;
/** ASVS 6.2.9 demands at least 64; an end keeps hashing and measuring cheap. */
export const LONGEST_PASSWORD = 128;
/** What zxcvbn calls very unguessable: more than 10^10 guesses. */
export const LEAST_ZXCVBN_SCORE = 4;

/** Argon2id (RFC 9106) with what OWASP's Password Storage Cheat Sheet lists first: 46 MiB, one pass, one lane (ASVS 11.4.2). */
export const ARGON2 = { memoryKiB: 47_104, passes: 1, lanes: 1, saltBytes: 16, tagBytes: 32 } as const;
/** Hashes at once: each takes 46 MiB, and strangers can ask for them. */
export const HASHES_AT_ONCE = 2;

/** RFC 6238: steps of thirty seconds; RFC 4226: a secret of 160 bits. A clock may be one step off (RFC 6238, 5.2). */
export const TOTP = { period: 30, digits: 6, secretBytes: 20, window: 1 } as const;
/** So many codes for when a device is lost; each once. */
export const RECOVERY_CODES = 10;

/** Failures that cost nothing: people mistype. Of all networks of an IPv6 site as many as of sixteen: its owner has 65,536. */
export const FREE_FAILURES = { account: 3, address: 20, site: 320 } as const;
/** Then each failure doubles the wait, from a second up to a quarter of an hour: never a lock that a stranger could turn (ASVS 6.1.1, 6.3.1). */
export const LONGEST_WAIT_S = 15 * MINUTE_S;
/** After so many failures its person is told (ASVS 6.3.5). */
export const TOLD_AFTER_FAILURES = 10;
/** Failures are forgotten after a day without one. */
export const FAILURES_FORGOTTEN_S = DAY_S;
/** Where somebody signed in within this time, a stranger's failures elsewhere do not slow them. */
export const KNOWN_ADDRESS_S = 30 * DAY_S;

/** More passkeys than anybody carries. */
export const MOST_PASSKEYS = 20;
/** A browser's name for itself, cut for the list of sessions. */
export const LONGEST_DEVICE_CHARACTERS = 160;
