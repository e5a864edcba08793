/** Calls that are weak by what they do, beside those in `r.ts`. */
import { isConstant, isName, keyword, literalText } from '../syntax/values.ts';
import { fromInput, HAS_SHINY_INPUT } from './input.ts';
import { type CallCheck, type NamedCheck, names } from './rules.ts';
import { written } from './settings.ts';

const installs: CallCheck = ({ node, name }, { text }) => {
  if (!name.endsWith('install.packages')) return 'unpinned-install';
  return /^["']http:/.test(written(keyword(node, 'repos'), text)) ? 'unpinned-install' : undefined;
};

const makesKey: CallCheck = ({ node, args }, { text }) => {
  const bits = Number(written(keyword(node, 'bits') ?? args[0], text).replace(/L$/, ''));
  return bits >= 256 && bits < 2048 ? 'short-key' : undefined;
};

const writesMarkup: CallCheck = ({ args: [markup], scope }, source) => {
  if (markup === undefined || isConstant(markup)) return undefined;
  return fromInput(markup, scope, source) ? 'html-from-input' : 'html-from-data';
};

const writesTemporary: CallCheck = ({ args }, { text }) =>
  args.some((value) => /^\/(?:var\/)?tmp\/\w/.test(literalText(value, text) ?? '')) ? 'temporary-file-race' : undefined;

const goesOn: CallCheck = ({ node }) => (isName(keyword(node, 'silent'), 'TRUE', 'T') ? 'swallowed-error' : undefined);

const catches: CallCheck = ({ node }, { text }) =>
  /^(?:function\s*\(\w*\)|\\\(\w*\))\s*(?:NULL|\{\s*\}|invisible\((?:NULL)?\))$/.test(
    written(keyword(node, 'error'), text),
  )
    ? 'swallowed-error'
    : undefined;

/** Checks by name. */
export const R_MORE: readonly NamedCheck[] = [
  ...names(
    'devtools.install_github remotes.install_github install_github remotes.install_url devtools.install_url remotes.install_git install.packages utils.install.packages',
    installs,
  ),
  ...names('openssl.rsa_keygen rsa_keygen openssl.dsa_keygen PKI.genRSAkey', makesKey),
  ...names('HTML htmltools.HTML shiny.HTML', writesMarkup, /\bHTML\(\s*[^"')\s]/),
  ...names(
    'readLines read.csv read.table readRDS file source load unlink file.path file.remove scan',
    ({ args, scope }, source) =>
      args.slice(0, 2).some((value) => fromInput(value, scope, source)) ? 'path-from-input' : undefined,
    HAS_SHINY_INPUT,
  ),
  ...names(
    'get do.call match.fun getFunction',
    ({ args: [named], scope }, source) => (fromInput(named, scope, source) ? 'code-chosen-by-input' : undefined),
    HAS_SHINY_INPUT,
  ),
  ...names('write.csv write.table writeLines saveRDS file sink cat', writesTemporary, /["']\/(?:var\/)?tmp\//),
  ...names('httpuv.startServer httpuv.runServer startServer', ({ args: [host] }, { text }) =>
    literalText(host ?? [], text) === '0.0.0.0' ? 'binds-all-addresses' : undefined,
  ),
  ...names('try base.try', goesOn, /silent\s*=\s*T/),
  ...names('tryCatch base.tryCatch', catches, /error\s*=\s*(?:function|\\)/),
];
