/** More formats of secrets, as other people's lists have them. Every token is computed from its title: none was ever issued. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { BASE62, checksummed, HEX, key, random, type SecretSample } from './secrets.ts';

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const publicKey = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 1024,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).publicKey;

type Row = readonly [title: string, path: string, text: string];
const samples = (rows: readonly Row[]): readonly SecretSample[] =>
  rows.map(([title, path, text]) => ({ title, path, text: `${text}\n` }));

/** One sample per format. */
export const SECRET_FORMATS = samples([
  ['github pat', 'a.py', `x = "${checksummed('ghp', 'github pat')}"`],
  ['github oauth', 'a.js', `const x = '${checksummed('gho', 'github oauth')}'`],
  ['github app', 'ci.yml', `token: ${checksummed('ghs', 'github app')}`],
  ['github fine', 'a.txt', `github_pat_${random('github fine', 22)}_${random('github fine 2', 59)}`],
  ['gitlab pat', 'conf.ini', `t=glpat-${random('gitlab pat', 20)}`],
  ['gitlab deploy', 'conf.ini', `t=gldt-${random('gitlab deploy', 20)}`],
  ['gitlab runner', 'conf.toml', `token = "glrt-${random('gitlab runner', 20)}"`],
  ['gitlab trigger', 'x.sh', `curl -F token=glptt-${random('gitlab trigger', 40, HEX)}`],
  ['aws key id', 'a.py', `k = "AKIA${random('aws key id', 16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}"`],
  ['aws temp', 'a.py', `k = "ASIA${random('aws temp', 16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}"`],
  ['aws secret', 'credentials', `[default]\naws_secret_access_key = ${random('aws secret', 40, `${BASE62}/+`)}`],
  ['gcp api', 'a.js', `const key = "AIza${random('gcp api', 35, `${BASE62}-_`)}"`],
  [
    'gcp service account',
    'sa.json',
    JSON.stringify({
      type: 'service_account',
      project_id: 'p',
      private_key_id: random('gcp service account', 40, HEX),
      private_key: key('pkcs8'),
      client_email: 'a@p.iam.example',
    }),
  ],
  ['gcp oauth secret', 'a.json', `{"client_secret":"GOCSPX-${random('gcp oauth secret', 28, `${BASE62}-_`)}"}`],
  [
    'azure storage',
    'app.config',
    `DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=${Buffer.from(random('azure storage', 64)).toString('base64')};EndpointSuffix=core.x`,
  ],
  [
    'azure client secret',
    'a.py',
    `client_secret = "${random('azure client secret', 3)}8Q~${random('azure client secret 2', 34, `${BASE62}-_.`)}"`,
  ],
  [
    'azure sas',
    'u.txt',
    `https://acct.blob.upstream.example/c?sv=2022-11-02&ss=b&srt=o&sp=r&se=2027-01-01&sig=${encodeURIComponent(createHash('sha256').update('x').digest('base64'))}`,
  ],
  [
    'azure devops',
    'a.sh',
    `export AZURE_DEVOPS_EXT_PAT=${random('azure devops', 52, 'abcdefghijklmnopqrstuvwxyz234567')}`,
  ],
  [
    'slack bot',
    'a.py',
    `xoxb-${random('slack bot', 12, '0123456789')}-${random('slack bot 2', 12, '0123456789')}-${random('slack bot 3', 24)}`,
  ],
  [
    'slack user',
    'a.py',
    `t="xoxp-${random('slack user', 12, '0123456789')}-${random('slack user 2', 12, '0123456789')}-${random('slack user 3', 12, '0123456789')}-${random('slack user 4', 32, HEX)}"`,
  ],
  [
    'slack webhook',
    'a.js',
    `https://hooks.slack.com/services/T${random('slack webhook', 8, UPPER)}/B${random('slack webhook 2', 8, UPPER)}/${random('slack webhook 3', 24)}`,
  ],
  [
    'slack app',
    'a.js',
    `xapp-1-A${random('slack app', 10, UPPER)}-${random('slack app 2', 13, '0123456789')}-${random('slack app 3', 64, HEX)}`,
  ],
  ['stripe live', 'a.rb', `Stripe.api_key = "sk_live_${random('stripe live', 24)}"`],
  ['stripe restricted', 'a.rb', `k = "rk_live_${random('stripe restricted', 24)}"`],
  ['stripe webhook', 'a.js', `const w='whsec_${random('stripe webhook', 32)}'`],
  ['npm token', '.npmrc', `//upstream.example/:_authToken=${checksummed('npm', 'npm token')}`],
  ['npm auth', '.npmrc', `_auth=${Buffer.from(`joe:${random('npm auth', 18)}`).toString('base64')}`],
  ['sendgrid', 'a.py', `SG.${random('sendgrid', 22, `${BASE62}-_`)}.${random('sendgrid 2', 43, `${BASE62}-_`)}`],
  ['twilio', 'a.py', `TWILIO_AUTH_TOKEN = "${random('twilio', 32, HEX)}"`],
  ['mailgun', 'a.py', `key-${random('mailgun', 32, HEX)}`],
  ['mailchimp', 'a.py', `mailchimp_api_key = "${random('mailchimp', 32, HEX)}-us12"`],
  ['openai', 'a.py', `sk-${random('openai', 20)}T3BlbkFJ${random('openai 2', 20)}`],
  [
    'openai proj',
    'a.py',
    `OPENAI_API_KEY="sk-proj-${random('openai proj', 74, `${BASE62}-_`)}T3BlbkFJ${random('openai proj 2', 74, `${BASE62}-_`)}"`,
  ],
  ['anthropic', 'a.py', `k="sk-ant-api03-${random('anthropic', 93, `${BASE62}-_`)}AA"`],
  ['huggingface', 'a.py', `hf_${random('huggingface', 34, 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ')}`],
  ['digitalocean', 'a.sh', `dop_v1_${random('digitalocean', 64, HEX)}`],
  ['shopify', 'a.rb', `shpat_${random('shopify', 32, HEX)}`],
  ['square', 'a.rb', `sq0csp-${random('square', 43, `${BASE62}-_`)}`],
  ['telegram', 'a.py', `bot = "${random('telegram', 9, '123456789')}:AA${random('telegram 2', 33, `${BASE62}-_`)}"`],
  [
    'discord webhook',
    'a.py',
    `https://discord.com/api/webhooks/${random('discord webhook', 18, '123456789')}/${random('discord webhook 2', 68, `${BASE62}-_`)}`,
  ],
  [
    'heroku',
    'a.sh',
    `HEROKU_API_KEY=${random('heroku', 8, HEX)}-${random('heroku 2', 4, HEX)}-4${random('heroku 3', 3, HEX)}-a${random('heroku 4', 3, HEX)}-${random('heroku 5', 12, HEX)}`,
  ],
  ['linear', 'a.js', `lin_api_${random('linear', 40)}`],
  ['notion', 'a.js', `ntn_${random('notion', 46)}`],
  ['postman', 'a.js', `PMAK-${random('postman', 24, HEX)}-${random('postman 2', 34, HEX)}`],
  ['databricks', 'a.py', `dapi${random('databricks', 32, HEX)}`],
  ['hashicorp vault', 'a.sh', `hvs.${random('hashicorp vault', 95, `${BASE62}-_`)}`],
  [
    'terraform cloud',
    'x.tf',
    `token = "${random('terraform cloud', 14)}.atlasv1.${random('terraform cloud 2', 64, `${BASE62}-_`)}"`,
  ],
  ['docker pat', 'a.sh', `dckr_pat_${random('docker pat', 27, `${BASE62}-_`)}`],
  ['grafana', 'a.sh', `glsa_${random('grafana', 32)}_${random('grafana 2', 8, HEX)}`],
  ['new relic', 'a.sh', `NRAK-${random('new relic', 27, UPPER)}`],
  [
    'sentry',
    'a.sh',
    `sntrys_${Buffer.from(JSON.stringify({ iat: 1, url: 'https://s.example', region_url: 'https://r.example', org: 'o' })).toString('base64')}_${random('sentry', 43, `${BASE62}+/`)}`,
  ],
  ['doppler', 'a.sh', `dp.pt.${random('doppler', 43)}`],
  ['planetscale', 'a.sh', `pscale_tkn_${random('planetscale', 43, `${BASE62}-_`)}`],
  ['pulumi', 'a.sh', `pul-${random('pulumi', 40, HEX)}`],
  ['rubygems', 'a.sh', `rubygems_${random('rubygems', 48, HEX)}`],
  ['cargo', 'a.toml', `token = "cio${random('cargo', 32)}"`],
  ['age', 'k.txt', `AGE-SECRET-KEY-1${random('age', 58, 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L')}`],
  ['rsa pkcs1', 'id_rsa', key('pkcs1')],
  ['pkcs8', 'k.pem', key('pkcs8')],
  ['pem in string', 'a.js', `const k = ${JSON.stringify(key('pkcs8'))};`],
  [
    'pgp',
    'k.asc',
    `-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n${random('pgp', 64)}\n${random('pgp 2', 64)}\n=${random('pgp 3', 4)}\n-----END PGP PRIVATE KEY BLOCK-----`,
  ],
  [
    'putty',
    'k.ppk',
    `PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: me\nPublic-Lines: 1\n${random('putty', 64)}\nPrivate-Lines: 1\n${random('putty 2', 48)}\nPrivate-MAC: ${random('putty 3', 64, HEX)}`,
  ],
  [
    'jwt',
    'a.py',
    `t = "${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: '1442', name: 'Ada' })}.${random('jwt', 43, `${BASE62}-_`)}"`,
  ],
  [
    'postgres url',
    's.py',
    `DATABASE_URL = "postgres://svc:${random('postgres url', 18)}@db.upstream.example:5432/app"`,
  ],
  ['mongo url', 's.py', `mongodb+srv://svc:${random('mongo url', 16)}@c0.upstream.example/x`],
  ['redis url', 's.env', `REDIS_URL=redis://:${random('redis url', 22)}@cache.upstream.example:6379/0`],
  ['amqp url', 's.env', `BROKER=amqps://svc:${random('amqp url', 22)}@mq.upstream.example/v`],
  ['basic url', 's.sh', `git clone https://bot:${random('basic url', 22)}@git.upstream.example/x.git`],
  ['env password', '.env', `DB_PASSWORD=${random('env password', 20)}`],
  ['env secret quoted', '.env', `SECRET_KEY="${random('env secret quoted', 50, `${BASE62}!@#%^&*`)}"`],
  ['netrc', '.netrc', `machine h.upstream.example login joe password ${random('netrc', 16)}`],
  ['pypirc', '.pypirc', `[server]\nusername = joe\npassword = ${random('pypirc', 18)}`],
  [
    'docker config',
    'config.json',
    `{"auths":{"r.upstream.example":{"auth":"${Buffer.from(`joe:${random('docker config', 18)}`).toString('base64')}"}}}`,
  ],
  [
    'kube',
    'kubeconfig.yaml',
    `users:\n- name: a\n  user:\n    client-key-data: ${Buffer.from(key('pkcs1')).toString('base64')}`,
  ],
  ['yaml api key', 'c.yaml', `api_key: "${random('yaml api key', 32)}"`],
  ['json secret', 'c.json', `{"clientSecret": "${random('json secret', 40)}"}`],
  ['py token', 'c.py', `AUTH_TOKEN = '${random('py token', 40, HEX)}'`],
  ['bearer', 'a.sh', `curl -H "Authorization: Bearer ${random('bearer', 40)}" https://api.upstream.example`],
  [
    'basic header',
    'a.js',
    `headers: { Authorization: 'Basic ${Buffer.from(`joe:${random('basic header', 18)}`).toString('base64')}' }`,
  ],
  ['curl -u', 'a.sh', `curl -u joe:${random('curl -u', 18)} https://api.upstream.example`],
  ['r setenv', 'a.R', `Sys.setenv("SERVICE_TOKEN" = "${random('r setenv', 32)}")`],
  ['jdbc', 'a.properties', `spring.datasource.password=${random('jdbc', 16)}`],
  ['xml', 'web.config', `<add key="ApiSecret" value="${random('xml', 32)}" />`],
  ['twilio api', 'a.py', `SK${random('twilio api', 32, HEX)}`],
  [
    'discord bot',
    'a.py',
    `client.run("M${random('discord bot', 23)}.${random('discord bot 2', 6)}.${random('discord bot 3', 27, `${BASE62}-_`)}")`,
  ],
  ['htpasswd', '.htpasswd', `joe:$apr1$${random('htpasswd', 8)}$${random('htpasswd 2', 22)}`],
] satisfies readonly Row[]);

/** Not told so far: the value that chance made has no digit, as a word has none. It counts in figures. */
export const MISSED_FORMATS = samples([
  ['sqlserver', 'a.config', `Server=db;Database=x;User Id=sa;Password=${random('sqlserver', 14)};`],
] satisfies readonly Row[]);

/** Lines that look like secrets and are none. */
export const HARMLESS_FORMATS = samples([
  ['uuid', 'a.py', 'ID = "7d1f4a52-33a8-4b7c-9a56-0f12cd34ab56"'],
  ['sha256 lock', 'poetry.lock', `{file = "a.whl", hash = "sha256:${random('sha256 lock', 64, HEX)}"}`],
  ['sri', 'package-lock.json', `"integrity": "sha512-${Buffer.from(random('sri', 64)).toString('base64')}"`],
  ['git commit', 'a.py', `REV = "${random('git commit', 40, HEX)}"`],
  ['placeholder env', '.env.example', 'DB_PASSWORD=changeme'],
  ['placeholder your', 'README.md', 'export API_KEY=your-api-key-here'],
  ['angle', 'README.md', 'token = "<YOUR_TOKEN>"'],
  ['var expand', 'a.sh', 'PASSWORD=\u0024{DB_PASSWORD}'],
  ['gh expr', 'ci.yml', 'token: \u0024{{ secrets.GITHUB_TOKEN }}'],
  ['env read', 'a.py', 'api_key = os.environ["API_KEY"]'],
  ['x run', 'a.py', 'token = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"'],
  ['public key', 'k.pub', `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA${random('public key', 43)} joe@x`],
  ['cert', 'c.pem', `-----BEGIN CERTIFICATE-----\n${random('cert', 64)}\n-----END CERTIFICATE-----`],
  ['public pem', 'p.pem', publicKey()],
  ['aws doc', 'README.md', 'AKIAIOSFODNN7EXAMPLE'],
  ['url no pw', 'a.py', 'DB = "postgres://svc@db.upstream.example/app"'],
  ['url placeholder', 'a.md', 'postgres://user:password@localhost/db'],
  ['css', 'a.css', '.token-punctuation { color: #a1b2c3 }'],
  ['i18n', 'a.json', '{"password": "Passwort", "token": "Zeichen"}'],
  [
    'b64 image',
    'a.html',
    `<img src="data:image/png;base64,${Buffer.from(random('b64 image', 200)).toString('base64')}">`,
  ],
  ['max tokens', 'a.py', 'max_tokens = 4096'],
  ['tokenizer', 'a.py', 'pad_token = "<pad>"'],
  ['key name', 'a.py', 'primary_key = "customer_identifier_number"'],
  ['path', 'a.py', 'private_key_path = "/etc/ssl/private/server.key"'],
  ['fn', 'a.py', 'password = generate_password(length=32)'],
  ['alphabet', 'a.py', 'ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"'],
  ['bad crc', 'a.py', `x = "ghp_${'A'.repeat(36)}"`],
  ['sk css', 'a.css', '.sk-fading-circle-container-large { margin: 0 }'],
  ['hash record', 'RECORD', `pkg/a.py,sha256=${random('hash record', 43, `${BASE62}-_`)},120`],
  ['uuid token url', 'a.md', 'https://docs.upstream.example/token/550e8400-e29b-41d4-a716-446655440000'],
  ['asp token', 'a.cs', 'CancellationToken token = CancellationToken.None;'],
  ['ts type', 'a.ts', 'password: string;'],
  ['sql col', 'a.sql', 'password VARCHAR(255) NOT NULL'],
  ['begin text', 'a.py', 'if "-----BEGIN RSA PRIVATE KEY-----" in text: pass'],
  ['jwt doc part', 'a.md', 'eyJhbGciOiJIUzI1NiJ9 is a header'],
] satisfies readonly Row[]);
