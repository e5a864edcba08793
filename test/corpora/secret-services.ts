/** Secrets of more services, and lines beside them that are none. Every value is computed from its seed: none was ever issued. */
import { BASE62, HEX, random, type SecretSample } from './secrets.ts';

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789';
const WORD = `${BASE62}-_`;
const DIGITS = '123456789';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const uuid = (seed: string) => {
  const part = (at: number, length: number) => random(`${seed} ${at}`, length, HEX);
  return `${part(0, 8)}-${part(1, 4)}-4${part(2, 3)}-a${part(3, 3)}-${part(4, 12)}`;
};

type Row = readonly [title: string, path: string, text: string];
const samples = (rows: readonly Row[]): readonly SecretSample[] =>
  rows.map(([title, path, text]) => ({ title, path, text: `${text}\n` }));

/** One sample per format. */
export const SERVICE_SECRETS = samples([
  ['adobe secret', 'a.py', `s = "p8e-${random('ad', 32)}"`],
  ['alibaba id', 'a.py', `k = "LTAI${random('al', 20)}"`],
  ['artifactory', 'a.sh', `curl -H "X-JFrog-Art-Api: AKCp${random('af', 69)}"`],
  ['asana', 'a.py', `asana_token = "1/${random('as', 16, DIGITS)}:${random('as2', 32, HEX)}"`],
  ['atlassian', 'a.sh', `ATATT3xFfGF0${random('atl', 176, WORD)}=${random('atl2', 8, UPPER)}`],
  ['bitbucket app', 'a.sh', `ATBB${random('bb', 32)}`],
  ['buildkite', 'a.sh', `bkua_${random('bk', 40, HEX)}`],
  ['circleci', 'a.sh', `CCIPAT_${random('cc', 22)}_${random('cc2', 40, HEX)}`],
  ['clojars', 'a.clj', `CLOJARS_${random('cl', 60, LOWER)}`],
  ['cloudflare origin', 'a.sh', `v1.0-${random('cf', 24, HEX)}-${random('cf2', 146, HEX)}`],
  ['cloudflare api', 'a.sh', `CLOUDFLARE_API_TOKEN=${random('cfa', 40, WORD)}`],
  ['cloudinary', 'a.env', `CLOUDINARY_URL=cloudinary://${random('ci', 15, DIGITS)}:${random('ci2', 27, WORD)}@demo`],
  ['contentful', 'a.js', `const t = "CFPAT-${random('ctf', 43, WORD)}"`],
  ['defined networking', 'a.txt', `dnkey-${random('dn', 26, LOWER)}-${random('dn2', 52, LOWER)}`],
  [
    'discord bot',
    'a.py',
    `client.run("${base64('123456789012345678').replace(/=/g, '')}.${random('db', 6, WORD)}.${random('db2', 38, WORD)}")`,
  ],
  [
    'discord bot old',
    'a.js',
    `client.login('M${random('dbo', 23)}.${random('dbo1', 6, WORD)}.${random('dbo2', 27, WORD)}')`,
  ],
  ['dropbox short', 'a.py', `t = "sl.${random('dbx', 140, WORD)}"`],
  ['duffel', 'a.js', `duffel_live_${random('duf', 43, WORD)}`],
  ['dynatrace', 'a.sh', `dt0c01.${random('dt', 24, UPPER)}.${random('dt2', 64, UPPER)}`],
  ['easypost', 'a.py', `EZAK${random('ez', 54)}`],
  ['elevenlabs', 'a.py', `ELEVENLABS_API_KEY="sk_${random('el', 48, HEX)}"`],
  ['facebook page', 'a.py', `EAACEdEose0cBA${random('fb', 120)}`],
  ['figma', 'a.js', `figd_${random('fig', 40, WORD)}`],
  ['flutterwave', 'a.js', `FLWSECK_TEST-${random('flw', 32, HEX)}-X`],
  ['fly.io', 'a.sh', `FLY_API_TOKEN=fo1_${random('fly', 43, WORD)}`],
  ['frameio', 'a.js', `fio-u-${random('fio', 64, WORD)}`],
  ['gocardless', 'a.rb', `live_${random('goc', 40, WORD)}`],
  ['grafana cloud', 'a.sh', `glc_${base64('{"o":"1","n":"x","k":"abcdefghijklmnop","m":{"r":"us"}}')}`],
  ['groq', 'a.py', `Groq(api_key="gsk_${random('grq', 52)}")`],
  ['harness', 'a.sh', `pat.${random('har', 22)}.${random('har2', 24, HEX)}.${random('har3', 20)}`],
  ['heroku new', 'a.sh', `HRKU-AA${random('hrk', 58, WORD)}`],
  ['hubspot', 'a.js', `pat-na1-${uuid('hub')}`],
  ['infracost', 'a.sh', `ico-${random('inf', 32)}`],
  ['langsmith', 'a.py', `lsv2_pt_${random('ls', 32, HEX)}_${random('ls2', 10, HEX)}`],
  ['launchdarkly', 'a.js', `sdk-${uuid('ld')}`],
  ['lob', 'a.js', `const lob = require('lob')('live_${random('lob', 35, HEX)}')`],
  ['mailersend', 'a.py', `mlsn.${random('ml', 64, HEX)}`],
  ['mapbox secret', 'a.js', `sk.eyJ1Ijoi${random('mb', 60)}.${random('mb2', 22)}`],
  [
    'mercadopago',
    'a.js',
    `APP_USR-${random('mp', 16, DIGITS)}-${random('mp2', 6, DIGITS)}-${random('mp3', 32, HEX)}-${random('mp4', 9, DIGITS)}`,
  ],
  [
    'teams webhook',
    'a.py',
    `https://acme.webhook.office.com/webhookb2/${uuid('tw')}@${uuid('tw2')}/IncomingWebhook/${random('tw3', 32, HEX)}/${uuid('tw4')}`,
  ],
  ['mongodb uri', 'a.py', `MongoClient("mongodb+srv://joe:${random('mg', 14)}@cluster0.upstream.example/db")`],
  ['netlify', 'a.sh', `nfp_${random('nf', 36)}`],
  ['nuget', 'a.ps1', `oy2${random('ng', 43, LOWER)}`],
  ['nvidia', 'a.py', `nvapi-${random('nv', 64, WORD)}`],
  ['octopus', 'a.ps1', `API-${random('oct', 26, UPPER)}`],
  ['okta', 'a.py', `okta = Client({"token": "00${random('ok', 40, WORD)}"})`],
  ['onesignal', 'a.js', `os_v2_app_${random('os', 104, LOWER)}`],
  ['openshift', 'a.sh', `sha256~${random('osh', 43, WORD)}`],
  ['paystack', 'a.js', `sk_live_${random('ps', 40, HEX)}`],
  ['perplexity', 'a.py', `pplx-${random('pp', 48)}`],
  ['pinecone', 'a.py', `pcsk_${random('pc', 6)}_${random('pc2', 63)}`],
  ['plaid', 'a.js', `access-production-${uuid('pl')}`],
  ['posthog', 'a.py', `phx_${random('ph', 43)}`],
  ['prefect', 'a.py', `pnu_${random('pf', 36)}`],
  ['razorpay', 'a.js', `new Razorpay({ key_id: "rzp_live_${random('rz', 14)}", key_secret: "${random('rz2', 24)}" })`],
  ['readme', 'a.js', `rdme_${random('rd', 70, LOWER)}`],
  ['redis uri', 'a.py', `redis.from_url("redis://:${random('red', 20)}@cache.upstream.example:6379/0")`],
  ['replicate', 'a.py', `r8_${random('r8', 37)}`],
  ['resend', 'a.js', `new Resend("re_${random('re', 8)}_${random('re2', 24)}")`],
  ['scalingo', 'a.sh', `tk-us-${random('sc', 48, WORD)}`],
  ['sendinblue', 'a.py', `xkeysib-${random('sib', 64, HEX)}-${random('sib2', 16)}`],
  ['sentry user', 'a.sh', `sntryu_${random('su', 64, HEX)}`],
  ['shippo', 'a.py', `shippo_live_${random('shp', 40, HEX)}`],
  ['slack config', 'a.js', `xoxe.xoxp-1-${random('slc', 166)}`],
  [
    'slack workflow',
    'a.py',
    `https://hooks.slack.com/workflows/T${random('sw', 8, UPPER)}/A${random('sw2', 8, UPPER)}/${random('sw3', 18, DIGITS)}/${random('sw4', 24)}`,
  ],
  ['sonar', 'a.sh', `squ_${random('son', 40, HEX)}`],
  ['sourcegraph', 'a.sh', `sgp_${random('sg', 16, HEX)}_${random('sg2', 40, HEX)}`],
  ['square access', 'a.rb', `EAAAE${random('sq', 59, WORD)}`],
  ['supabase', 'a.sh', `sbp_${random('sbp', 40, HEX)}`],
  ['tailscale', 'a.sh', `tskey-auth-${random('ts', 12)}-${random('ts2', 32)}`],
  ['twilio SK', 'a.py', `api_key = "SK${random('tsk', 32, HEX)}"`],
  ['twitter bearer', 'a.py', `b = "AAAAAAAAAAAAAAAAAAAAA${random('tb', 80)}%3D${random('tb2', 10)}"`],
  ['typeform', 'a.js', `tfp_${random('tf', 59, WORD)}`],
  ['vault batch', 'a.sh', `hvb.${random('vb', 138, WORD)}`],
  ['wakatime', 'a.cfg', `api_key = waka_${uuid('wk')}`],
  ['xai', 'a.py', `xai-${random('xai', 80)}`],
  ['yandex', 'a.py', `AQVN${random('yx', 36, WORD)}`],
  [
    'zapier hook',
    'a.js',
    `fetch("https://hooks.zapier.com/hooks/catch/${random('zp', 7, DIGITS)}/${random('zp2', 7, LOWER)}/")`,
  ],
  ['ngrok', 'a.yml', `authtoken: 2${random('ngk', 26)}_${random('ngk2', 21)}`],
  ['wandb', 'a.py', `wandb.login(key="${random('wb', 40, HEX)}")`],
  ['datadog', 'a.yaml', `DD_API_KEY: ${random('dd', 32, HEX)}`],
  ['htpasswd', '.htpasswd', `joe:$apr1$${random('hp', 8)}$${random('hp2', 22)}`],
  ['htpasswd bcrypt', 'htpasswd', `joe:$2y$05$${random('hb', 53)}`],
  ['shadow', 'etc/shadow', `joe:$6$${random('sh', 16)}$${random('sh2', 86)}:19000:0:99999:7:::`],
  ['netrc', '.netrc', `machine upstream.example login joe password ${random('nr', 16)}`],
  ['pgpass', '.pgpass', `db.upstream.example:5432:app:joe:${random('pg', 16)}`],
  [
    'docker config',
    '.docker/config.json',
    `{"auths":{"upstream.example":{"auth":"${base64('joe:' + random('dk', 16))}"}}}`,
  ],
  ['pypirc', '.pypirc', `[main]\nusername = joe\npassword = ${random('pr', 16)}`],
  ['kubeconfig', 'config', `users:\n- name: a\n  user:\n    token: ${random('kb', 60)}`],
  ['basic header', 'a.py', `headers = {"Authorization": "Basic ${base64('joe:' + random('bh', 14))}"}`],
  ['bearer header', 'a.js', `headers: { Authorization: "Bearer ${random('bha', 48)}" }`],
  ['curl user', 'a.sh', `curl -u joe:${random('cu', 16)} https://api.upstream.example`],
  ['url creds', 'a.py', `requests.get("https://joe:${random('uc', 16)}@api.upstream.example/x")`],
  [
    'putty',
    'k.ppk',
    `PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: x\nPublic-Lines: 2\nAAAA\nPrivate-Lines: 1\n${random('pk', 44)}`,
  ],
  ['wireguard', 'wg0.conf', `[Interface]\nPrivateKey = ${base64(random('wg', 32))}`],
  [
    'maven settings',
    'settings.xml',
    `<server><id>x</id><username>joe</username><password>${random('mv', 16)}</password></server>`,
  ],
  [
    'django settings',
    'settings.py',
    `DATABASES = {"default": {"ENGINE": "x", "USER": "joe", "PASSWORD": "${random('dj', 14)}"}}`,
  ],
  ['dsn', 'a.py', `psycopg2.connect("dbname=app user=joe password=${random('dsn', 14)} host=db")`],
  ['jdbc', 'a.properties', `jdbc:postgresql://db:5432/app?user=joe&password=${random('jd', 14)}`],
  ['terraform', 'x.tf', `variable "db_password" {\n  default = "${random('tfv', 16)}"\n}`],
  ['r env', '.Renviron', `GITHUB_PAT=${random('rv', 40, HEX)}`],
  ['export pass', 'a.sh', `export PGPASSWORD='${random('ep', 16)}'`],
]);

