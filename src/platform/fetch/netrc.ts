/** Credentials by host from a netrc file, as curl and pip read it. */

export interface HostCredentials {
  readonly login: string;
  readonly password: string;
}

/**
 * Words of the format (inetutils manual, "The .netrc file"): `machine NAME`, `login NAME`, `password TEXT`, `account TEXT`,
 * `macdef NAME` up to an empty line. `default`, which would give a password to whoever is asked, is not taken.
 */
export function parseNetrc(text: string): ReadonlyMap<string, HostCredentials> {
  const found = new Map<string, HostCredentials>();
  const plain = text.replaceAll(/^\s*#.*$/gm, '').replaceAll(/(^|\s)macdef\s[\s\S]*?(\n\s*\n|$)/g, '\n');
  const words = [...plain.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, word]) =>
    quoted === undefined ? (word ?? '') : quoted.replaceAll(/\\(.)/g, '$1'),
  );
  let machine: string | undefined;
  let login = '';
  for (let at = 0; at < words.length; at += 1) {
    const value = words[at + 1] ?? '';
    switch (words[at]) {
      case 'default':
        machine = undefined;
        continue;
      case 'machine':
        [machine, login] = [value.toLowerCase(), ''];
        break;
      case 'login':
      case 'user':
        login = value;
        break;
      case 'password':
        if (machine !== undefined && !found.has(machine)) found.set(machine, { login, password: value });
        break;
      case 'account':
        break;
      default:
        continue;
    }
    at += 1;
  }
  return found;
}
