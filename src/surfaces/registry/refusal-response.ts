/** A refusal as every client can show it: phrase, JSON, help link, and a page for browsers. */
import type { ServerResponse } from 'node:http';
import { type Refusal, refusalSentence, refusalTitle } from '../../domain/refusal.ts';
import { PAGE_HEADERS } from '../pages/page-headers.ts';
import { refusalPage } from '../pages/refusal-page.ts';
import { prefersHtml } from './headers.ts';

/** uv shows the body only where the type is exactly this, without a parameter (RFC 9457). */
const PROBLEM_TYPE = 'application/problem+json';

export interface RefusalContext {
  readonly refusal: Refusal;
  readonly requestId: string;
  readonly accept: string | undefined;
  readonly head: boolean;
  /** Where the pages are, without a slash at the end; an empty text for relative links. */
  readonly publicUrl: string;
  /** Whether npm is to print the sentence as a notice: it prints one of every response. */
  readonly notice: boolean;
}

/** Path of the page that says more: by id where somebody asked, else by package; what it says is of the channel that refused. */
export function helpPath({ id, ecosystem, name, version, channel }: Refusal): string {
  const path = name.split('/').map(encodeURIComponent).join('/');
  const release = `${ecosystem}/${path}${version === undefined ? '' : `/${encodeURIComponent(version)}`}`;
  return `/b/${id === undefined ? release : encodeURIComponent(id)}?channel=${encodeURIComponent(channel)}`;
}

/** Answers 403 with the sentence in every place a client might read. Never 401, which asks for a password, nor 404. */
export function sendRefusal(response: ServerResponse, context: RefusalContext): void {
  const { refusal, requestId, publicUrl } = context;
  const sentence = refusalSentence(refusal);
  const html = prefersHtml(context.accept);
  const help = helpPath(refusal);
  const body = html ? refusalPage(refusal) : problemBody(refusal, `${sentence} ${publicUrl}${help}`);
  response.writeHead(403, sentence, {
    'Content-Type': html ? 'text/html; charset=utf-8' : PROBLEM_TYPE,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    Vary: 'Accept',
    'X-Request-Id': requestId,
    'X-NuGet-Warning': sentence,
    ...(context.notice ? { 'npm-notice': sentence } : {}),
    Link: `<${help}>; rel="help"`,
    ...(html ? PAGE_HEADERS : {}),
  });
  response.end(context.head ? undefined : body);
}

function problemBody(refusal: Refusal, message: string): string {
  return JSON.stringify({
    type: `/help/refusals/${refusal.state}`,
    title: refusalTitle(refusal.state),
    status: 403,
    detail: message,
    error: message,
    errors: [{ code: 'DENIED', message, detail: refusalSentence(refusal) }],
  });
}
