/** Tokens of still more issuers, each known by what never changes in it. Sources: the issuers' own descriptions of their formats. */
import { encodedToken, snowflakeToken } from './checks.ts';
import { BY_CHANCE, plain, rule, type TokenRule, UUID } from './token-rule.ts';

type Rule = Omit<TokenRule, 'severity'>;

/** Tokens that open an account or a service to whoever has them. */
export const ISSUED_TOKENS: readonly Rule[] = [
  plain(
    '1password-key',
    '1Password secret key',
    ['A3-'],
    '[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}',
  ),
  plain('aiven-password', 'Aiven password', ['AVNS_'], `${BY_CHANCE}[\\w-]{9,24}`),
  plain('amazon-marketplace-token', 'Amazon marketplace token', ['amzn.mws.'], UUID),
  plain('apify-token', 'Apify token', ['apify_api_'], '[A-Za-z0-9]{36,46}'),
  plain(
    'authress-key',
    'Authress key',
    ['authress_', 'scauth_'],
    '[a-z0-9]{5,30}[.][a-z0-9]{4,6}[.]acc[_-][a-z0-9-]{10,32}[.][\\w+/=-]{30,120}',
  ),
  {
    ...rule(
      'azure-client-secret',
      'Client secret of Azure',
      [...'0123456789'].map((digit) => `${digit}Q~`),
      /[\w.~]{3}\dQ~[\w.~-]{31,34}(?![\w.~-])/y,
    ),
    before: 3,
  },
  rule(
    'azure-configuration-secret',
    'Secret of an Azure configuration store',
    '.azconfig.io;Id=',
    /[.]azconfig[.]io;Id=[^;"'\s]{4,60};Secret=([A-Za-z0-9+/]{36,90}={0,2})/y,
  ),
  rule(
    'azure-integration-key',
    'Key of an Azure integration runtime',
    'IR@',
    /IR@[\w-]{36}@[^@\s"']{1,80}@[\w=-]{0,40}@([A-Za-z0-9+/]{43}=)/y,
  ),
  plain('bedrock-key', 'Amazon Bedrock key', ['ABSKQmVkcm9ja0FQSUtleS1'], '[A-Za-z0-9+/]{80,140}={0,2}'),
  plain(
    'bedrock-key',
    'Amazon Bedrock key',
    ['bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t'],
    '[A-Za-z0-9+/]{40,440}={0,2}',
  ),
  plain('castai-key', 'CAST AI key', ['castai_v1_'], '[A-Za-z0-9]{64}_[A-Za-z0-9]{8}'),
  plain('chargebee-key', 'Chargebee key', ['live_'], `${BY_CHANCE}[A-Za-z0-9]{32,34}`),
  plain('chief-token', 'Chief Tools token', ['ctp_', 'cto_', 'ctr_'], `${BY_CHANCE}[A-Za-z0-9]{36,80}`),
  plain('clickhouse-key', 'ClickHouse Cloud key', ['4b1d'], `${BY_CHANCE}[A-Za-z0-9]{38}`),
  plain('cloudflare-token', 'Cloudflare token', ['cfat_', 'cfut_', 'cfk_'], '[A-Za-z0-9]{40}[a-f0-9]{8}'),
  rule(
    'crates-token',
    'Token of the Rust package index',
    ['"cio', "'cio", '=cio', ' cio'],
    /["'= ](cio(?=[A-Za-z]{0,31}\d)(?=[a-z\d]{0,31}[A-Z])[A-Za-z0-9]{32})(?!\w)/y,
  ),
  plain('dependency-track-key', 'Dependency-Track key', ['odt_'], `${BY_CHANCE}[A-Za-z0-9]{32,40}`),
  {
    ...rule(
      'discord-token',
      'Discord bot token',
      // What digits in base64 begin with.
      ['MT', 'Mj', 'Mz', 'ND', 'NT', 'Nj', 'Nz', 'OD', 'OT'].flatMap((start) => [
        `"${start}`,
        `'${start}`,
        `=${start}`,
      ]),
      /["'=]([MNO][A-Za-z0-9]{22,27}[.][\w-]{6}[.][\w-]{27,38})(?![\w-])/y,
    ),
    proof: snowflakeToken,
    proven: true,
  },
  plain('endor-key', 'Endor Labs key', ['endr+'], '[A-Za-z0-9-]{16}'),
  rule('firecrawl-key', 'Firecrawl key', ['"fc-', "'fc-", '=fc-'], /["'=](fc-[a-f0-9]{32})(?![\w-])/y),
  plain('google-refresh-token', 'Google refresh token', ['1//0'], '[\\w-]{80,140}'),
  plain('intra42-secret', 'Client secret of 42', ['s-s4t2ud-', 's-s4t2af-'], '[a-f0-9]{64}'),
  plain('jina-key', 'Jina key', ['jina_'], '[A-Za-z0-9]{60}'),
  plain('langfuse-key', 'Langfuse key', ['sk-lf-'], UUID),
  rule(
    'language-model-key',
    'Key of a service of language models',
    ['"sk-', "'sk-", '=sk-', ' sk-'],
    /["'= ](sk-(?=[A-Za-z]{0,40}\d)(?:[a-f0-9]{32}|[a-z0-9]{32}|[A-Za-z0-9]{48}))(?![\w-])/y,
  ),
  {
    ...rule('new-relic-key', 'New Relic licence key', 'NRAL', /[a-z0-9]{6}[a-f0-9]{30}NRAL(?!\w)/y),
    before: 36,
  },
  {
    ...rule('openai-key', 'OpenAI key', 'T3BlbkFJ', /sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}(?!\w)/y),
    before: 23,
  },
  rule('okta-token', 'Okta token', 'SSWS 00', /SSWS (00[\w-]{40})(?![\w-])/y),
  plain('pixie-key', 'Pixie key', ['px-api-', 'px-dep-'], UUID),
  plain('pyx-token', 'Token of the pyx package index', ['sk-pyx-', 'tp-pyx-'], '[A-Za-z0-9]{44,64}'),
  plain('rootly-key', 'Rootly key', ['rootly_'], '[a-f0-9]{64}'),
  plain('salad-key', 'SaladCloud key', ['salad_cloud_'], '(?:org|user)_[A-Za-z0-9]{40,64}'),
  plain('salesforce-token', 'Salesforce token', ['00D'], '[A-Za-z0-9]{12}![\\w.]{80,120}'),
  plain('segment-token', 'Segment token', ['sgp_'], '[A-Za-z0-9]{64}'),
  plain(
    'settlemint-token',
    'SettleMint token',
    ['sm_aat_', 'sm_pat_', 'sm_sat_'],
    '(?=[A-Za-z]{0,16}\\d)[A-Za-z0-9]{16}',
  ),
  plain('stackhawk-key', 'StackHawk key', ['hawk.'], '[\\w-]{20}[.][\\w-]{20}'),
  plain('tavily-key', 'Tavily key', ['tvly-'], '(?:dev-|prod-)?[A-Za-z0-9]{32}'),
  plain('twitch-key', 'Twitch stream key', ['live_'], '\\d{8,12}_[A-Za-z0-9]{30,36}'),
  plain('voiceflow-key', 'Voiceflow key', ['VF.DM.', 'VF.WS.'], '[a-f0-9]{24}[.][A-Za-z0-9]{16}'),
  rule('gitlab-session', 'Session of GitLab', '_gitlab_session=', /_gitlab_session=([a-f0-9]{32})(?!\w)/y),
];

/** Tokens that expire, or that sign what one program has: still nothing to publish. */
export const ISSUED_TOKENS_OF_LESS_WEIGHT: readonly Rule[] = [
  {
    ...rule(
      'json-web-token',
      'JSON web token, in base64 once more',
      ['ZXlKaGJHY', 'ZXlKMGVY', 'ZXlKcmFX', 'ZXlKMGVI'],
      /ZXlK[A-Za-z0-9+/]{60,4000}={0,2}/y,
    ),
    proof: encodedToken,
    proven: true,
    longest: 4_200,
  },
  rule('django-key', 'Secret key of a Django project', 'django-insecure-', /django-insecure-([^"'\s\\]{30,100})["']/y),
];
