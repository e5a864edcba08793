/**
 * Made-up secrets and made-up harmless lines, for the spec of the secrets scanner and for its figures in bench/. Every
 * token is computed here from a counter: none was ever issued by anyone, and none stands in this file.
 */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { crc32 } from 'node:zlib';

export interface SecretSample {
  readonly title: string;
  readonly path: string;
  readonly text: string;
}

export const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
export const HEX = '0123456789abcdef';

/** Characters as if by chance, the same for the same seed. */
export function random(seed: string, length: number, alphabet: string = BASE62): string {
  let text = '';
  for (let round = 0; text.length < length; round += 1) {
    for (const byte of createHash('sha256').update(`${seed} ${round}`).digest())
      text += alphabet.charAt(byte % alphabet.length);
  }
  return text.slice(0, length);
}

/** A token with GitHub's and npm's checksum. */
export function checksummed(prefix: string, seed: string): string {
  const body = random(seed, 30);
  let rest = crc32(body);
  let sum = '';
  for (; rest > 0; rest = Math.floor(rest / 62)) sum = BASE62.charAt(rest % 62) + sum;
  return `${prefix}_${body}${sum.padStart(6, '0')}`;
}

/** A token of a Python package index: a macaroon over nothing. */
export function indexToken(location: string): string {
  const field = (type: number, content: Buffer) => Buffer.concat([Buffer.from([type, content.length]), content]);
  const signature = createHash('sha256').update(location).digest();
  const parts = [
    Buffer.from([2]),
    field(1, Buffer.from(location)),
    field(2, Buffer.from(random(location, 36))),
    Buffer.from([0, 0]),
    field(6, signature),
  ];
  return `pypi-${Buffer.concat(parts).toString('base64url')}`;
}

function webToken(): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: 'harbour-master', role: 'admin' })}.${random('jwt', 43)}`;
}

export const key = (type: 'pkcs1' | 'pkcs8') =>
  generateKeyPairSync('rsa', {
    modulusLength: 1024,
    privateKeyEncoding: { type, format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;
const ecKey = () =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;
const openSsh = () => {
  const body = Buffer.from(`openssh-key-v1\0\0\0\0\u0004none\0\0\0\u0004none${random('ssh', 180)}`, 'latin1').toString(
    'base64',
  );
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${body.replaceAll(/(.{70})/g, '$1\n')}\n-----END OPENSSH PRIVATE KEY-----\n`;
};

