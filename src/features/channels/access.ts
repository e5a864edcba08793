/** The ways in which a channel may be installed from, read from the operator's words. */
import { type Access, MOST_WAYS, type NetworkReader, readWay, saysEveryone, type Way } from '../../domain/access.ts';
import { Problem } from '../../domain/problem.ts';

/** Throws `not-a-way` and `no-ways`. */
export function accessOf(allow: readonly string[], readNetwork: NetworkReader): Access {
  const words = [...new Set(allow.map((word) => word.trim()))];
  if (words.length === 0 || words.length > MOST_WAYS)
    throw usage('no-ways', `1 to ${MOST_WAYS} ways in are named`, 'To close a channel, set its mode to closed.');
  if (!words.some(saysEveryone)) return words.map((word) => wayOf(word, readNetwork));
  if (words.length === 1) return null;
  throw usage('not-a-way', 'everyone stands beside other ways in', 'Name everyone alone, or leave it out.');
}

function wayOf(word: string, readNetwork: NetworkReader): Way {
  const way = readWay(word, readNetwork);
  if (way !== undefined) return way;
  throw usage(
    'not-a-way',
    `${JSON.stringify(word.slice(0, 60))} is no way in`,
    'Write everyone, token, a network (10.20.0.0/16, fd00::/8), or a network that needs a token as well (10.20.0.0/16+token).',
  );
}

function usage(code: string, what: string, next: string): Problem {
  return new Problem({ kind: 'usage', code, what, next });
}
