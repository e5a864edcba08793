/** A request as people call it: ecosystem, name, extras and version. */
import type { Request } from '../../../features/requests/read.ts';

export function nameOf({ ecosystem, name, extras, version }: Request): string {
  const extra = extras.length === 0 ? '' : `[${extras.join(',')}]`;
  return `${ecosystem} ${name}${extra}${version === null ? '' : ` ${version}`}`;
}
