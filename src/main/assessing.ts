/** What the assessment is told of this installation: settings, policy, isolation, ledger. */
import { ECOSYSTEMS } from '../ecosystems/catalog.ts';
import type { Installation } from '../features/assessment/index.ts';
import type { Policy } from '../features/policy/index.ts';
import type { Foundation } from './foundation.ts';
import { feedClock } from './readiness.ts';
import { verifyWholeLedger } from './whole-ledger.ts';

export function installationOf(foundation: Foundation, policy: Policy): Installation {
  const { config, clock, sandbox, cage } = foundation;
  return {
    ecosystems: ECOSYSTEMS.map(({ id }) => id),
    settings: {
      contact: config.server.contact,
      mailHost: config.mail.host,
      checkMailDomains: config.sign_in.check_mail_domains,
      totpSuffices: config.sign_in.totp_suffices,
      gitHosts: config.git.hosts,
      upstreamEveryHours: config.watch.upstream_every_hours,
    },
    now: () => clock.now(),
    async policy() {
      const { staleAfterHours, allowSdists } = (await policy.current()).settings;
      return { staleAfterHours: (feed) => staleAfterHours[feedClock(feed)], allowSdists };
    },
    isolation: () => Promise.all([sandbox.isolation(), cage.isolation()]),
    verifyLedger: () => verifyWholeLedger(foundation),
  };
}
