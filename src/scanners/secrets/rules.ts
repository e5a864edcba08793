/** Tokens that say by their form what they are. Sources: the issuers' own descriptions of their formats. */
import { basicCredentials, checksummedToken, jsonWebToken, macaroon, wrappedKey } from './checks.ts';
import { GIVEN_SECRETS } from './given-rules.ts';
import { ISSUED_TOKENS, ISSUED_TOKENS_OF_LESS_WEIGHT } from './issuer-rules.ts';
import { SERVICE_TOKENS, UNPROVEN_TOKENS } from './service-rules.ts';
import { rule, type TokenRule } from './token-rule.ts';

/** Tokens that open an account or a service to whoever has them. */
const STRONG: readonly Omit<TokenRule, 'severity'>[] = [
  {
    ...rule(
      'github-token',
      'GitHub token',
      ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
      /gh[pousr]_[A-Za-z0-9]{36}(?!\w)/y,
    ),
    proof: checksummedToken,
  },
  rule(
    'github-fine-grained-token',
    'GitHub fine-grained token',
    'github_pat_',
    /github_pat_[A-Za-z0-9]{22}_\w{59}(?!\w)/y,
  ),
  rule(
    'gitlab-token',
    'GitLab token',
    'glpat- gldt- glrt- glptt- glft- glffct- glsoat- gloas- glcbt- glimt- glagent- GR1348941'.split(' '),
    /(?:gl(?:pat|dt|rt|ptt|ft|ffct|soat|oas|cbt|imt|agent)-[\w-]{20,64}(?:[.][\w-]{2}[.][\w-]{9})?|GR1348941[\w-]{20})(?!\w)/y,
  ),
  { ...rule('npm-token', 'npm token', 'npm_', /npm_[A-Za-z0-9]{36}(?!\w)/y), proof: checksummedToken },
  { ...rule('python-index-token', 'Python package index token', 'pypi-Ag', /pypi-Ag[\w-]{70,1000}/y), proof: macaroon },
  rule('rubygems-token', 'RubyGems token', 'rubygems_', /rubygems_[a-f0-9]{48}(?!\w)/y),
  rule(
    'slack-token',
    'Slack token',
    ['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-', 'xoxo-', 'xoxe', 'xapp-'],
    /(?:xox[bparso]-\d{6,14}-[\w-]{10,120}|xox[bpars]-\d-[\w-]{20,200}|xox[ar]-[A-Za-z0-9]{20,60}|xoxe(?:[.]xox[bp])?-\d-[\w-]{100,200}|xapp-\d-[A-Z0-9]{6,20}-\d{6,20}-[a-f0-9]{32,80})/y,
  ),
  rule(
    'slack-webhook',
    'Slack webhook',
    'hooks.slack.com/',
    /hooks[.]slack[.]com\/(?:services|workflows|triggers)\/[\w/+]{40,60}/y,
  ),
  rule(
    'stripe-key',
    'Stripe live key',
    ['sk_live_', 'rk_live_', 'sk_prod_', 'rk_prod_'],
    /[sr]k_(?:live|prod)_[A-Za-z0-9]{10,99}(?!\w)/y,
  ),
  rule('google-api-key', 'Google API key', 'AIza', /AIza[\w-]{35}(?![\w-])/y),
  rule('google-oauth-secret', 'Google OAuth secret', 'GOCSPX-', /GOCSPX-[\w-]{28}(?![\w-])/y),
  rule(
    'openai-key',
    'OpenAI key',
    ['sk-proj-', 'sk-svcacct-', 'sk-admin-'],
    /sk-(?:proj|svcacct|admin)-[\w-]{20,74}T3BlbkFJ[\w-]{20,74}(?![\w-])/y,
  ),
  rule(
    'anthropic-key',
    'Anthropic key',
    'sk-ant-',
    /sk-ant-(?:(?:api03|admin01)-[\w-]{93}AA|(?:oat|ort)01-[\w-]{93,100})(?![\w-])/y,
  ),
  rule(
    'hugging-face-token',
    'Hugging Face token',
    ['hf_', 'api_org_'],
    /(?:hf_[A-Za-z0-9]{34}|api_org_[A-Za-z0-9]{34})(?!\w)/y,
  ),
  rule('sendgrid-key', 'SendGrid key', 'SG.', /SG[.][\w-]{22}[.][\w-]{43}(?![\w-])/y),
  rule('digitalocean-token', 'DigitalOcean token', ['dop_v1_', 'doo_v1_', 'dor_v1_'], /do[opr]_v1_[a-f0-9]{64}(?!\w)/y),
  rule(
    'shopify-token',
    'Shopify token',
    ['shpat_', 'shpss_', 'shpca_', 'shppa_'],
    /shp(?:at|ss|ca|pa)_[A-Fa-f0-9]{32}(?!\w)/y,
  ),
  rule(
    'square-token',
    'Square token',
    ['sq0atp-', 'sq0csp-', 'EAAA'],
    /(?:sq0atp-[\w-]{22,60}|sq0csp-[\w-]{43}|EAAA[\w-]{60})(?![\w-])/y,
  ),
  rule('databricks-token', 'Databricks token', 'dapi', /dapi[a-f0-9]{32}(?:-\d)?(?!\w)/y),
  rule(
    'doppler-token',
    'Doppler token',
    'dp.',
    /dp[.](?:pt|st|ct|sa|scim|audit)[.](?:[\w-]{2,35}[.])?[A-Za-z0-9]{40,44}(?!\w)/y,
  ),
  rule('linear-key', 'Linear key', 'lin_api_', /lin_api_[A-Za-z0-9]{40}(?!\w)/y),
  rule('notion-token', 'Notion token', 'ntn_', /ntn_[A-Za-z0-9]{46}(?!\w)/y),
  rule('postman-key', 'Postman key', 'PMAK-', /PMAK-[a-f0-9]{24}-[a-f0-9]{34}(?!\w)/y),
  rule(
    'new-relic-key',
    'New Relic key',
    ['NRAK-', 'NRII-', 'NRIQ-', 'NRJS-', 'NRAA-', 'NRRA-'],
    /NR(?:AK-[A-Z0-9]{27}|I[IQ]-[\w-]{32}|JS-[a-f0-9]{19}|AA-[a-f0-9]{27}|RA-[a-f0-9]{42})(?![\w-])/y,
  ),
  rule(
    'grafana-token',
    'Grafana token',
    ['glc_', 'glsa_'],
    /(?:glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}|glc_[A-Za-z0-9+/]{32,400}={0,3})(?!\w)/y,
  ),
  rule('planetscale-token', 'PlanetScale token', 'pscale_', /pscale_(?:tkn|pw|oauth)_[\w=.-]{32,64}/y),
  rule('pulumi-token', 'Pulumi token', 'pul-', /pul-[a-f0-9]{40}(?!\w)/y),
  rule('vault-token', 'Vault token', ['hvs.', 'hvb.', 'hvr.'], /hv[sbr][.][\w-]{24,300}/y),
  rule('terraform-token', 'Terraform Cloud token', '.atlasv1.', /[.]atlasv1[.][\w=-]{60,70}/y),
  rule(
    'atlassian-token',
    'Atlassian token',
    ['ATATT3', 'ATCTT3', 'ATBB'],
    /(?:AT[AC]TT3[\w=-]{60,220}|ATBB[A-Za-z0-9]{32}(?!\w))/y,
  ),
  rule('docker-token', 'Docker token', 'dckr_', /dckr_(?:pat|oat)_[\w-]{27,40}(?![\w-])/y),
  rule('heroku-key', 'Heroku key', 'HRKU-', /HRKU-[\w-]{60}(?![\w-])/y),
  rule(
    'sentry-token',
    'Sentry token',
    ['sntrys_', 'sntryu_'],
    /(?:sntrys_eyJ[\w+/=-]{60,400}|sntryu_[a-f0-9]{64})(?!\w)/y,
  ),
  rule(
    'age-key',
    'age secret key',
    'AGE-SECRET-KEY-1',
    /AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}(?!\w)/y,
  ),
  rule(
    'tailscale-key',
    'Tailscale key',
    'tskey-',
    /tskey-(?:auth|api|client|scim|webhook)-\w{8,20}-[A-Za-z0-9]{20,40}(?!\w)/y,
  ),
  rule('brevo-key', 'Brevo key', 'xkeysib-', /xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}(?!\w)/y),
  rule('groq-key', 'Groq key', 'gsk_', /gsk_[A-Za-z0-9]{52}(?!\w)/y),
  rule('replicate-token', 'Replicate token', 'r8_', /r8_[A-Za-z0-9]{37}(?!\w)/y),
  rule('perplexity-key', 'Perplexity key', 'pplx-', /pplx-[A-Za-z0-9]{48}(?!\w)/y),
  rule('dynatrace-token', 'Dynatrace token', 'dt0c01.', /dt0c01[.][A-Za-z0-9]{24}[.][A-Za-z0-9]{64}(?!\w)/y),
  rule('mapbox-secret', 'Mapbox secret token', 'sk.eyJ', /sk[.]eyJ[\w-]{60,200}[.][\w-]{20,40}/y),
  rule('clojars-token', 'Clojars token', 'CLOJARS_', /CLOJARS_[a-z0-9]{60}(?!\w)/y),
  rule('adafruit-key', 'Adafruit IO key', 'aio_', /aio_[A-Za-z0-9]{28}(?!\w)/y),
  rule('prefect-token', 'Prefect token', ['pnu_', 'pnb_'], /pn[ub]_[A-Za-z0-9]{36}(?!\w)/y),
  rule(
    'artifactory-key',
    'Artifactory key',
    ['AKCp', 'cmVmdGtu'],
    /(?:AKCp[A-Za-z0-9]{69}|cmVmdGtu[A-Za-z0-9]{56})(?!\w)/y,
  ),
  rule(
    'discord-webhook',
    'Discord webhook',
    ['discord.com/api/webhooks/', 'discordapp.com/api/webhooks/'],
    /discord(?:app)?[.]com\/api\/webhooks\/\d{16,20}\/[\w-]{60,80}/y,
  ),
  rule(
    'teams-webhook',
    'Microsoft Teams webhook',
    '.webhook.office.com/webhookb2/',
    /[.]webhook[.]office[.]com\/webhookb2\/[a-f0-9-]{36}@[a-f0-9-]{36}\/IncomingWebhook\/[a-z0-9]{32}\/[a-f0-9-]{36}/y,
  ),
  rule('azure-storage-key', 'Azure storage key', 'AccountKey=', /AccountKey=([A-Za-z0-9+/]{86}==)/y),
  rule('shared-access-key', 'Azure shared access key', 'SharedAccessKey=', /SharedAccessKey=([A-Za-z0-9+/]{42,44}=)/y),
  rule('mailgun-key', 'Mailgun key', 'key-', /key-[a-f0-9]{32}(?!\w)/y),
  rule(
    'azure-access-signature',
    'Azure shared access signature',
    ['?sig=', '&sig='],
    /[?&]sig=((?:[A-Za-z0-9]|%2[BF]|[+/]){40,60}(?:=|%3D))/iy,
  ),
  rule(
    'heroku-key',
    'Heroku key',
    ['HEROKU_API_KEY', 'heroku_api_key'],
    /heroku_api_key["']?\s{0,3}[=:]\s{0,3}["']?([a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12})(?!\w)/iy,
  ),
  rule(
    'azure-devops-token',
    'Azure DevOps token',
    ['AZURE_DEVOPS_EXT_PAT', 'AZURE_DEVOPS_PAT', 'AZDO_PAT', 'SYSTEM_ACCESSTOKEN'],
    /[A-Z_]{8,20}["']?\s{0,3}[=:]\s{0,3}["']?([a-z0-9]{52}|[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4})(?!\w)/y,
  ),
  {
    ...rule(
      'putty-key',
      'PuTTY private key',
      'PuTTY-User-Key-File-',
      /PuTTY-User-Key-File-[23]: [\s\S]{20,2000}?Private-Lines: \d{1,3}\s{1,2}([A-Za-z0-9+/=]{20,80})/y,
    ),
    longest: 2_200,
  },
  rule('telegram-token', 'Telegram bot token', ':AA', /:AA[\w-]{32,33}(?![\w-])/y),
];

/** Tokens for trying out, that name an account only, or that expire: still nothing to publish. */
const WEAK: readonly Omit<TokenRule, 'severity'>[] = [
  rule('stripe-test-key', 'Stripe test key', ['sk_test_', 'rk_test_'], /[sr]k_test_[A-Za-z0-9]{10,99}(?!\w)/y),
  rule('stripe-webhook-secret', 'Stripe webhook secret', 'whsec_', /whsec_[A-Za-z0-9+/]{24,64}={0,2}/y),
  {
    ...rule('json-web-token', 'JSON web token', 'eyJ', /eyJ[\w-]{10,2000}[.]eyJ[\w-]{10,4000}[.][\w-]{20,1000}/y),
    proof: jsonWebToken,
    proven: true,
    longest: 4_200,
  },
  {
    ...rule(
      'basic-credentials',
      'Credentials of basic authentication',
      'Basic ',
      /Basic ([A-Za-z0-9+/]{12,400}={0,2})(?![\w+/=])/y,
    ),
    proof: basicCredentials,
    proven: true,
  },
  {
    ...rule(
      'registry-credentials',
      'Credentials of a container registry',
      '"auth"',
      /"auth"\s{0,2}:\s{0,4}"([A-Za-z0-9+/]{12,400}={0,2})"/y,
    ),
    proof: basicCredentials,
    proven: true,
  },
  {
    ...rule('wrapped-private-key', 'Private key in base64', 'LS0tLS1CRUdJTi', /LS0tLS1CRUdJTi[A-Za-z0-9+/]{40,400}/y),
    proof: wrappedKey,
    proven: true,
  },
];

export const TOKEN_RULES: readonly TokenRule[] = [
  ...[...STRONG, ...SERVICE_TOKENS, ...ISSUED_TOKENS, ...GIVEN_SECRETS].map(
    (one): TokenRule => ({ ...one, severity: 'high' }),
  ),
  ...[...WEAK, ...UNPROVEN_TOKENS, ...ISSUED_TOKENS_OF_LESS_WEIGHT].map(
    (one): TokenRule => ({ ...one, severity: 'medium' }),
  ),
];
