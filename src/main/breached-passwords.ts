/** Whether a password leaked: the imported list, and the service that the operator named beside it. */
import { Problem } from '../domain/problem.ts';
import { isBreachedPassword } from '../features/feeds/read.ts';
import type { SignInDeps } from '../features/sign-in/index.ts';
import type { Foundation } from './foundation.ts';

type Parts = Pick<Foundation, 'database' | 'config' | 'log' | 'passwordRanges'>;

export function breachedIn({ database, config, log, passwordRanges }: Parts): SignInDeps['isBreached'] {
  return async (password, use) => {
    if (await isBreachedPassword(database.db, password)) return true;
    const answer = await passwordRanges?.ask(password);
    if (answer?.status !== 'away') return answer?.status === 'leaked';
    log.warn('the service of leaked passwords does not answer', { reason: answer.reason });
    if (use === 'new' && config.sign_in.breached_passwords.when_away === 'refuse') throw notChecked();
    return false;
  };
}

function notChecked(): Problem {
  return new Problem({
    kind: 'could-not-check',
    code: 'password-not-checked',
    what: 'Whether this password leaked could not be looked up',
    why: 'The service that is asked does not answer, and this place takes no new password without it',
    next: 'Try again later; nothing was changed.',
  });
}
