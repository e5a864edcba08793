/** Takes secrets out of what is logged. */

/** Names of members whose values are never written, compared without case, hyphens and underscores. */
const SECRET_NAMES = new Set([
  'authorization',
  'proxyauthorization',
  'cookie',
  'setcookie',
  'password',
  'secret',
  'token',
  'privatekey',
  'code',
  'totp',
  'databaseurl',
]);

/** `code` alone would also hide error codes, which are what a log is read for: only longer texts than those count. */
const LONGEST_PLAIN_CODE = 40;

/** Deeper than anything we log on purpose; a cycle ends here too. */
const DEEPEST = 6;

const HIDDEN = '[hidden]';

/** The user information of every URL in a text: `https://[hidden]@host/`. */
export function withoutCredentials(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/?#\s"'<>@]+@/gi, `$1${HIDDEN}@`);
}

/** The same value with secrets hidden and errors made plain; for structured log data. */
export function redacted(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return withoutCredentials(value);
  if (value === null || typeof value !== 'object') return value;
  if (depth >= DEEPEST) return '[deeper]';
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`;
  if (value instanceof Error) return describeError(value, depth);
  if (Array.isArray(value)) return value.map((member) => redacted(member, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      isSecret(name, member) ? HIDDEN : redacted(member, depth + 1),
    ]),
  );
}

function describeError(error: Error, depth: number): unknown {
  return {
    name: error.name,
    message: withoutCredentials(error.message),
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    stack: withoutCredentials(error.stack ?? ''),
    ...(error.cause === undefined ? {} : { cause: redacted(error.cause, depth + 1) }),
  };
}

function isSecret(name: string, value: unknown): boolean {
  const plain = name.toLowerCase().replaceAll(/[-_]/g, '');
  if (!SECRET_NAMES.has(plain)) return false;
  return plain !== 'code' || (typeof value === 'string' && value.length > LONGEST_PLAIN_CODE);
}
