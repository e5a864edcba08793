import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { callApi, openTestHome, type TestHome } from '../../test/harness/home.ts';

const LEAKED = 'seven marmots hum over granite';
const SAFE = 'lanterns drift past the quiet mill';
const PADDED = 'eleven herons wade below the weir';
const suffixOf = (password: string) => createHash('sha1').update(password).digest('hex').toUpperCase().slice(5);
const RANGE = `${'0'.repeat(35)}:0\r\n${suffixOf(LEAKED)}:37\r\n${suffixOf(PADDED)}:0\r\n`;

const asked: IncomingMessage[] = [];
let answer = (response: ServerResponse): unknown => response.end(RANGE);
const server = createServer((request, response) => {
  asked.push(request);
  answer(response);
});
let lenient: TestHome;
let strict: TestHome;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/range/`;
  const named = (text: string) => text.replace(/range_url: null +/, `range_url: ${url} `);
  lenient = await openTestHome({ config: named });
  strict = await openTestHome({ config: (text) => named(text).replace(/when_away: list +/, 'when_away: refuse ') });
}, 60_000);
afterEach(() => {
  answer = (response) => response.end(RANGE);
  asked.length = 0;
});
afterAll(async () => {
  await lenient.close();
  await strict.close();
  server.close();
});

let numbered = 0;
/** Somebody new sets a password: the code of the problem, or nothing. Says their name and code too. */
async function accept(home: TestHome, password: string) {
  numbered += 1;
  const name = `p${numbered}`;
  await home.person(name, 'researcher');
  const invitation = await home.app.rooms.signIn.invite(home.operator, { name });
  const code = 'code' in invitation ? invitation.code : '';
  return { name, code, said: await withCode(home, { name, code, password }) };
}

async function withCode(home: TestHome, body: object) {
  const { status, body: said } = await callApi(home, undefined, { method: 'POST', path: '/invitations/accept', body });
  return { status, code: said['code'] };
}

describe('a service of leaked passwords', () => {
  it('is sent five digits of the hash and the wish for padding, and nothing else', async () => {
    expect((await accept(lenient, SAFE)).said.status).toBe(200);
    const [one] = asked;
    expect(asked).toHaveLength(1);
    expect(one?.url).toBe(`/range/${createHash('sha1').update(SAFE).digest('hex').toUpperCase().slice(0, 5)}`);
    expect(one?.headers['add-padding']).toBe('true');
    expect(JSON.stringify([one?.url, one?.headers])).not.toContain(suffixOf(SAFE).slice(0, 8));
  });
  it('keeps a leaked password out, and takes padding for what it is', async () => {
    expect((await accept(lenient, LEAKED)).said).toEqual({ status: 400, code: 'password-breached' });
    expect((await accept(lenient, PADDED)).said.status).toBe(200);
  });
  it.each([
    ['fails', (response: ServerResponse) => response.writeHead(500).end('no')],
    ['hangs up', (response: ServerResponse) => response.destroy()],
    ['answers a page', (response: ServerResponse) => response.end('<html>Welcome</html>')],
    ['answers nothing', (response: ServerResponse) => response.end('')],
    ['leads elsewhere', (response: ServerResponse) => response.writeHead(302, { location: '/range/00000' }).end()],
    ['answers without end', (response: ServerResponse) => response.end('x'.repeat(2_000_000))],
  ])('that %s leaves it to the list, or to nobody, as the operator chose', async (_what, broken) => {
    answer = broken;
    expect((await accept(lenient, SAFE)).said.status).toBe(200);
    const { name, code, said } = await accept(strict, SAFE);
    expect(said).toEqual({ status: 503, code: 'password-not-checked' });
    answer = (response) => response.end(RANGE);
    expect((await withCode(strict, { name, code, password: SAFE })).status).toBe(200);
  });
  it('that is away keeps nobody out who has a password, and one that leaked since opens nothing', async () => {
    const { name } = await accept(strict, SAFE);
    const signIn = () =>
      callApi(strict, undefined, { method: 'POST', path: '/sign-in/password', body: { name, password: SAFE } });
    answer = (response) => response.writeHead(503).end();
    expect((await signIn()).status).toBe(200);
    answer = (response) => response.end(`${suffixOf(SAFE)}:1\n`);
    expect((await signIn()).body).toMatchObject({ code: 'password-breached' });
  });
});
