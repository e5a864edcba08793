/** How languages and formats write that a name has a value. Each pattern is read from where the word of a secret begins. */

export interface AssignedForm {
  /** Sticky; the group `value` is what is assigned. */
  readonly pattern: RegExp;
  /** The name says nothing about the value: it is the whole form that does. */
  readonly anyName?: boolean;
}

/** Forms of every file, in the order in which they are tried. */
export const ASSIGNED_FORMS: readonly AssignedForm[] = [
  // `Authorization: Bearer ...`, wherever it stands.
  { pattern: /bearer\s{1,2}(?<value>[\w.~+/-]{20,200}={0,2})/iy, anyName: true },
  // `Authorization: Token ...`
  { pattern: /token\s(?<value>[\w.~+/-]{32,200}={0,2})(?=["'`])/iy, anyName: true },
  // The rest of a name, a sign, and a value in quotes, which are escaped in a notebook.
  {
    pattern:
      /[\w-]{0,40}(?:\\?["'`])?\]?\s{0,12}(?::\s{0,2}(?:str|String|&str)\s{0,2}|(?:As )?[Ss]tring )?(?:\{ get; (?:\w{1,9} )?set; \}\s?)?(?:=>|:{1,3}=|[?+.]=|<-|={1,3}|:|,|\(|\{|\|\|=?|\?\?=?|\b(?:or|is)\b)\s{0,4}(?:default\s?=\s?)?(?:[rbuf@]|String\(|[([]\s{0,16}|[\w.]{0,12}b64decode\(b?|atob\(|bytes[.]fromhex\()?(?<quote>\\?["'`])(?<value>[^"'`\s\\]{8,200})\k<quote>/iy,
  },
  // `#define API_TOKEN "..."`, and a pair of a Lisp.
  { pattern: /\w{0,40}[ \t]{1,8}"(?<value>[^"'`\s\\]{8,200})"/iy },
  // `"X-Auth-Token: ..."`, `-e "db_password=..."`, and a line of a notebook.
  { pattern: /[\w-]{0,40}(?:=|:\s?)(?<value>[\w.~+/!%-]{8,200}={0,2})(?=["'`]|\\n)/iy },
  // `<add key="ApiSecret" value="..." />`, and `{"key": "token", "value": "..."}`.
  { pattern: /[\w-]{0,40}["']\s{1,4}value=(?<quote>["'])(?<value>[^"'`\s\\]{8,200})\k<quote>/iy },
  { pattern: /[\w-]{0,40}["']\s{0,2},\s{0,12}["']value["']\s{0,2}:\s{0,2}"(?<value>[^"'`\s\\]{8,200})"/iy },
  // `- name: DB_PASSWORD` and `value: ...` on the next line.
  { pattern: /[\w-]{0,40}["']?\s{1,20}value:[ \t]{1,4}["']?(?<value>[^"'`\s#{}]{8,200})["']?(?=\s|$)/iy },
  // `<ApiToken>...</ApiToken>`, `<property name="password">...</property>`, and `<key>ApiToken</key><string>...</string>`.
  { pattern: /[\w:-]{0,40}["']?>\s{0,20}(?:<value>)?(?<value>[^<>\s"'`]{8,200})\s{0,20}<\/\w/iy },
  { pattern: /[\w:-]{0,40}<\/key>\s{0,20}<string>(?<value>[^<>\s]{8,200})<\//iy },
  // SQL and PowerShell.
  { pattern: /(?:identified by|passw(?:or)?d)\s{1,4}'(?<value>[^'\s]{8,100})'/iy },
  { pattern: /securestring\s{1,3}(?:-string\s{1,3})?(?<quote>["'])(?<value>[^"'\s]{8,100})\k<quote>/iy },
];

/** The same without quotes, in files where a value needs none, and as a block of YAML. */
const BARE =
  /[\w-]{0,40}[ \t]{0,8}(?:=>|:?=|:)[ \t]{0,8}(?:[|>][+-]?[ \t]{0,2}\r?\n[ \t]{1,12})?(?<value>[^\s"'`#;,(){}[\]]{8,200})(?=[ \t]*(?:$|[\r\n#;]))/iy;
/** `LicenseKey ...`, and `requirepass ...`: settings whose name and value only a blank parts. */
const SPACED = /\w{0,20}[ \t]{1,8}(?<value>[^\s"'`#;,(){}[\]]{12,200})(?=[ \t]*(?:$|[\r\n]))/iy;
/** `PGPASSWORD=... psql` of a shell, and a long option of any command. */
const COMMAND = /(?:\w{0,30}=|passw(?:or)?d[ =]|token[ =])(?<value>[^\s"'`#;,(){}[\]$]{8,100})(?=[ \t]{1,3}[\w<|-])/iy;
/** `ENV API_TOKEN ...` */
const DOCKER = /\w{0,40}[ =](?<value>[^\s"'`#;,(){}[\]$]{8,200})(?=[ \t]*(?:$|[\r\n\\]))/iy;
/** `Server=db;Password=...;` and `user=x password=... host=db` in a text of connection, and the line of a `.netrc`. */
const CONNECTED =
  /(?:passw(?:or)?d|pwd|accesskey) ?= ?(?<value>[^;,"'`\s(){}<>$%]{8,100})(?=;|,\w{2,20}=|\\?["']| (?:host|port|dbname|user|sslmode)=)/iy;
const NETRC = /password[ \t]{1,4}(?<value>\S{6,100})/iy;
/** What stands before the password of a line of `.netrc`, wherever it is shown. */
const LOGIN = /login\s{1,4}\S{1,40}\s{1,6}$/;
/** `--api-key ...`, `-Password ...` of any command, and what stands before the word of a secret there. */
const OPTION =
  /[\w-]{0,20}(?:[ =]|: )["']?(?<value>[^\s"'`#;,(){}[\]$%<]{8,200})["']?(?=[ \t]{0,4}(?:$|[\r\n\\|&;]|[ \t][\w<>|-]))/iy;
const IN_OPTION = /(?:^|\s)--?[\w-]{0,20}$/;
/** `${DB_PASSWORD:...}`: what a setting is where the environment has none. */
const DEFAULTED = /[\w.-]{0,40}:-?(?<value>[^\s"'`${}]{8,200})\}/iy;
const IN_SUBSTITUTION = /\$\{[\w.-]{0,22}$/;
/** A row of a table: the name, and the value beside it. */
const CELL = /[\w-]{0,40}[,\t](?<value>[\w+/=.~:-]{12,200})(?=[,\t\r\n]|$)/iy;
/** A part of the query of an address; badges have short tokens that open nothing. */
const QUERY = /(?:passw(?:or)?d=|pwd=|[\w-]{0,20}=(?=[\w.~%+!-]{16}))(?<value>[\w.~%+!-]{8,200})(?=["'`\s&#)\\<]|$)/iy;
/** What stands before a name in the query of an address. */
const IN_QUERY = /[?&][\w-]{0,20}$/;
/** A password that a text tells its reader. */
const TOLD = /password(?: is|:)?\s{1,3}[`"']?(?<value>[^\s`"'<>(){}]{10,60})(?=[`"'\s.,;\\]|$)/iy;

/** Files whose values stand without quotes. */
const PLAIN_SETTINGS =
  /(?:^|\/)(?:[.]env[^/]*|[.]dev[.]vars|[.]flaskenv|[.]secrets|[.]renviron|[.]npmrc|[.]pypirc|[.]netrc|[.]s3cfg|credentials|config)$|[.](?:env|ini|cfg|cnf|conf|properties|secrets?|toml|ya?ml|tfvars|envrc|renviron|sh|bash|bat|cmd)$/i;
const SPACED_SETTINGS = /[.](?:conf|cnf|config)$|(?:^|\/)(?:config|credentials)$/i;
const SHELL = /[.](?:sh|bash|zsh|ya?ml|mk|ps[dm]?1|bat|cmd)$|(?:^|\/)(?:dockerfile|makefile|jenkinsfile)[^/]*$/i;
const TEXTS = /[.](?:md|txt|rst|ipynb|html)$|(?:^|\/)readme[^/]*$/i;
const TABLES = /[.](?:csv|tsv)$/i;

/** What is assigned without quotes, by the kind of file. */
export function assignedPlainly(window: string, path: string, before: string): RegExpExecArray | null {
  if (/(?:^|\/)[._]netrc$/.test(path)) return matchAt(NETRC, window);
  const query = IN_QUERY.test(before) ? matchAt(QUERY, window) : null;
  if (query !== null) return query;
  if (IN_SUBSTITUTION.test(before)) return matchAt(DEFAULTED, window);
  return (
    (PLAIN_SETTINGS.test(path) ? matchAt(BARE, window) : null) ??
    (SPACED_SETTINGS.test(path) ? matchAt(SPACED, window) : null) ??
    (SHELL.test(path) ? inShell(window, before) : null) ??
    (/(?:^|\/)dockerfile/i.test(path) ? matchAt(DOCKER, window) : null) ??
    (TABLES.test(path) ? matchAt(CELL, window) : null) ??
    matchAt(CONNECTED, window) ??
    (TEXTS.test(path) ? inText(window, before) : null)
  );
}

function inShell(window: string, before: string): RegExpExecArray | null {
  return matchAt(COMMAND, window) ?? (IN_OPTION.test(before) ? matchAt(OPTION, window) : null);
}

function inText(window: string, before: string): RegExpExecArray | null {
  if (LOGIN.test(before)) return matchAt(NETRC, window);
  const plain = IN_OPTION.test(before) ? OPTION : BARE;
  return jumbled(matchAt(TOLD, window)) ?? byChance(matchAt(plain, window));
}

/** In prose only what no sentence has. */
function jumbled(match: RegExpExecArray | null): RegExpExecArray | null {
  const value = match?.groups?.value ?? '';
  return /\d/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value) ? match : null;
}

/** What no word and no number has: a digest, or letters of both cases between digits. */
function byChance(match: RegExpExecArray | null): RegExpExecArray | null {
  const value = match?.groups?.value ?? '';
  return /^[a-f\d]{32,64}$/.test(value) ||
    (/^[\w+/=~.-]{20,200}$/.test(value) && /[a-z]\d|\d[a-z]/.test(value) && /[A-Z]/.test(value))
    ? match
    : null;
}

function matchAt(pattern: RegExp, text: string): RegExpExecArray | null {
  pattern.lastIndex = 0;
  return pattern.exec(text);
}
