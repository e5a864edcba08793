/** Secrets without a form of their own that are handed to a call, a command or a file of keys: what stands around tells them. */
import { looksSecret } from './assignments.ts';
import { type Proof, wrappedCredentials } from './checks.ts';
import { rule, type TokenRule, UUID } from './token-rule.ts';
import { entropyOf } from './values.ts';

type Rule = Omit<TokenRule, 'severity'>;

const likely =
  (isPassword: boolean) =>
  (value: string): Proof =>
    looksSecret(value, { entropy: entropyOf(value), isPassword }) ? 'none' : 'broken';

const password = (one: Rule): Rule => ({ ...one, proof: likely(true), proven: true });
const key = (one: Rule): Rule => ({ ...one, proof: likely(false), proven: true });

/** An id with so many digits of ten and six that nobody made it up. */
const UUID_OF_CHANCE = new RegExp(`^(?!.{0,30}(.)\\1{4})${UUID}$`);

/** Secrets that open an account to whoever has them. */
export const GIVEN_SECRETS: readonly Rule[] = [
  rule(
    'command-line-password',
    'Password of a command line',
    'curl ',
    /curl (?:(?:[^\n|;&\\]|\\\r?\n){0,300} )?(?:-u|--user)[ =]{1,2}["']?[\w.@-]{0,60}["']?:["']?([^\s"'$<{[`]{6,100})/y,
  ),
  password(
    rule(
      'command-line-password',
      'Password of a command line',
      [
        'sshpass ',
        'mysql ',
        'mysqldump ',
        'mysqladmin ',
        'redis-cli ',
        'docker login ',
        'az login ',
        'openssl enc ',
        'mongo ',
        'mongosh ',
        'psexec ',
        'PsExec ',
        'PSEXEC ',
        'PsExec.exe ',
        'PSEXEC.EXE ',
      ],
      /[\w.-]{2,11} (?:[^\n|;&]{0,120} )?(?:-p ?|-a |-k |--password[ =])["']?(?!pass:)([^\s"'$<{`%]{8,100})["']?(?=\s|$)/y,
    ),
  ),
  password(
    rule(
      'given-password',
      'Password given to a call, with its account',
      [
        'auth=(',
        'auth = (',
        'authenticate(',
        '.login(',
        'basic_auth(',
        'BasicAuth(',
        'Credential(',
        'NetworkCredential(',
        'PSCredential(',
        'auth_basic(',
        'set_with_value(',
      ],
      /[.\w]{4,17}(?: ?= ?)?\(\s{0,12}(?:\w{1,20},\s)?["']?[\w.@+-]{1,80}["']?\s{0,2},(?:\s?["']\w{1,20}["'],)?\s{0,12}["']([^"'\s\\]{8,100})["']/y,
    ),
  ),
  key(
    rule(
      'given-key',
      'Key given to a call',
      ['jwt.sign(', 'jwt.encode(', 'jwt.verify(', 'algoliasearch('],
      /[\w.]{8,13}\((?:[^"'`\n]{1,100}|["']\w{4,12}["']),\s{0,2}["'`]([^"'`\s\\]{16,200})["'`]/y,
    ),
  ),
  key(
    rule(
      'given-key',
      'Key given to a cipher',
      ['Fernet(', 'hmac.new(', 'createHmac(', 'createCipheriv(', 'createDecipheriv('],
      /[\w.]{6,16}\((?:["'][\w-]{3,20}["'],\s)?b?["'`]([^"'`\s\\]{16,200})["'`]/y,
    ),
  ),
  key(
    rule(
      'given-key',
      'Key given to a client as the only thing it needs',
      ['Client("', "Client('", 'client("', "client('", 'Api("', "Api('", 'API("', "API('"],
      /\w{3,6}\(["']([\w+/=-]{30,200})["']\s?[),]/y,
    ),
  ),
  password(
    rule(
      'given-password',
      'Password given to a connection, with its account',
      [
        'DriverManager.getConnection(',
        'mysql_connect(',
        'mysqli_connect(',
        'PDO(',
        'mysqli(',
        'connect("',
        "connect('",
        'FTP("',
        "FTP('",
      ],
      /[\w.]{3,30}\(\s{0,12}["'][^"'\n]{4,160}["']\s?,\s{0,12}["'][\w.@+-]{1,60}["']\s?,\s{0,12}["']([^"'\s\\]{8,100})["']/y,
    ),
  ),
  password(
    rule(
      'given-password',
      'Password given to a directory, with its entry',
      ['simple_bind', '.bind("', ".bind('"],
      /[.]?(?:simple_)?bind(?:_s)?\(\s{0,12}(?:who=)?["'](?:\w{1,10}=[^"'\n]{1,160}|[\w.-]{1,60}(?:@|\\\\)[\w.-]{1,60})["']\s?,\s{0,12}(?:cred=)?["']([^"'\s\\]{8,100})["']/y,
    ),
  ),
  password(
    rule(
      'given-password',
      'Password given to a directory, with its entry',
      ['DirectoryEntry(', 'OpenDSObject('],
      /\w{12,14}\(\s{0,12}["'][^"'\n]{3,160}["']\s?,\s{0,40}["'][^"'\n]{1,100}["']\s?,\s{0,40}["']([^"'\s\\]{8,100})["']/y,
    ),
  ),
  key(
    rule(
      'given-key',
      'Key given by its name alone',
      ['(key = "', '(key="', ', key = "', ', key="', "(key = '", "(key='", ", key = '", ", key='"],
      /[(,] ?key ?= ?["'](?=[a-z\d]{0,60}[A-Z])(?=[A-Z\d]{0,60}[a-z])(?=[A-Za-z]{0,60}\d)([A-Za-z0-9]{24,64})["']/y,
    ),
  ),
  key(
    rule(
      'given-key',
      'Secret given to OAuth, with its key',
      ['OAuth(', 'OAuth1(', 'OAuth1Session(', 'OAuthHandler(', 'OAuth1UserHandler(', 'set_access_token('],
      /\w{5,17}\(\s{0,40}["'][\w-]{18,60}["']\s?,\s{0,60}["']([A-Za-z0-9]{25,60})["']/y,
    ),
  ),
  {
    ...rule(
      'token-header',
      'Token in a header of a request',
      ['Authorization:', 'authorization:', 'Authorization":', 'authorization":', "Authorization':", "authorization':"],
      /[aA]uthorization["']?:\s{0,3}["']?(?:(?:(?:[Aa]pi-?)?(?:[Tt]oken|[Kk]ey)|OAuth|GenieKey|Key)[ =]{1,2})?([\w~.+/=-]{20,200})["']/y,
    ),
    proof: (value) => (UUID_OF_CHANCE.test(value) ? 'none' : likely(false)(value)),
    proven: true,
  },
  rule(
    'sonar-token',
    'Sonar token',
    ['sonar.login', 'sonar.token', 'sonarLogin', 'sonarToken'],
    /sonar[.]?(?:[Ll]ogin|[Tt]oken)["']?\s{0,2}[=:,]\s{0,3}["']?([a-f0-9]{40})(?!\w)/y,
  ),
  {
    ...rule(
      'registry-credentials',
      'Credentials of container registries in base64',
      ['.dockerconfigjson', '.dockercfg'],
      /[.]docker(?:configjson|cfg)["']?\s{0,3}[:=]\s{0,3}(?:[|>]-?\s{1,12})?["']?([A-Za-z0-9+/]{24,400})/y,
    ),
    proof: wrappedCredentials,
    proven: true,
  },
  rule(
    'twilio-token',
    'Twilio token, with its account',
    [...'0123456789abcdef'].map((digit) => `AC${digit}`),
    /AC[a-f0-9]{32}["']\s{0,2},\s{0,12}["']([a-f0-9]{32})["']/y,
  ),
  rule(
    'wallet-key',
    'Private key of a wallet',
    ['Wallet("', "Wallet('", 'accounts: [', 'privateKeyToAccount('],
    /(?:Wallet\(|accounts: \[|privateKeyToAccount\()["'`]((?:0x)?[a-f0-9]{64})["'`]/iy,
  ),
  key(rule('json-web-key', 'Private key as a JSON web key', ['"d":"', '"d": "'], /"d": ?"([\w-]{42,700})"/y)),
  rule(
    'openvpn-key',
    'OpenVPN static key',
    'OpenVPN Static key V1-----',
    /OpenVPN Static key V1-----\s{1,4}([a-f0-9]{32})/y,
  ),
  rule(
    'stored-password',
    'Password kept by a file transfer program',
    '<Pass encoding="base64">',
    /<Pass encoding="base64">([A-Za-z0-9+/]{8,200}={0,2})</y,
  ),
  rule(
    'token-header',
    'Token in a header of a mail service',
    ['X-Postmark-Server-Token', 'X-Postmark-Account-Token'],
    /X-Postmark-\w{6,7}-Token["']?\s{0,2}[:=,]\s{0,2}["']?([a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12})(?!\w)/y,
  ),
];
