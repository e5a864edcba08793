/** Secrets that are written where more people read than should: logs and consoles, in all languages. */

import { holding, holdingInAnyCase } from '../syntax/held-literals.ts';
import type { Call, Source } from '../syntax/source.ts';
import type { Node } from '../syntax/tree.ts';
import type { Probe } from '../syntax/vocabulary.ts';
import { fromInput } from './input.ts';
import type { CallCheck, Said } from './rules.ts';
import { lastName } from './settings.ts';

/** Names that hold a secret itself; a token alone is as often a word of a language. */
const SECRET =
  /^(?:\w*_)?(?:password|passwd|pwd|passphrase|secret|secret_?key|access_?key|api_?key|api_?token|access_?token|auth_?token|private_?key|credentials?)$|[a-z](?:Password|Secret|ApiKey|AccessKey|AccessToken|AuthToken|PrivateKey|Credentials)$/i;
const STEMS = holding('assw', 'ASSW', 'pwd', 'assphrase', 'ecret', 'ECRET', 'oken', 'key', 'Key', 'KEY', 'redential');
/** What each such name holds. */
const NAMED = holdingInAnyCase(
  ...[
    'passw',
    'pwd',
    'secret',
    'accesskey',
    'access_key',
    'apikey',
    'api_key',
    'token',
    'privatekey',
    'private_key',
    'credential',
  ],
);
const LOGS_SECRET =
  /\b(?:p?print|pp|message|cat|log\w*|console|info|debug|warn(?:ing)?|error|critical|exception)\b[\w.\s]{0,20}\([^\n]{0,200}(?:passw|pwd|secret|access_?key|api_?key|token|private_?key|credential)/i;

/** What a file holds wherever a secret is logged. */
export const MAY_LOG_SECRET: Probe = {
  test: (text) => STEMS.test(text) && NAMED.test(text) && LOGS_SECRET.test(text),
};

/** Whether a value is a secret by its name: a call on one may be its length. */
export function isSecretValue(parts: readonly Node[], text: string): boolean {
  return parts.some((part) => {
    if (part.kind === 'string') return part.fields.some((field) => isSecretValue(field.parts, text));
    return (part.kind === 'name' || part.kind === 'member') && SECRET.test(lastName(part, text) ?? '');
  });
}

/** Speaks where a log is given a secret, or as its text what a request holds. */
export const logs: CallCheck = ({ node, args, scope, name }: Call, source: Source): Said => {
  if (node.args.some(({ parts }) => isSecretValue(parts, source.text))) return 'secret-in-log';
  return /^(?:logging|console|log\w*)\b/i.test(name) && fromInput(args[0], scope, source) ? 'input-in-log' : undefined;
};
