/** Modules of JavaScript whose names are common words: a variable is called so in any file, the module only where quotes name one. */
import { around, type Probe } from './vocabulary.ts';

export const COMMON_MODULES: readonly string[] =
  'http https http2 net tls dns ws got request bindings vm cluster zx wasi dotenv'.split(' ');

/** What a text holds wherever it names one of these modules in quotes, or a file of one. */
export function quoted(modules: readonly string[]): Probe {
  return around(modules, new RegExp(`(?<=["'\`](?:node:)?)(?:${modules.join('|')})(?:/[\\w./-]*)?["'\`]`));
}

export const NAMES_MODULE = quoted(COMMON_MODULES);