/** Not told so far, for a form that many harmless texts have; they count in figures. */
export const MISSED_SERVICES = samples([
  ['ansible', 'hosts.ini', `host1 ansible_user=joe ansible_ssh_pass=${random('an', 14)}`],
  ['airtable pat', 'a.py', `pat${random('at', 14)}.${random('at2', 64, HEX)}`],
  ['codecov', 'a.sh', `CODECOV_TOKEN=${uuid('cov')}`],
]);

/** Lines that begin like such tokens. */
export const HARMLESS_SERVICES = samples([
  ['sdk version', 'a.js', `const v = "sdk-1.2.3-beta"`],
  ['live path', 'a.css', `.live_chat_window_container_wrapper_element_header { }`],
  ['uuid', 'a.py', `ID = "${uuid('okk')}"`],
  ['SK locale', 'a.py', `x = "SK_locale_of_slovakia"`],
  ['hex digest', 'a.py', `sha = "${random('okh', 64, HEX)}"`],
  ['sri', 'a.html', `<script integrity="sha384-${random('oks', 64)}">`],
  ['re_ name', 'a.js', `const re_pattern_of_things_that_match = 1`],
  ['tk-us', 'a.css', `.tk-us-flag-wrapper{}`],
  ['sha256 image', 'a.yml', `image: x@sha256:${random('oki', 64, HEX)}`],
  ['htpasswd doc', 'README.md', `joe:$apr1$...$...`],
  ['bcrypt test', 'tests/test_hash.py', `assert verify("x", "$2b$12$${'a'.repeat(53)}")`],
  ['pat.', 'a.py', `pat.match(text).group(1).strip()`],
  ['api-', 'a.md', `API-REFERENCE-DOCUMENTATION-V1`],
  ['r8', 'a.py', `r8_register_allocation_pass_one_two_three`],
  ['sl.', 'a.py', `sl.${'load_something_'.repeat(3)}`],
  ['AAAA', 'a.txt', `${'A'.repeat(120)}`],
  ['EAAA b64', 'a.txt', `iVBORw0KGgo${random('okb', 80)}EAAAE${random('okb2', 90)}`],
  ['gsk', 'a.py', `gsk_renderer = "gl"`],
  ['npm lock', 'package-lock.json', `"integrity": "sha512-${random('okl', 86)}=="`],
]);
