/** A real OpenID provider on loopback: whoever comes is signed in as the person that the test names. */
import { createServer } from 'node:http';
import Provider, { type Configuration } from 'oidc-provider';

export interface SignedInAs {
  readonly sub: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly acr?: string;
  readonly amr?: readonly string[];
}

export interface TestProvider {
  readonly issuer: string;
  /** The one address that browsers are sent back to. */
  register(redirect: string): void;
  /** Who is signed in from now on. */
  become(person: SignedInAs): void;
  /** What a browser does: follows redirects from the address with its cookies, until it is sent away from the provider. */
  visit(address: string): Promise<URL>;
  close(): Promise<void>;
}

export interface TestClient {
  readonly id: string;
  readonly secret: string;
}

/** Answers from `register` on: the application needs to know the issuer first. */
export async function openIdentityProvider(client: TestClient): Promise<TestProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  let current: SignedInAs = { sub: 'nobody', claims: {} };
  const register = (redirect: string) => {
    const provider = new Provider(
      issuer,
      configuration(client, redirect, () => current),
    );
    const callback = provider.callback();
    server.on('request', (request, response) => {
      if (request.url?.startsWith('/interaction/') !== true) return void callback(request, response);
      const login = {
        accountId: current.sub,
        acr: current.acr,
        amr: current.amr === undefined ? undefined : [...current.amr],
      };
      provider
        .interactionFinished(request, response, { login: JSON.parse(JSON.stringify(login)) })
        .catch(() => response.writeHead(500).end());
    });
  };
  return {
    issuer,
    register,
    become(person) {
      current = person;
    },
    async visit(start) {
      const cookies = new Map<string, string>();
      let next = new URL(start);
      while (next.origin === issuer) {
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const response = await fetch(next, { redirect: 'manual', headers: { cookie } });
        for (const set of response.headers.getSetCookie()) {
          const [name = '', value = ''] = (set.split(';')[0] ?? '').split('=');
          cookies.set(name, value);
        }
        const location = response.headers.get('location');
        if (location === null) throw new Error(`the provider answered ${response.status}: ${await response.text()}`);
        next = new URL(location, next);
      }
      return next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function configuration(client: TestClient, redirect: string, current: () => SignedInAs): Configuration {
  return {
    clients: [
      {
        ...{ client_id: client.id, client_secret: client.secret, redirect_uris: [redirect] },
        ...{ grant_types: ['authorization_code'], response_types: ['code'] },
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    pkce: { required: () => true },
    conformIdTokenClaims: false,
    acrValues: ['phr'],
    claims: {
      openid: ['sub', 'acr', 'amr'],
      profile: ['preferred_username', 'groups'],
      email: ['email', 'email_verified'],
    },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['test'] },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, sub) => ({ accountId: sub, claims: async () => ({ sub, ...current().claims }) }),
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({
        ...(oidc.client && { clientId: oidc.client.clientId }),
        ...(oidc.session?.accountId !== undefined && { accountId: oidc.session.accountId }),
      });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  };
}
