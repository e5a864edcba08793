import type { Call, Source } from '../syntax/source.ts';
import { builtText, isConstant, isName, keyword, literalText } from '../syntax/values.ts';
import { any, around } from '../syntax/vocabulary.ts';
import { argumentValue } from './fixed.ts';
import { definitionBefore } from './input.ts';
import { opensAddress } from './python-more.ts';
import { addressIn, type CallCheck, HAS_CLEARTEXT, isElsewhere, literals, type NamedCheck, names } from './rules.ts';

/** A literal address of a kind that is not encrypted. */
const HAS_CLEAR_ADDRESS = any(HAS_CLEARTEXT, around(['ftp'], /(?<=["'])ftp:\/\//));

const fetchesCleartext: CallCheck = ({ node, args, scope }, { text }) =>
  [...args.slice(0, 2), keyword(node, 'url')].some(
    (value) => isClear(addressIn(value, text, scope)) || isClear(defaultOf(value, scope, text)),
  )
    ? 'cleartext-transfer'
    : undefined;

/** Characters of a definition that are looked over for its defaults. */
const LONGEST_DEFINITION = 1_000;

/** How the default begins that a parameter of the function around has: `def get(url="http://...")`; empty for anything else. */
function defaultOf(value: Call['args'][number] | undefined, scope: Call['scope'], text: string): string {
  const [only, ...more] = value ?? [];
  if (only?.kind !== 'name' || more.length > 0) return '';
  const defined = definitionBefore(only.start, scope, text);
  if (defined === -1) return '';
  const definition = text.slice(defined, Math.min(only.start, defined + LONGEST_DEFINITION));
  const given = new RegExp(`[(,]\\s*${only.text}\\s*(?::[^=,()]{0,60})?=\\s*["']([^"'\\n]{1,200})`).exec(definition);
  return given?.[1] ?? '';
}

/** Addresses that Python's libraries fetch without encryption. */
function isClear(address: string): boolean {
  return /^(?:ht|f)tp:/i.test(address) && isElsewhere(address);
}

const VERBS = '.get .post .put .patch .delete .head .request .urlopen .open .stream';
/** `namespaces.get('http://...')` reads a dictionary. */
const RECEIVERS = /(?:session|client|http|requests|pool|conn|browser|scraper|opener|urllib\w{0,8}|api)(?:\(\))?\.\w+$/i;

const LIBRARIES = ['requests', 'httpx', 'requests.api'].flatMap((root) =>
  'get post put patch delete head options request stream'.split(' ').map((verb) => `${root}.${verb}`),
);

const PANDAS = 'csv json html table excel parquet feather xml fwf'
  .split(' ')
  .map((format) => `pandas.read_${format}`)
  .join(' ');

const escapesNothing: CallCheck = ({ node }) => {
  const escaping = keyword(node, 'autoescape');
  return escaping === undefined || isName(escaping, 'False') ? 'no-escaping' : undefined;
};

const rendersMade: CallCheck = ({ args: [template] }) =>
  template !== undefined && !isConstant(template) ? 'template-injection' : undefined;

const decodesToken: CallCheck = (call, source) => {
  if (isName(keyword(call.node, 'verify'), 'False')) return 'unsigned-token';
  return skipsSignature(call, source) ? 'unsigned-token' : undefined;
};

function skipsSignature({ node }: Call, { text }: Source): boolean {
  const [options] = keyword(node, 'options') ?? [];
  const algorithms = keyword(node, 'algorithms') ?? [];
  if (literals(algorithms, text).some((name) => name.toLowerCase() === 'none')) return true;
  return (
    options !== undefined &&
    /verify_signature["']\s*:\s*False/.test(text.slice(options.start, options.end).slice(0, 400))
  );
}

const takesAnyHost: CallCheck = ({ node }, { text }) =>
  /AutoAddPolicy|WarningPolicy/.test(text.slice(node.args[0]?.start ?? node.end, node.end))
    ? 'unknown-host-key'
    : undefined;

/** Network management protocols without encryption: SNMP v1 and v2c, which alone have communities, v3 without keys (RFC 3414); IPMI. */
const managesInClear: CallCheck = ({ name, node, args }) => {
  if (!name.endsWith('UsmUserData')) return args.length > 0 ? 'cleartext-transfer' : undefined;
  const key = keyword(node, 'privKey') ?? args[2];
  return args.length > 0 && (key === undefined || isName(key, 'None')) ? 'cleartext-transfer' : undefined;
};

const rendersUnescaped: CallCheck = ({ node, args }) =>
  args.length > 0 && keyword(node, 'default_filters') === undefined ? 'no-escaping' : undefined;

const marksSafe: CallCheck = ({ args: [markup], scope }) =>
  isConstant(argumentValue(markup, scope)) ? undefined : 'html-from-data';

/** Objects that open addresses (Python documentation, `urllib.request`; Python 2, `urllib` and `urllib2`). */
const OPENERS = [
  ...['urllib.request', 'urllib'].flatMap((root) =>
    ['URLopener', 'FancyURLopener'].flatMap((kind) => [`${root}.${kind}().open`, `${root}.${kind}().retrieve`]),
  ),
  ...['urllib.request', 'urllib2'].flatMap((root) => [`${root}.OpenerDirector().open`, `${root}.build_opener().open`]),
].join(' ');

const entities: CallCheck = () => 'xml-entities';

const XML_MODULES = [
  'xml.etree.ElementTree',
  'xml.etree.cElementTree',
  'xml.dom.minidom',
  'xml.dom.pulldom',
  'xml.dom.expatbuilder',
  'xml.sax',
  'xml.sax.expatreader',
];
const XML_READERS = ['parse', 'parseString', 'iterparse', 'fromstring', 'XMLParser', 'make_parser', 'create_parser'];

const lxmlParses: CallCheck = ({ node }) => {
  const [resolves, network] = [keyword(node, 'resolve_entities'), keyword(node, 'no_network')];
  return isName(resolves, 'True') || isName(network, 'False') || isName(keyword(node, 'huge_tree'), 'True')
    ? 'xml-entities'
    : undefined;
};

/** What is fetched, served and read over the network. */
export const PYTHON_WEB: readonly NamedCheck[] = [
  ...names(
    VERBS,
    (call, source) => (RECEIVERS.test(call.name) ? fetchesCleartext(call, source) : undefined),
    HAS_CLEAR_ADDRESS,
  ),
  ...names(LIBRARIES.join(' '), fetchesCleartext, HAS_CLEAR_ADDRESS),
  ...names(
    'urllib.request.urlopen urllib.request.urlretrieve urllib.request.Request urllib.urlopen urllib.urlretrieve urllib2.urlopen urllib2.Request',
    fetchesCleartext,
    HAS_CLEAR_ADDRESS,
  ),
  ...names(OPENERS, fetchesCleartext, HAS_CLEAR_ADDRESS),
  ...names(OPENERS, opensAddress, undefined, 'address-of-any-kind'),
  ...names(
    'xmlrpc.client.ServerProxy xmlrpclib.ServerProxy xmlrpc.client.Server',
    (call, source) =>
      fetchesCleartext(call, source) ?? (/\bdefusedxml\b/.test(source.text) ? undefined : 'xml-entities'),
  ),
  ...names(`${PANDAS} wget.download feedparser.parse`, fetchesCleartext, HAS_CLEAR_ADDRESS),
  ...names('ftplib.FTP().connect telnetlib.Telnet().open', ({ args }) =>
    args.length === 0 ? undefined : 'cleartext-transfer',
  ),
  ...names('telnetlib.Telnet ftplib.FTP', ({ args }) => (args.length === 0 ? undefined : 'cleartext-transfer')),
  ...names('jinja2.Environment jinja2.environment.Environment', escapesNothing),
  ...names(
    'django.template.Context django.template.RequestContext django.template.Engine django.template.context.Context django.template.engine.Engine',
    ({ node }) => (isName(keyword(node, 'autoescape'), 'False') ? 'no-escaping' : undefined),
    /\bautoescape\s*=\s*False/,
  ),
  ...names(
    'tornado.template.Template tornado.template.Loader tornado.template.DictLoader tornado.web.Application',
    ({ node }) => (isName(keyword(node, 'autoescape'), 'None') ? 'no-escaping' : undefined),
    /\bautoescape\s*=\s*None/,
  ),
  ...names('flask.render_template_string', rendersMade),
  ...names('mako.template.Template mako.lookup.TemplateLookup', rendersUnescaped),
  ...names(
    'django.utils.safestring.mark_safe django.utils.safestring.SafeText django.utils.safestring.SafeString markupsafe.Markup flask.Markup jinja2.Markup wtforms.widgets.HTMLString',
    marksSafe,
    undefined,
    'html-from-data',
  ),
  ...names('django.utils.html.format_html', ({ args: [format] }, { text }) =>
    format !== undefined && builtText(format, text) !== undefined ? 'html-from-data' : undefined,
  ),
  ...names('CommunityData .CommunityData UsmUserData .UsmUserData pyghmi.ipmi.command.Command', managesInClear),
  ...names('smtplib.SMTP().login', (_, { text }) => (text.includes('starttls') ? undefined : 'cleartext-transfer')),
  ...names('http.client.HTTPConnection httplib.HTTPConnection', ({ args: [host] }, { text }) => {
    const named = literalText(host ?? [], text);
    return named === undefined || /^(?:localhost|127\.)/.test(named) ? undefined : 'cleartext-transfer';
  }),
  ...names('jwt.decode jose.jwt.decode jose.jws.verify authlib.jose.jwt.decode', decodesToken),
  ...names('jose.jwt.get_unverified_claims jwt.api_jws.PyJWS().decode', () => 'unsigned-token'),
  ...names('jwt.encode', ({ node, args }, { text }) => {
    if (literalText(keyword(node, 'algorithm') ?? args[2] ?? [], text)?.toLowerCase() === 'none')
      return 'unsigned-token';
    return (literalText(keyword(node, 'key') ?? args[1] ?? [], text) ?? '').length > 3
      ? 'hard-coded-password'
      : undefined;
  }),
  ...names('.set_missing_host_key_policy', takesAnyHost),
  ...XML_MODULES.flatMap((module) => names(XML_READERS.map((reader) => `${module}.${reader}`).join(' '), entities)),
  ...names('lxml.etree.XMLParser', lxmlParses),
  ...names('lxml.etree.parse lxml.etree.fromstring lxml.etree.XML lxml.etree.iterparse', ({ node, args }) =>
    args.length === 1 && keyword(node, 'parser') === undefined && !isConstant(args[0] ?? [])
      ? 'xml-entities'
      : undefined,
  ),
];
