import { describe, expect, it } from 'vitest';
import { findingsIn } from '../../../test/contract/content-scanner.ts';
import { installCodeScanner } from './index.ts';

const PROBE = `import socket

def has_ipv6(host):
    sock = None
    found = False
    if socket.has_ipv6:
        try:
            sock = socket.socket(socket.AF_INET6)
            sock.bind((host, 0))
            found = True
        except Exception:
            pass
    if sock:
        sock.close()
    return found

HAS_IPV6 = has_ipv6("::1")
`;

const signsIn = async (text: string) =>
  (await findingsIn(installCodeScanner, { 'pkg/__init__.py': text })).map(({ data }) => data['sign']);

describe('a socket as soon as a module is loaded', () => {
  it('is no talk where a function binds and closes it, as to see whether there is IPv6', async () => {
    expect(await signsIn(PROBE)).toEqual([]);
  });

  it.each([
    ['connected', 'found = True', 'sock.connect((host, 443))'],
    ['called otherwise', 'found = True', 'other = sock'],
    ['handed to a function', 'found = True', 'ask(sock)'],
    ['handed back', 'return found', 'return sock'],
    ['of the module', 'sock = None', 'global sock'],
    ['assigned twice', 'sock = socket.socket(', 'other = sock = socket.socket('],
  ])('is talk where it is %s', async (_, from, to) => {
    expect(await signsIn(PROBE.replace(from, to))).toContain('network-at-load');
  });
});
