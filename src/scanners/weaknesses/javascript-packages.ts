/** What JavaScript code hands to packages: addresses, documents, markup and switches, beside what `javascript-libraries.ts` has. */
import { isConstant } from '../syntax/values.ts';
import { isFixed } from './fixed.ts';
import { HAS_INPUT } from './input.ts';
import { taken } from './javascript-web.ts';
import { type CallCheck, type NamedCheck, names, type Said } from './rules.ts';
import { written } from './settings.ts';

/** XML that comes from elsewhere, read by a parser that follows what the document defines. */
const readsXml: CallCheck = ({ args: [document] }) =>
  document === undefined || isConstant(document) ? undefined : 'xml-entities';

/** AngularJS takes what is trusted so as it is (AngularJS, `$sce`). */
const trusts: CallCheck = ({ name, args, scope }): Said => {
  const markup = args[name.endsWith('.trustAs') ? 1 : 0];
  return markup === undefined || isFixed(markup, scope) ? undefined : 'html-from-data';
};

/** What a driven browser is started with (Chromium, "List of command line switches"). */
const SWITCHES = /["'`]--(?:disable-web-security|ignore-certificate-errors|remote-debugging-address=)/;
const launches: CallCheck = ({ start, end }, { text }) => {
  const [, which] =
    /["'`]--(disable-web|ignore-cert|remote)/.exec(text.slice(start, Math.min(end, start + LONGEST_OPTIONS))) ?? [];
  if (which === undefined) return undefined;
  return which === 'remote' ? 'debug-server' : which === 'ignore-cert' ? 'tls-verification-off' : 'protection-off';
};
/** Characters of the options of a browser that are read. */
const LONGEST_OPTIONS = 2_000;

/** Checks by name. */
export const JAVASCRIPT_PACKAGES: readonly NamedCheck[] = [
  ...names(
    'urllib.request urllib.curl bent() wkhtmltopdf wkhtmltoimage.generate net.connect net.createConnection net.Socket().connect tls.connect',
    taken('request-from-input', 2),
    HAS_INPUT,
  ),
  ...names(
    'libxmljs.SaxParser().parseString libxmljs.SaxPushParser().push xml2json.toJson expat.Parser().parse expat.Parser().write',
    readsXml,
  ),
  ...['trustAs', 'trustAsHtml', 'trustAsJs', 'trustAsResourceUrl', 'trustAsUrl', 'trustAsCss'].flatMap((member) =>
    names(`$sce.${member} $sceDelegate.${member}`, trusts, /\$sce/, 'html-from-data'),
  ),
  // The context in which nothing is cleaned (Angular, `SecurityContext`).
  ...names(
    '.sanitize',
    ({ args: [context, value], scope }, { text }) =>
      /\bSecurityContext\.NONE$/.test(written(context, text)) && value !== undefined && !isFixed(value, scope)
        ? 'html-from-data'
        : undefined,
    /SecurityContext\.NONE/,
    'html-from-data',
  ),
  ...names('$sceProvider.enabled', ({ args: [on] }, { text }) =>
    /^(?:false|0|!1)$/.test(written(on, text)) ? 'no-escaping' : undefined,
  ),
  ...names('.launch .launchPersistentContext .connectOverCDP', launches, SWITCHES),
];
