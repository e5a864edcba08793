/** An OpenID provider on loopback that answers whatever a test crafts: tokens that a real one would never sign. */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose';

type Key = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'] | Uint8Array;

/** How the next tokens differ from good ones; claims that are `undefined` are left out. */
export interface Craft {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Partial<JWTHeaderParameters>;
  /** Another key than its own; `none`: no signature. */
  readonly key?: Key | 'none';
}

export interface CraftedProvider {
  readonly issuer: string;
  /** Paths that were asked for, with what was posted. */
  readonly asked: { readonly path: string; readonly posted: URLSearchParams }[];
  craft(next: Craft): void;
  /** What the browser comes back with from `address`; `extra` is added, and `null` takes away. */
  answerTo(address: string, extra?: Readonly<Record<string, string | null>>): string;
  close(): Promise<void>;
}

interface Settings {
  readonly clientId: string;
  /** Whether it says who answers (RFC 9207), and that it always does. */
  readonly saysIssuer?: boolean;
  /** Who it says that it is. */
  readonly poses?: string;
}

export async function openCraftedProvider({ clientId, saysIssuer = true, poses }: Settings): Promise<CraftedProvider> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'one', use: 'sig' };
  const asked: { path: string; posted: URLSearchParams }[] = [];
  const codes = new Map<string, { nonce: string; challenge: string }>();
  let crafted: Craft = {};

  async function token(code: { nonce: string; challenge: string }): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const { claims = {}, header = {}, key = privateKey } = crafted;
    const good = {
      iss: issuer,
      aud: clientId,
      sub: 'u-1',
      nonce: code.nonce,
      iat: now,
      exp: now + 300,
      auth_time: now,
    };
    const all = JSON.parse(JSON.stringify({ ...good, ...claims }));
    const heading = { alg: 'ES256', kid: 'one', ...header };
    if (key !== 'none') return new SignJWT(all).setProtectedHeader(heading).sign(key);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ ...heading, alg: 'none' })}.${part(all)}.`;
  }

  async function answer(request: IncomingMessage): Promise<object | undefined> {
    const posted = new URLSearchParams(await text(request));
    asked.push({ path: request.url ?? '', posted });
    switch (request.url) {
      case '/.well-known/openid-configuration':
        return description(poses ?? issuer, issuer, saysIssuer);
      case '/keys':
        return { keys: [jwk] };
      case '/token': {
        const code = codes.get(posted.get('code') ?? '');
        const proof = createHash('sha256')
          .update(posted.get('code_verifier') ?? '')
          .digest('base64url');
        if (code === undefined || proof !== code.challenge) return undefined;
        return { access_token: 'x', token_type: 'bearer', id_token: await token(code) };
      }
      default:
        return undefined;
    }
  }

  const server = createServer(async (request, response) => {
    const found = await answer(request);
    response.writeHead(found === undefined ? 400 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(found ?? { error: 'invalid_grant' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return {
    ...{ issuer, asked },
    craft: (next) => {
      crafted = next;
    },
    answerTo(asking, extra = {}) {
      const { searchParams } = new URL(asking);
      const code = randomUUID();
      codes.set(code, { nonce: searchParams.get('nonce') ?? '', challenge: searchParams.get('code_challenge') ?? '' });
      const query = new URLSearchParams({ code, state: searchParams.get('state') ?? '' });
      if (saysIssuer) query.set('iss', issuer);
      for (const [name, value] of Object.entries(extra))
        if (value === null) query.delete(name);
        else query.set(name, value);
      return `?${query}`;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function description(named: string, at: string, saysIssuer: boolean): object {
  return {
    issuer: named,
    authorization_endpoint: `${at}/authorize`,
    token_endpoint: `${at}/token`,
    jwks_uri: `${at}/keys`,
    response_types_supported: ['code'],
    id_token_signing_alg_values_supported: ['ES256'],
    authorization_response_iss_parameter_supported: saysIssuer,
  };
}
