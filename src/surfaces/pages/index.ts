/** `/b/...`: what a refusal links to. Readable by anybody, in a browser and in a terminal. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { purlOf } from '../../domain/purl.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import type { Asker, Serving, Viewer } from '../../features/serving/index.ts';
import { PAGE_HEADERS } from './page-headers.ts';
import { messagePage, refusalPage, refusalText } from './refusal-page.ts';

export interface PagesDeps {
  readonly serving: Serving;
  ecosystem(id: string): Ecosystem | undefined;
  asker(request: IncomingMessage): Asker;
  /** Counts a wrong token; whether its address may show another one now, and after how many seconds otherwise. */
  takeWrongToken?(asker: Asker): { readonly isAllowed: boolean; readonly seconds: number };
}

type Subject = NonNullable<Awaited<ReturnType<Serving['subjectOf']>>>;

interface Page {
  readonly status: number;
  readonly html: string;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Handles `/b/<ecosystem>/<name>[/<version>]` and `/b/<id>`; `false` for any other path. `?channel=` picks one channel. */
export function createPages(deps: PagesDeps): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    const url = request.url ?? '/';
    if (!url.startsWith('/b/')) return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { 'Content-Type': 'text/plain; charset=utf-8', Allow: 'GET, HEAD', ...PAGE_HEADERS });
      response.end('only GET and HEAD\n');
      return true;
    }
    const wantsText = !(request.headers.accept ?? '').includes('text/html');
    const asker = deps.asker(request);
    const slowed = slowedDown(deps, asker);
    (slowed === undefined ? pageFor(deps, url, () => asker) : Promise.resolve(slowed))
      .catch((): Page => message(503, 'This could not be looked up now. Try again later.'))
      .then((page) => {
        const body = wantsText ? page.text : page.html;
        response.writeHead(page.status, {
          'Content-Type': wantsText ? 'text/plain; charset=utf-8' : 'text/html; charset=utf-8',
          'Content-Length': Buffer.byteLength(body),
          'Cache-Control': 'no-store',
          Vary: 'Accept',
          ...PAGE_HEADERS,
          ...page.headers,
        });
        response.end(request.method === 'HEAD' ? undefined : body);
      })
      .catch(() => response.destroy());
    return true;
  };
}

/** What a token opens must not be told to whoever guesses one, here as little as where packages are. */
function slowedDown({ serving, takeWrongToken }: PagesDeps, asker: Asker): Page | undefined {
  if (asker.token === undefined || takeWrongToken === undefined) return undefined;
  const all = serving.channelsSeenBy('signed-in').map((channel) => serving.admission({ channel }, () => asker));
  if (all.includes('admitted') || !all.includes('token-wrong')) return undefined;
  const { isAllowed, seconds } = takeWrongToken(asker);
  if (isAllowed) return undefined;
  const wait = String(Math.max(1, seconds));
  const page = message(429, `Too many wrong tokens from this address: try again in ${wait} seconds.`);
  return { ...page, headers: { 'Retry-After': wait } };
}

async function pageFor(deps: PagesDeps, url: string, viewer: Viewer): Promise<Page> {
  if (deps.serving.generation() === undefined) return message(503, 'This could not be looked up now. Try again later.');
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const subject = await subjectOf(deps, pathname, viewer);
  const channel = searchParams.get('channel') ?? subject?.channel ?? null;
  const seen = deps.serving.channelsSeenBy(viewer, subject?.ecosystem);
  // A channel that is not to be known of and one that is not there read the same.
  if (subject === undefined || (channel === null ? seen.length === 0 : !seen.includes(channel))) return UNKNOWN;
  const refusals = await deps.serving.explainEverywhere(subject, viewer);
  const shown = refusals.filter((refusal) => channel === null || refusal.channel === channel);
  const [first, ...more] = shown;
  const ended = endedText(pathname, subject);
  if (first === undefined) return offeredPage(subject, ended, channel ?? seen[0] ?? '');
  const text = [first, ...more].map(textOf).join('\n');
  return { status: 200, html: refusalPage(first, more, ended), text: ended === '' ? text : `${ended}Now:\n\n${text}` };
}

/** A client that found no version it would take leads here too: which one there is, and how another is asked for. */
function offeredPage({ ecosystem, name, version }: Subject, ended: string, channel: string): Page {
  const said = `${ended}${name} is offered: install it as usual.`;
  if (version !== undefined) return message(200, said);
  return message(200, said, [
    `Which version: pratique why ${purlOf({ ecosystem, name })} --channel ${channel}`,
    `Another one: pratique request new ${ecosystem} ${name} --version VERSION --channel ${channel}`,
  ]);
}

/** What is asked for by a number that a client printed may be over: that is said before how it stands now. */
function endedText(pathname: string, { name, endedAt }: Subject): string {
  if (endedAt === undefined) return '';
  const minute = endedAt.slice(0, 'yyyy-mm-ddThh:mm'.length).replace('T', ' ');
  return `${pathname.slice('/b/'.length)} ended ${minute} UTC and no longer stops ${name}. `;
}

const UNKNOWN = message(
  404,
  'Nothing of this name or number is known here, or not to everybody: where a channel takes a token, show it as the password (curl --user token URL).',
);

function textOf(refusal: Refusal): string {
  return `[${refusal.channel}] ${refusalText(refusal)}`;
}

async function subjectOf(deps: PagesDeps, pathname: string, viewer: Viewer): Promise<Subject | undefined> {
  const parts = pathname.slice('/b/'.length).split('/').map(decoded);
  const [first = '', ...rest] = parts;
  if (rest.length === 0)
    return /^[A-Z]-\d{1,12}$/.test(first) ? await deps.serving.subjectOf(first, viewer) : undefined;
  const ecosystem = deps.ecosystem(first);
  if (ecosystem === undefined) return undefined;
  // A name may hold a slash (npm scopes), so the longest name is tried before the last part is read as a version.
  const whole = ecosystem.names.normalise(rest.join('/'));
  if (whole !== undefined) return { ecosystem: ecosystem.id, name: whole, version: undefined };
  const name = ecosystem.names.normalise(rest.slice(0, -1).join('/'));
  const version = ecosystem.versions.normalise(rest.at(-1) ?? '');
  return name === undefined || version === undefined ? undefined : { ecosystem: ecosystem.id, name, version };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function message(status: number, text: string, more: readonly string[] = []): Page {
  return { status, html: messagePage(text, more), text: [text, ...more].map((line) => `${line}\n`).join('') };
}
