/** Tokens of more services that say by their form what they are. Sources: the issuers' own descriptions of their formats. */
import { rule, type TokenRule } from './token-rule.ts';

type Rule = Omit<TokenRule, 'severity'>;

const UUID = '[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}';
/** A digit and a capital somewhere in the next characters: a name of letters and hyphens has not both. */
const BY_CHANCE = '(?=[a-zA-Z-]{0,40}\\d)(?=[a-z0-9_-]{0,40}[A-Z])';

/** A token of one prefix and of characters of one class behind it, and nothing of a word behind them. */
const plain = (id: string, title: string, prefixes: readonly string[], rest: string): Rule =>
  rule(id, title, prefixes, new RegExp(`(?:${prefixes.map(escaped).join('|')})${rest}(?![\\w-])`, 'y'));

const escaped = (text: string) => text.replaceAll(/[.$?+]/g, '[$&]');

/** Tokens that open an account or a service to whoever has them. */
export const SERVICE_TOKENS: readonly Rule[] = [
  plain('adobe-secret', 'Adobe client secret', ['p8e-'], '[A-Za-z0-9]{32}'),
  rule('airtable-token', 'Airtable token', ['"pat', "'pat", '=pat'], /["'=](pat[A-Za-z0-9]{14}[.][a-f0-9]{64})(?!\w)/y),
  rule('anaconda-token', 'Anaconda token', '/t/', /\/t\/([a-z]{2}-[a-f0-9-]{36})\//y),
  rule(
    'asana-token',
    'Asana token',
    ['"1/', "'1/", '=1/', '"2/', "'2/"],
    /["'=]([12]\/\d{14,20}(?:\/\d{14,20})?:[a-f0-9]{32})(?!\w)/y,
  ),
  rule(
    'aws-session-token',
    'AWS session token',
    ['FwoGZXIvYXdz', 'IQoJb3JpZ2lu'],
    /(?:FwoGZXIvYXdz|IQoJb3JpZ2lu)[A-Za-z0-9/+]{80,450}={0,2}/y,
  ),
  rule(
    'azure-function-key',
    'Azure function key',
    'azurewebsites.net/',
    /azurewebsites[.]net\/[\w/.-]{0,100}[?]code=([\w-]{40,60}={0,2})/y,
  ),
  plain('backblaze-key', 'Backblaze key', ['K00'], `${BY_CHANCE}\\d[A-Za-z0-9+/]{27}`),
  plain('buildkite-token', 'Buildkite token', ['bkua_'], '[a-f0-9]{40}'),
  plain('circleci-token', 'CircleCI token', ['CCIPAT_', 'CCIPRJ_'], '[A-Za-z0-9]{22}_[a-f0-9]{40}'),
  plain('cloudflare-origin-key', 'Cloudflare origin key', ['v1.0-'], '[a-f0-9]{24}-[a-f0-9]{146}'),
  plain('contentful-token', 'Contentful token', ['CFPAT-'], '[\\w-]{43}'),
  plain('defined-networking-token', 'Defined Networking token', ['dnkey-'], '[a-z0-9=_-]{26}-[a-z0-9=_-]{52}'),
  rule(
    'dropbox-token',
    'Dropbox token',
    ['"sl.', "'sl.", 'TOKEN=sl.'],
    /(?:["']|TOKEN=)(sl[.](?:u[.])?[\w=-]{128,160})(?![\w-])/y,
  ),
  plain('duffel-token', 'Duffel token', ['duffel_live_', 'duffel_test_'], '[\\w=-]{43}'),
  plain('easypost-key', 'EasyPost key', ['EZAK', 'EZTK'], '[A-Za-z0-9]{54}'),
  plain('elevenlabs-key', 'ElevenLabs key', ['sk_'], '(?=[a-f]{0,30}\\d)[a-f0-9]{48}'),
  plain('facebook-token', 'Facebook access token', ['EAAC', 'EAAM'], '[A-Za-z0-9]{100,250}'),
  plain('figma-token', 'Figma token', ['figd_'], '[\\w-]{40}'),
  plain('flutterwave-key', 'Flutterwave secret key', ['FLWSECK'], '(?:_TEST)?-[A-Za-z0-9]{12,40}-X'),
  rule(
    'fly-token',
    'Fly.io token',
    ['fo1_', 'FlyV1 fm'],
    /(?:fo1_[\w-]{43}|FlyV1 fm\d[ra]?_[\w+/=,-]{100,400})(?![\w-])/y,
  ),
  plain('frameio-token', 'Frame.io token', ['fio-u-'], '[\\w=-]{64}'),
  plain('gocardless-token', 'GoCardless token', ['live_'], `${BY_CHANCE}[\\w-]{40}`),
  plain('lob-key', 'Lob key', ['live_', 'test_'], '(?=[a-f]{0,30}\\d)[a-f0-9]{35}'),
  plain('google-access-token', 'Google access token', ['ya29.'], '[\\w-]{60,250}'),
  plain('grafana-key', 'Grafana key', ['eyJrIjoi'], '[A-Za-z0-9+/]{60,400}={0,2}'),
  plain('harness-token', 'Harness token', ['pat.', 'sat.'], '[\\w-]{22}[.][a-f0-9]{24}[.][A-Za-z0-9]{20}'),
  plain('hubspot-token', 'HubSpot token', ['pat-na', 'pat-eu'], `\\d-${UUID}`),
  plain('infracost-key', 'Infracost key', ['ico-'], `${BY_CHANCE}[A-Za-z0-9]{32}`),
  plain('langsmith-key', 'LangSmith key', ['lsv2_'], '(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}'),
  plain('launchdarkly-key', 'LaunchDarkly key', ['sdk-', 'api-'], UUID),
  plain('mailersend-token', 'MailerSend token', ['mlsn.'], '[a-f0-9]{64}'),
  plain('mercadopago-token', 'Mercado Pago token', ['APP_USR-'], '\\d{10,20}-\\d{6}-[a-f0-9]{32}-\\d{6,12}'),
  plain('netlify-token', 'Netlify token', ['nfp_'], '[A-Za-z0-9]{36,40}'),
  plain('notion-token', 'Notion token', ['secret_'], `${BY_CHANCE}[A-Za-z0-9]{43}`),
  plain('nuget-key', 'NuGet key', ['oy2'], '[a-z0-9]{43}'),
  plain('nvidia-key', 'NVIDIA key', ['nvapi-'], '[\\w-]{60,70}'),
  plain('octopus-key', 'Octopus Deploy key', ['API-'], '(?=[A-Z]{0,26}\\d)[A-Z0-9]{25,28}'),
  plain('onesignal-key', 'OneSignal key', ['os_v2_'], '(?:app|org)_[a-z0-9]{90,120}'),
  plain('openrouter-key', 'OpenRouter key', ['sk-or-v1-'], '[a-f0-9]{64}'),
  plain('openshift-token', 'OpenShift token', ['sha256~'], '[\\w-]{43}'),
  plain('paypal-token', 'PayPal Braintree token', ['access_token$production$'], '[a-z0-9]{16}[$][a-f0-9]{32}'),
  plain('pinecone-key', 'Pinecone key', ['pcsk_'], '[A-Za-z0-9]{4,8}_[A-Za-z0-9]{55,70}'),
  plain('plaid-token', 'Plaid access token', ['access-sandbox-', 'access-development-', 'access-production-'], UUID),
  plain('posthog-key', 'PostHog key', ['phx_', 'phs_'], '[A-Za-z0-9]{40,50}'),
  plain('postman-token', 'Postman token', ['PMAT-'], '[A-Z0-9]{26}'),
  plain('readme-key', 'ReadMe key', ['rdme_'], '[a-z0-9]{70}'),
  rule('resend-key', 'Resend key', ['"re_', "'re_", '=re_'], /["'=](re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24})(?!\w)/y),
  plain('scalingo-token', 'Scalingo token', ['tk-us-'], '[\\w-]{48}'),
  plain('shippo-token', 'Shippo token', ['shippo_live_', 'shippo_test_'], '[a-f0-9]{40}'),
  plain('sonar-token', 'Sonar token', ['squ_', 'sqp_', 'sqa_'], '[a-f0-9]{40}'),
  plain('sourcegraph-token', 'Sourcegraph token', ['sgp_'], '(?:(?:[a-f0-9]{16}|local)_)?[a-f0-9]{40}'),
  plain('supabase-token', 'Supabase token', ['sbp_'], '[a-f0-9]{40}'),
  plain('tencent-id', 'Tencent Cloud key id', ['AKID'], '[A-Za-z0-9]{32}'),
  plain('together-key', 'Together key', ['tgp_v1_'], '[\\w-]{43}'),
  plain('typeform-token', 'Typeform token', ['tfp_'], '[\\w.=-]{59}'),
  plain('xai-key', 'xAI key', ['xai-'], '[A-Za-z0-9]{80}'),
  plain('yandex-key', 'Yandex Cloud key', ['AQVN'], '[\\w-]{35,38}'),
  rule(
    'yandex-key',
    'Yandex Cloud key',
    ['"t1.', "'t1.", 'TOKEN=t1.', '"YC', "'YC"],
    /(?:["']|TOKEN=)(t1[.][\w-]{20,300}={0,2}[.][\w-]{86}={0,2}|YC(?=[\w-]{0,20}\d)[\w-]{38})(?![\w-])/y,
  ),
  rule(
    'maxmind-key',
    'MaxMind licence key',
    'LicenseKey ',
    /LicenseKey\s{1,4}([A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk)(?!\w)/y,
  ),
  rule(
    'vault-token',
    'Vault token',
    ['"s.', "'s.", 'TOKEN=s.', 'login s.'],
    /(?:["']|TOKEN=|login )(s[.](?=[A-Za-z]{0,20}\d)[A-Za-z0-9]{24})(?![\w.(])/y,
  ),
  plain('1password-token', '1Password service token', ['ops_eyJ'], '[A-Za-z0-9+/_-]{200,420}={0,2}'),
  plain('zapier-webhook', 'Zapier webhook', ['hooks.zapier.com/hooks/catch/'], '\\d{5,10}/[a-z0-9]{6,12}'),
  plain(
    'twilio-key',
    'Twilio key',
    [...'0123456789abcdef'].map((digit) => `SK${digit}`),
    '[a-f0-9]{31}',
  ),
  rule(
    'discord-token',
    'Discord bot token',
    ['.run("', ".run('", '.login("', ".login('", '.run(`', '.login(`'],
    /[.](?:run|login)\(["'`]([MNO][\w-]{22,28}[.][\w-]{6}[.][\w-]{27,38})["'`]/y,
  ),
  rule(
    'twitter-token',
    'Twitter bearer token',
    ['"AAAAAAAAAAAAAAAAAAAAA', "'AAAAAAAAAAAAAAAAAAAAA"],
    /["']A{20,24}([B-Za-z0-9%][A-Za-z0-9%]{79,110})["']/y,
  ),
  rule(
    'wandb-key',
    'Weights & Biases key',
    'wandb.login(',
    /wandb[.]login\([^)\n]{0,60}key\s?=\s?["']([a-f0-9]{40})(?!\w)/y,
  ),
  rule(
    'wireguard-key',
    'WireGuard key',
    ['PrivateKey =', 'PrivateKey=', 'PresharedKey =', 'PresharedKey='],
    /(?:Private|Preshared)Key ?= ?([A-Za-z0-9+/]{43}=)(?![\w=])/y,
  ),
];

/** Names of accounts, hashes that must be guessed first, and values that are told by what stands around them. */
export const UNPROVEN_TOKENS: readonly Rule[] = [
  plain('alibaba-id', 'Alibaba Cloud key id', ['LTAI'], '(?=[A-Za-z]{0,20}\\d)[A-Za-z0-9]{16,24}'),
  plain('razorpay-key', 'Razorpay key id', ['rzp_live_'], '[A-Za-z0-9]{14}'),
  rule(
    'password-hash',
    'Hash of a password, beside its account',
    [':$apr1$', ':$1$', ':$5$', ':$6$', ':$y$', ':$2y$', ':$2a$', ':$2b$'],
    /:([$](?:apr1[$][./\w]{1,8}[$][./\w]{22}|[156][$](?:rounds=\d{1,9}[$])?[./\w]{1,16}[$][./\w]{22,86}|y[$][./\w]{1,10}[$][./\w]{1,86}[$][./\w]{43}|2[aby][$]\d\d[$][./\w]{53}))(?![./\w])/y,
  ),
  rule(
    'pgpass',
    'Password of a .pgpass line',
    ':5432:',
    /:5432:[^:\s"'`]{1,60}:[^:\s"'`]{1,60}:([^:\s"'`<>${}]{6,100})(?!\S)/y,
  ),
  rule(
    'element-password',
    'Password in an element of XML',
    ['<password>', '<Password>', '<passphrase>', '<clearTextPassword>'],
    /<(?:password|Password|passphrase|clearTextPassword)>(?=[^<\s\d]{0,60}\d)([^<>\s${}]{8,100})<\//y,
  ),
  rule(
    'terraform-default',
    'Default of a secret variable',
    'variable "',
    /variable "[\w-]{0,40}(?:password|secret|token|api_key)[\w-]{0,20}"\s{0,3}\{[^}]{0,200}?default\s{0,10}=\s{0,3}"(?=[^"\s\d]{0,60}\d)([^"\s${}]{8,100})"/y,
  ),
];
