/** Which problems of a call are security events, and what of the call stands in the line. */
import { type Actor, actorName } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { SecurityEvent, SecurityEventKind } from '../../platform/log/port.ts';

/** What is known of a call by the time it failed. */
export interface KnownCall {
  readonly address: string;
  readonly actor: Actor | undefined;
  readonly operation: string | undefined;
}

export interface FailedAnswer {
  readonly status: number;
  readonly instance: string;
}

/** The event in a problem that was answered; `undefined` where there is none: a conflict, a name that nobody has. */
export function eventOf(error: unknown, call: KnownCall, answer: FailedAnswer): SecurityEvent | undefined {
  const event = kindOf(error, answer.status);
  if (event === undefined) return undefined;
  const { code, unsaid }: Pick<Problem, 'code' | 'unsaid'> = error instanceof Problem ? error : SURPRISE;
  const { address, actor, operation } = call;
  const acted = actor?.kind === 'person' ? actor.credential : undefined;
  return {
    ...{ event, code, ...answer, address, operation },
    actor: actor === undefined ? undefined : actorName(actor),
    person: unsaid.person,
    credential: acted === undefined ? unsaid.credential : `${acted.kind} ${acted.id}`,
  };
}

const SURPRISE = { code: 'unexpected', unsaid: {} };

/** Codes that say more than the status that they are answered with. */
const BY_CODE: Readonly<Record<string, SecurityEventKind>> = {
  'sign-in-refused': 'sign-in-failed',
  'no-account': 'sign-in-failed',
  'password-breached': 'sign-in-failed',
  'wrong-code': 'sign-in-failed',
  'too-many-attempts': 'sign-in-slowed',
  'bad-passkey': 'signature-rejected',
  'bad-identity': 'signature-rejected',
  'snapshot-key-unknown': 'signature-rejected',
  'bad-token': 'token-rejected',
  'no-session': 'session-rejected',
  'cross-site': 'cross-site-refused',
};

function kindOf(error: unknown, status: number): SecurityEventKind | undefined {
  if (!(error instanceof Problem)) return 'unexpected-error';
  const { code, kind, unsaid } = error;
  if (code === 'wrong-credentials') return unsaid.failed === undefined ? 'sign-in-failed' : BY_FAILURE[unsaid.failed];
  if (code === 'account-closed')
    return unsaid.credential?.startsWith('session') ? 'session-rejected' : 'token-rejected';
  const named = BY_CODE[code];
  if (named !== undefined) return named;
  switch (status) {
    case 400:
    case 413:
    case 415:
      return 'input-refused';
    case 401:
      return 'not-signed-in';
    case 403:
      return 'access-refused';
    case 404:
      return unsaid.isConcealed === true ? 'access-refused' : undefined;
    case 429:
      return 'rate-limited';
    default:
      return kind === 'internal' ? 'unexpected-error' : undefined;
  }
}

const BY_FAILURE = {
  'second-factor': 'second-factor-failed',
  ticket: 'ticket-rejected',
  signature: 'signature-rejected',
} as const;
