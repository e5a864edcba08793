/** What Python code does with what a web request carries. */
import type { Call, Source } from '../syntax/source.ts';
import { builtText, isConstant } from '../syntax/values.ts';
import { any } from '../syntax/vocabulary.ts';
import { fromInput, HAS_REQUEST } from './input.ts';
import { type CallCheck, type NamedCheck, names, type RuleId } from './rules.ts';

/** Speaks where one of the first `count` arguments comes from a request. */
function taken(rule: RuleId, count = 1): CallCheck {
  return ({ args, scope }, source) =>
    args.slice(0, count).some((value) => fromInput(value, scope, source)) ? rule : undefined;
}

const asksDatabase: CallCheck = ({ args, scope }, source) => {
  const isQuery = args.slice(0, 2).some((value) => fromInput(value, scope, source));
  const asks = /\$where/.test(source.text.slice(args[0]?.[0]?.start ?? 0, args[0]?.at(-1)?.end ?? 0).slice(0, 200));
  return isQuery || (asks && !isConstant(args[0] ?? [])) ? 'query-from-input' : undefined;
};

/** Functions of Django that say whether an address is of the site itself. */
const ASKS_HOST = /\b(?:url_has_allowed_host_and_scheme|is_safe_url)\(/;
/** Characters in front of a call in which its function may ask so. */
const BEFORE = 800;

const asksHost = ({ start }: Call, { text }: Source): boolean =>
  ASKS_HOST.test(text.slice(Math.max(0, start - BEFORE), start));

const FETCHERS = ['requests', 'httpx', 'requests.api']
  .flatMap((root) =>
    'get post put patch delete head options request stream'.split(' ').map((verb) => `${root}.${verb}`),
  )
  .join(' ');

/** Checks of calls that are given something from a request. */
export const PYTHON_INPUT: readonly NamedCheck[] = [
  ...names(
    `${FETCHERS} urllib.request.urlopen urllib.request.Request urllib2.urlopen`,
    taken('request-from-input', 2),
    HAS_REQUEST,
  ),
  ...names(
    'open io.open os.path.join os.remove os.unlink flask.send_file send_file pathlib.Path shutil.copyfile django.http.FileResponse',
    taken('path-from-input', 3),
    HAS_REQUEST,
  ),
  ...names(
    'redirect flask.redirect django.shortcuts.redirect HttpResponseRedirect django.http.HttpResponseRedirect starlette.responses.RedirectResponse fastapi.responses.RedirectResponse',
    (call, source) => (asksHost(call, source) ? undefined : taken('redirect-from-input')(call, source)),
    HAS_REQUEST,
  ),
  ...names(
    'HttpResponse django.http.HttpResponse django.http.HttpResponseBadRequest django.http.HttpResponseForbidden django.http.HttpResponseNotFound django.http.HttpResponseServerError django.http.response.HttpResponse flask.make_response make_response flask.Response fastapi.responses.HTMLResponse aiohttp.web.Response',
    taken('html-from-input'),
    HAS_REQUEST,
  ),
  ...names(
    'jinja2.Template jinja2.Environment().from_string mako.template.Template',
    taken('template-injection'),
    HAS_REQUEST,
  ),
  ...names('importlib.import_module __import__', taken('code-chosen-by-input'), HAS_REQUEST),
  ...names(
    'getattr',
    ({ args: [, name], scope }, source) => (fromInput(name, scope, source) ? 'code-chosen-by-input' : undefined),
    HAS_REQUEST,
  ),
  ...names('globals().get locals().get vars().get', taken('code-chosen-by-input'), HAS_REQUEST),
  ...names(
    're.search re.match re.fullmatch re.compile re.findall re.sub re.finditer',
    taken('regex-from-input'),
    HAS_REQUEST,
  ),
  ...names(
    '.find .find_one .find_one_and_update .update_one .update_many .delete_one .delete_many .aggregate .count_documents',
    asksDatabase,
    any(HAS_REQUEST, /\$where/),
  ),
  ...names('.search_s .search_ext_s .search_st .search', (call, source) => asksLdap(call, source), /["']\([&|!(]*\w+=/),
  ...names('.xpath', (call, { text }) => {
    const built = builtText(call.args[0] ?? [], text);
    return built?.includes('/') ? 'xpath-from-strings' : undefined;
  }),
];

const asksLdap: CallCheck = ({ args }, { text }) =>
  args.some((value) => /^\([&|!(]*\w+=/.test(builtText(value, text) ?? '')) ? 'ldap-from-strings' : undefined;
