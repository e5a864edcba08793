/** Calls that are weak by what they do, beside those in `r.ts`. */
import { isConstant, isName, keyword, literalText } from '../syntax/values.ts';
import { fromInput, HAS_SHINY_INPUT } from './input.ts';
import { logs, MAY_LOG_SECRET } from './logs.ts';
import { type CallCheck, type NamedCheck, names } from './rules.ts';
import { written } from './settings.ts';

const installs: CallCheck = ({ node, name, args }, { text }) => {
  if (!name.endsWith('install.packages')) return 'unpinned-install';
  if (/^["'](?:https?|ftp):/.test(written(args[0], text))) return 'unpinned-install';
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

/** `eval(parse(path))` runs a file; what `parse` gives is run nowhere else (R manual). */
const runsFile: CallCheck = ({ args: [code] }, source) => {
  const [only] = code ?? [];
  if (code?.length !== 1 || only?.kind !== 'call') return undefined;
  if (!/^(?:base\.)?parse$/.test(source.bindings.resolve(only.callee)) || keyword(only, 'text') !== undefined)
    return undefined;
  const file = keyword(only, 'file') ?? only.args[0]?.parts ?? [];
  if (/^(?:url\(\s*)?["'](?:https?|ftp):/.test(written(file, source.text))) return 'code-from-network';
  return isConstant(file) ? undefined : 'code-from-data';
};

/** Checks by name. */
export const R_MORE: readonly NamedCheck[] = [
  ...names(
    'devtools.install_github remotes.install_github install_github remotes.install_url devtools.install_url remotes.install_git remotes.install_gitlab remotes.install_bitbucket remotes.install_svn devtools.install_git install.packages utils.install.packages',
    installs,
  ),
  ...names('pak.pkg_install pak.pak', ({ args: [package_] }, { text }) =>
    /^["'](?:\w+::|url|https?:|[\w.-]+\/)/.test(written(package_, text)) ? 'unpinned-install' : undefined,
  ),
  ...names('eval base.eval evalq', runsFile, /\bparse\s*\(/),
  ...names('devtools.source_url source_url remotes.source_url devtools.source_gist', ({ args: [address] }) =>
    address === undefined || isConstant(address) ? undefined : 'code-from-network',
  ),
  ...names('yaml.yaml.load yaml.load yaml.read_yaml yaml.yaml.load_file yaml.load_file', ({ node }) =>
    isName(keyword(node, 'eval.expr'), 'TRUE', 'T') ? 'unsafe-yaml' : undefined,
  ),
  ...names('dyn.load base.dyn.load', ({ args: [library] }) =>
    library === undefined || isConstant(library) ? undefined : 'module-by-name',
  ),
  ...names('Sys.umask base.Sys.umask', ({ args: [mode] }, { text }) =>
    /^["']?0+L?["']?$/.test(written(mode, text)) ? 'open-permissions' : undefined,
  ),
  ...names('digest digest.digest', ({ node, args: [hashed] }, { text }) =>
    keyword(node, 'algo') === undefined && node.args.length === 1 && /passw|secret/i.test(written(hashed, text))
      ? 'weak-hash-of-secret'
      : undefined,
  ),
  ...names('print message cat warning logger.info log_info', logs, MAY_LOG_SECRET),
  ...names('openssl.rsa_keygen rsa_keygen openssl.dsa_keygen PKI.genRSAkey', makesKey),
  ...names('HTML htmltools.HTML shiny.HTML', writesMarkup, /\bHTML\(\s*[^"')\s]/),
  ...names(
    'readLines read.csv read.table readRDS file source load unlink file.path file.remove scan',
    ({ args, scope }, source) =>
      args.slice(0, 2).some((value) => fromInput(value, scope, source)) ? 'path-from-input' : undefined,
    HAS_SHINY_INPUT,
  ),
  ...names(
    'httr.GET httr.POST GET POST httr2.request download.file utils.download.file url curl.curl_fetch_memory',
    ({ args, scope }, source) =>
      args.slice(0, 1).some((value) => fromInput(value, scope, source)) ? 'request-from-input' : undefined,
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
  ...names(
    'options base.options',
    ({ node }, { text }) =>
      /["']http:\/\//.test(written(keyword(node, 'repos'), text)) ? 'unpinned-install' : undefined,
    /repos\s*=[^\n]{0,80}["']http:/,
  ),
  ...names(
    'datatable DT.datatable DT.renderDataTable DT.renderDT renderDataTable renderDT shiny.renderDataTable knitr.kable kable',
    ({ node }) => (isName(keyword(node, 'escape'), 'FALSE', 'F') ? 'no-escaping' : undefined),
    /escape\s*=\s*F/,
  ),
  ...names('try base.try', goesOn, /silent\s*=\s*T/),
  ...names('tryCatch base.tryCatch', catches, /error\s*=\s*(?:function|\\)/),
];
