/** The HTTP server of `serve`, as `bench/` measures it too: what `node:http` does per request that nobody needs is off. */
import type { Server as HttpListener, RequestListener } from 'node:http';
import { Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

// An import of `node:http` reads its every export, and one of them is a whole client for the web: 6 MB that nobody uses.
const { createServer } = process.getBuiltinModule('node:http');

/** Slow clients that never finish their headers are let go, in milliseconds. */
const HEADERS_MS = 20_000;
/**
 * A client that takes nothing of its answer for so long is let go, and so is one that stays connected without asking:
 * each holds a connection and perhaps a buffer. Milliseconds.
 */
const STALLED_MS = 120_000;
/** A client that stays connected without asking does not hold up an end for longer than this, in milliseconds. */
const DRAIN_MS = 10_000;
/** How often connections that have become idle are looked for at an end, in milliseconds. */
const DRAIN_LOOK_MS = 50;

export interface HttpServer {
  readonly listener: HttpListener;
  /** Takes no new connections, lets answers finish for a while, and ends what is left. */
  close(): Promise<void>;
}

/** What came was no request that could be handed on. */
export interface Malformed {
  readonly code: 'headers-too-large' | 'headers-too-slow' | 'not-http';
  readonly status: 431 | 408 | 400;
  readonly address: string;
}

/** A server that does not listen yet. `onMalformed` is told of what was refused before anybody could handle it. */
export function createHttpServer(handle: RequestListener, onMalformed?: (malformed: Malformed) => void): HttpServer {
  // A request without a body needs no stream that ends later: an eighth of what a small answer costs.
  const listener = createServer({ optimizeEmptyRequests: true }, handle);
  listener.headersTimeout = HEADERS_MS;
  listener.timeout = STALLED_MS;
  // Of its own it would set two timers per request; the one above ends idle connections as well.
  listener.keepAliveTimeout = 0;
  listener.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable || !(socket instanceof Socket)) return void socket.destroy();
    const malformed = malformedBy(error.code, socket.remoteAddress ?? '');
    onMalformed?.(malformed);
    socket.end(`HTTP/1.1 ${malformed.status} ${REASONS[malformed.status]}\r\nConnection: close\r\n\r\n`);
  });
  const connections = new Set<Socket>();
  listener.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  return { listener, close: () => drain(listener, connections) };
}

const REASONS = { 400: 'Bad Request', 408: 'Request Timeout', 431: 'Request Header Fields Too Large' } as const;

function malformedBy(code: string | undefined, address: string): Malformed {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { code: 'headers-too-large', status: 431, address };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { code: 'headers-too-slow', status: 408, address };
    default:
      return { code: 'not-http', status: 400, address };
  }
}

async function drain(listener: HttpListener, connections: ReadonlySet<Socket>): Promise<void> {
  // Not the `close` of HTTP servers: it takes a connection for idle whose answer is written but not sent yet, and cuts it off.
  const closed = new Promise<void>((resolve) => void Server.prototype.close.call(listener, () => resolve()));
  const looking = setInterval(() => {
    const isSending = [...connections].some((socket) => socket.writableLength > 0);
    if (!isSending) listener.closeIdleConnections();
  }, DRAIN_LOOK_MS);
  await Promise.race([closed, sleep(DRAIN_MS, undefined, { ref: false })]);
  clearInterval(looking);
  listener.closeAllConnections();
}
