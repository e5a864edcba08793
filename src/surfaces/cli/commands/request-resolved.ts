/** How far a request is, in words: what was found for it, which newer one was not taken, and where its vetting stands. */
import { wordsOfPassedOver } from '../../../domain/passed-over.ts';
import type { NotedProgress, ResolvedRelease } from '../../../features/vetting/read.ts';
import { fields } from '../output.ts';

/** `version  14.0.0; the newer 15.0.0 is cooling down until 2026-12-01`; nothing before there is evidence. */
export function resolvedText(resolved: ResolvedRelease | null): string {
  if (resolved === null) return '';
  const { version, passedOver: newer } = resolved;
  return `\n${fields([['version', newer === null ? version : `${version}; the newer ${wordsOfPassedOver(newer)}`]])}`;
}

/** `vetting  scan, 340 of 1213`; nothing where none runs. */
export function progressText(
  vetting: (Pick<NotedProgress, 'done' | 'total'> & { readonly step: string }) | null,
): string {
  return vetting === null ? '' : `\n${fields([['vetting', `${vetting.step}, ${vetting.done} of ${vetting.total}`]])}`;
}
