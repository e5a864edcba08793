import type { JsonValue } from './evidence.ts';

/**
 * One text per value: keys sorted by code unit, no white space, `undefined` members left out.
 * The subset of RFC 8785 (JSON Canonicalization Scheme) that integers, texts, booleans, null, lists and objects need;
 * numbers are written as ECMAScript writes them, which is what RFC 8785 asks for.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

/** Canonical JSON as UTF-8 bytes: what is hashed, signed and stored. */
export function canonicalBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value));
}

/** A value as JSON would carry it: what a digest of it must not depend on (`undefined` members) is gone. */
export function asJson(value: unknown): JsonValue {
  const parsed: JsonValue = JSON.parse(canonicalJson(value));
  return parsed;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}
