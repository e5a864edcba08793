/** Whether a domain takes mail, by the DNS: an MX record, or an address to deliver to (RFC 5321, 5.1). */
import { Resolver } from 'node:dns/promises';

const TIMEOUT_MS = 5000;
const TRIES = 2;

/** Answers of the DNS that say "there is none", not "I could not find out". */
const NONE = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * `abandoned` only where the DNS says so for each kind of record; a resolver that is away says nothing about a domain.
 * `servers`: whom to ask (`127.0.0.1:53`), in place of the system's own.
 */
export async function mailDomains(
  domain: string,
  servers?: readonly string[],
): Promise<'takes-mail' | 'abandoned' | 'could-not-check'> {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  const looks = [
    // A null MX says that the domain takes no mail (RFC 7505).
    async () => (await resolver.resolveMx(domain)).some(({ exchange }) => exchange !== '' && exchange !== '.'),
    async () => (await resolver.resolve4(domain)).length > 0,
    async () => (await resolver.resolve6(domain)).length > 0,
  ];
  for (const look of looks) {
    try {
      return (await look()) ? 'takes-mail' : 'abandoned';
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && NONE.has(String(error.code)))) return 'could-not-check';
    }
  }
  return 'abandoned';
}