const upper = (seed: string, length: number) => random(seed, length, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567');
const awsSecret = random('aws secret', 40, `${BASE62}/+`);

/** One sample per kind of secret. */
export function secretSamples(): readonly SecretSample[] {
  const py = (title: string, value: string, name = 'value'): SecretSample => ({
    title,
    path: 'pkg/client.py',
    text: `import os\n${name} = "${value}"\n`,
  });
  return [
    ...['ghp', 'gho', 'ghs'].map((prefix) => py(`GitHub ${prefix}`, checksummed(prefix, prefix))),
    py('GitHub, checksum wrong', `ghp_${random('x', 36)}`),
    py('GitHub fine-grained', `github_pat_${random('fine', 22)}_${random('grained', 59)}`),
    py('GitLab', `glpat-${random('gl', 20)}`),
    { title: 'npm', path: '.npmrc', text: `//upstream.example/:_authToken=${checksummed('npm', 'npm')}\n` },
    {
      title: 'package index',
      path: '.pypirc',
      text: `[upstream]\nusername = __token__\npassword = ${indexToken('upstream.example')}\n`,
    },
    py('Slack', `xoxb-${random('sl', 12, '123456789')}-${random('ack', 13, '123456789')}-${random('slack', 24)}`),
    py('Slack webhook', `https://hooks.slack.com/services/T${upper('a', 9)}/B${upper('b', 9)}/${random('hook', 24)}`),
    py('Stripe', `sk_live_${random('stripe', 24)}`),
    py('Stripe test', `sk_test_${random('stripe test', 24)}`),
    py('Google', `AIza${random('google', 35)}`),
    py('SendGrid', `SG.${random('send', 22)}.${random('grid', 43)}`),
    py('OpenAI', `sk-proj-${random('open', 60)}T3BlbkFJ${random('ai', 60)}`),
    py('OpenAI, old', `sk-${random('open', 20)}T3BlbkFJ${random('ai', 20)}`),
    py('Anthropic', `sk-ant-api03-${random('ant', 93)}AA`),
    py('Hugging Face', `hf_${random('hf', 34)}`),
    py('DigitalOcean', `dop_v1_${random('do', 64, HEX)}`),
    py('Databricks', `dapi${random('db', 32, HEX)}`),
    py(
      'Azure storage',
      `DefaultEndpointsProtocol=https;AccountName=ships;AccountKey=${random('azure', 86, `${BASE62}+/`)}==`,
    ),
    py('Vault', `hvs.${random('vault', 90)}`),
    py('Telegram', `${random('tg', 10, '123456789')}:AA${random('telegram', 33)}`),
    py('JSON web token', webToken()),
    py('AWS pair', `AKIA${upper('aws', 16)}", "${awsSecret}`),
    py('AWS id alone', `AKIA${upper('aws', 16)}`),
    {
      title: 'AWS credentials file',
      path: 'deploy/credentials',
      text: `[default]\naws_access_key_id = ASIA${upper('aws2', 16)}\naws_secret_access_key = ${awsSecret}\n`,
    },
    { title: 'RSA key', path: 'pkg/certs/server.pem', text: key('pkcs1') },
    { title: 'PKCS 8 key in a program', path: 'pkg/keys.py', text: `KEY = ${JSON.stringify(key('pkcs8'))}\n` },
    { title: 'RSA key, cut off', path: 'pkg/certs/cut.pem', text: key('pkcs1').slice(0, 400) },
    { title: 'EC key', path: 'pkg/keys/ec.pem', text: ecKey() },
    { title: 'OpenSSH key', path: 'pkg/id_ed25519', text: openSsh() },
    py('database URL', `postgresql://harbour:${random('pg', 14)}@db.internal.harbour.net:5432/ships`),
    py('password', `Tide${random('pw', 6)}!x`, 'db_password'),
    py('api key', random('api', 32, HEX), 'API_KEY'),
    { title: 'dictionary', path: 'pkg/conf.py', text: `CONF = {"client_secret": "${random('cs', 40)}"}\n` },
    { title: 'JavaScript', path: 'pkg/static/app.js', text: `const o={apiKey:'${random('js', 24)}',n:1};\n` },
    { title: 'settings without quotes', path: 'pkg/.env', text: `DEBUG=1\nSECRET_KEY=${random('env', 50)}\n` },
    { title: 'YAML', path: 'deploy/values.yaml', text: `db:\n  password: ${random('yaml', 16)}\n` },
    {
      title: 'bearer',
      path: 'pkg/call.sh',
      text: `curl -H "Authorization: Bearer ${random('bearer', 40)}" https://upstream.example/\n`,
    },
  ];
}

/** Lines that mention secrets and hold none. */
export const HARMLESS: readonly SecretSample[] = [
  ['template', 'password = "{{ password }}"'],
  ['format', 'token = "%s:%s" % (a, b)'],
  ['environment', 'api_key = os.environ["API_KEY_FOR_SERVICE"]'],
  ['placeholder', 'api_key = "your-api-key-here-1234"'],
  ['documentation', 'AWS_ACCESS_KEY_ID = "AKIAIOSFODNN7EXAMPLE"'],
  ['documentation, secret', 'aws_secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"'],
  ['asterisks', 'password: "**********"'],
  ['repetition', 'secret = "aaaaaaaaaaaaaaaaaaaaaaaa1"'],
  ['counting', 'token = "0123456789abcdef"'],
  ['name of a field', 'PASSWORD_FIELD = "user_password_1"'],
  ['token of a grammar', 'token_type = "IDENTIFIER_2"'],
  ['tokenizer', 'tokenizer = "bert-base-uncased-v2"'],
  ['pad token', 'pad_token = "<|endoftext|>"'],
  ['public key', 'pem.startswith("-----BEGIN RSA PRIVATE KEY-----")'],
  ['certificate header', 'BEGIN = "-----BEGIN PRIVATE KEY-----"; END = "-----END PRIVATE KEY-----"'],
  ['URL template', 'url = "https://{user}:{password}@{host}/"'],
  ['URL of documentation', '    http://user:password@proxy.example.com:3128'],
  ['URL without password', 'url = "https://upstream.example:8080/simple/"'],
  ['annotation', 'def login(self, password: Optional[str] = None, token: SecretStr = None):'],
  ['call', 'password = getpass.getpass("Password: ")'],
  ['digest', 'sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"'],
  ['message', 'raise ValueError("token must be 32 characters")'],
  ['path', 'secret_path = "/run/secrets/db1_password"'],
  ['header name', 'TOKEN_HEADER = "X-Auth-Token-V2"'],
  ['enumeration', 'SECRET = "secret"\nPASSWORD = "password"'],
  [
    'tutorial',
    'jwt = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"',
  ],
  ['media type', 'token_mime = "application/vnd.api+json"'],
  [
    'names of standards',
    'Dialect = Literal["access_token", "access_token_authz", "rfc9068_profile", "iso-27001-strict"]',
  ],
  ['CSS', '.password-reset-form2 { color: red }'],
  ['regular expression', 'TOKEN = r"[A-Za-z0-9_]{36}"'],
].map(([title = '', text = '']) => ({ title, path: 'pkg/client.py', text: `${text}\n` }));
