/** The gate of a channel that is not open to everybody, in HTTP: 401 where a token would help, 403 where none would. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Admission, Asker, Serving } from '../../features/serving/index.ts';
import type { SecurityLog } from '../../platform/log/port.ts';

export interface GateDeps {
  readonly serving: Pick<Serving, 'admission'>;
  /** Only called where a channel is not open to everybody, or an answer is not prepared yet. */
  asker(request: IncomingMessage): Asker;
  /** Counts a wrong token; whether its address may show another one now, and after how many seconds otherwise. */
  takeWrongToken?(asker: Asker): { readonly isAllowed: boolean; readonly seconds: number };
  /** Told of what may be an attack; without it nobody is. */
  readonly securityLog?: SecurityLog;
}

/** What is behind the gate. */
export interface Behind {
  readonly channel: string;
  readonly ecosystem: string;
}

/** What is answered instead of what was asked for. */
export interface TurnedAway {
  readonly status: 401 | 403 | 429;
  readonly title: string;
  readonly sentence: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** `open` and `admitted` go on; whoever is turned away is told why. */
export function knock(
  deps: GateDeps,
  request: IncomingMessage,
  { channel, ecosystem }: Behind,
): 'open' | 'admitted' | 'unavailable' | TurnedAway {
  let asker: Asker | undefined;
  const admission = deps.serving.admission({ channel, ecosystem }, () => {
    asker = deps.asker(request);
    return asker;
  });
  if (admission === 'open' || admission === 'admitted' || admission === 'unavailable') return admission;
  const { address = '' } = asker ?? {};
  const turn = admission === 'token-wrong' && asker !== undefined ? deps.takeWrongToken?.(asker) : undefined;
  if (turn?.isAllowed === false) {
    deps.securityLog?.note({ event: 'rate-limited', code: 'wrong-tokens', status: 429, address, channel, operation });
    return tooManyWrongTokens(Math.max(1, turn.seconds));
  }
  const away = turnedAway(admission, { channel, address });
  // Clients that are asked for a token show none at first: that is no event.
  const event = admission === 'token-wrong' ? 'token-rejected' : 'access-refused';
  if (admission !== 'token-missing')
    deps.securityLog?.note({ event, code: admission, status: away.status, address, channel, operation });
  return away;
}

const operation = 'install';

function tooManyWrongTokens(seconds: number): TurnedAway {
  return {
    status: 429,
    title: 'Too many wrong tokens',
    sentence: `TOO MANY WRONG TOKENS from this address: try again in ${seconds} s.`,
    headers: { 'Retry-After': String(seconds) },
  };
}

function turnedAway(
  admission: Exclude<Admission, 'open' | 'admitted' | 'unavailable'>,
  { channel, address }: { readonly channel: string; readonly address: string },
): TurnedAway {
  const make = `Make one: pratique token create --label TEXT --action install --channel ${channel}`;
  switch (admission) {
    case 'token-missing':
      return {
        ...asking('A token is needed'),
        sentence: `A TOKEN IS NEEDED for channel ${channel}, shown as the password beside any user name. ${make}`,
      };
    case 'token-wrong':
      return {
        ...asking('This token does not open the channel'),
        sentence: `THIS TOKEN DOES NOT OPEN channel ${channel}: unknown, expired, revoked, or not for this. ${make}`,
      };
    case 'wrong-network':
      return {
        status: 403,
        title: 'Not from this network',
        sentence: `NOT FROM THIS NETWORK: channel ${channel} answers certain networks, and ${plain(address)} is in none of them. Ask an operator.`,
        headers: {},
      };
  }
}

/** Clients show what they have only when they are asked for it (RFC 9110, 11.6.1). */
function asking(title: string) {
  return { status: 401, title, headers: { 'WWW-Authenticate': 'Basic realm="pratique", charset="UTF-8"' } } as const;
}

/** The address may be what a proxy wrote: nothing of it may end a line. */
function plain(address: string): string {
  return address.replaceAll(/[^0-9A-Za-z.:%-]/g, '') || 'this address';
}

/** Says it in every place where a client might show it: phrase, JSON, and the notice that npm prints. */
export function sendTurnedAway(
  response: ServerResponse,
  { status, title, sentence, headers }: TurnedAway,
  head: boolean,
): void {
  const body = JSON.stringify({ type: 'about:blank', title, status, detail: sentence, error: sentence });
  response.writeHead(status, sentence, {
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'npm-notice': sentence,
    ...headers,
  });
  response.end(head ? undefined : body);
}
