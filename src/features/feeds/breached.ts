/** Passwords that leaked: attackers try them first. Lists are published as SHA-1, which hides nothing here but is their key. */
import { createHash } from 'node:crypto';
import { unusableFeed } from './unusable.ts';

/** Lines of one list: the passwords that are tried first are a small part of it; more would not fit beside the rest. */
const MAX_LINES = 6_000_000;
/** A line of a published list: SHA-1, and how often it was seen. */
const PUBLISHED = /^([0-9A-F]{40})(?::\d+)?$/i;
/** Of 160 bits so many are kept, in hexadecimal digits: by chance one password in four billion would be taken for a leaked one. */
const PRINT_DIGITS = 16;

/** Prints of the passwords in a list: one a line, plain or as published. Throws `feed-unusable`. */
export function readBreached(text: string): readonly string[] {
  const prints = new Set<string>();
  for (const line of text.split('\n')) {
    const entry = line.replace(/\r$/, '');
    if (entry === '') continue;
    prints.add(PUBLISHED.exec(entry)?.[1]?.slice(0, PRINT_DIGITS).toLowerCase() ?? printOf(entry));
    if (prints.size > MAX_LINES) throw unusableFeed('breached-passwords', `it holds more than ${MAX_LINES} passwords`);
  }
  if (prints.size === 0) throw unusableFeed('breached-passwords', 'it holds no passwords');
  return [...prints];
}

export function printOf(password: string): string {
  return createHash('sha1').update(password).digest('hex').slice(0, PRINT_DIGITS);
}
