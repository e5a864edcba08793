/** What a browser on our own pages does towards the API: keeps the cookie, and sends the header that other sites cannot. */

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ApiBrowser {
  /** The cookie it holds; `undefined` when signed out. */
  readonly cookie: string | undefined;
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<ApiAnswer>;
}

/** `url` without a slash at the end. */
export function apiBrowser(url: string, userAgent = 'test browser'): ApiBrowser {
  let cookie: string | undefined;
  return {
    get cookie() {
      return cookie;
    },
    async call(method, path, body, headers = {}) {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          'user-agent': userAgent,
          origin: url,
          'pratique-csrf': '1',
          ...(cookie === undefined ? {} : { cookie }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const set = response.headers.get('set-cookie');
      if (set !== null) cookie = /Max-Age=0/.test(set) ? undefined : set.split(';')[0];
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
    },
  };
}
