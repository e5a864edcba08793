/** What a JavaScript text holds wherever a call in it can talk to the network or start a program. */

import { COMMON_MODULES, quoted } from '../syntax/common-modules.ts';
import { type Power, powerNames } from '../syntax/powers.ts';
import { any, around, type Probe, together } from '../syntax/vocabulary.ts';

/**
 * A module by its name in quotes, or a name as code has it: before a member or a call, or where another name is given to
 * it; what is a common word as well only in quotes. Addresses (`https://…`) and words of prose are neither.
 */
function useOf(power: Power): Probe {
  const names = [...powerNames('javascript')].flatMap(([name, of]) => (of === power ? [name.split('.')] : []));
  const single = names.flatMap(([first = '', ...rest]) => (rest.length === 0 ? [first] : []));
  const common = single.filter((name) => COMMON_MODULES.includes(name));
  const own = single.filter((name) => !common.includes(name));
  const written = own.toSorted((a, b) => b.length - a.length).join('|');
  const pattern = new RegExp(
    `(?<=["'\`](?:node:)?)(?:${written})(?:/[\\w./-]*)?["'\`]|(?<![\\w$])(?:${written})[\\s)]*(?:\\??\\.|\\()|(?<==\\s*(?:[\\w$]+\\s*\\.\\s*)*)(?:${written})(?![\\w$])`,
  );
  const members = names.filter((name) => name.length > 1 && !single.includes(name.at(-1) ?? ''));
  return any(around(own, pattern), quoted(common), ...members.map((name) => together(...name)));
}

export const MAY_TALK = useOf('network');
export const MAY_START = useOf('processes');
