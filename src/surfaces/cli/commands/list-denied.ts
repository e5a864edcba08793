/** What `list deny` answers: the denial, and what it touches. */
import type { Denial } from '../../../features/lists/read.ts';
import { namedReasons } from '../../../features/snapshots/read.ts';
import { type Answer, table } from '../output.ts';

interface Touched {
  readonly stops: readonly { readonly channel: string; readonly purl: string; readonly state: string }[];
  readonly touches: readonly { readonly channel: string; readonly purl: string; readonly request: string | null }[];
  /** What could not be read; servers of before did not say it. */
  readonly unread?: readonly string[] | undefined;
}

/** Without a denial it was only rehearsed. What it touches is `undefined` where a server does not say it. */
export function deniedAnswer(
  denial: Pick<Denial, 'id' | 'name' | 'versions'> | null,
  touched: Touched | undefined,
): Answer {
  const json = { ...(denial === null ? {} : { denial }), ...touched };
  const head = denial === null ? [] : [`${denial.id} denies ${denial.name} ${denial.versions ?? '(all versions)'}`];
  const text = [...head, ...(touched === undefined ? [] : touchedText(touched))].join('\n\n');
  return { json, text, hints: hintsOf(denial === null, touched) };
}

function touchedText({ stops, touches, unread = [] }: Touched): readonly string[] {
  const lost =
    unread.length === 0 ? [] : [`It may touch more. Not to be read: ${namedReasons(unread, (what) => what)}.`];
  if (stops.length === 0 && touches.length === 0)
    return lost.length === 0 ? ['Nothing that is offered or accepted holds it.'] : lost;
  const offered = stops.map(({ channel, purl, state }) => [purl, channel, state]);
  const accepted = touches.map(({ channel, purl, request }) => [purl, channel, request ?? 'by policy']);
  return [
    stops.length === 0 ? 'Nothing of it is offered.' : table(['STOPS', 'CHANNEL', 'UNTIL NOW'], offered),
    ...(accepted.length === 0 ? [] : [table(['TOUCHES', 'CHANNEL', 'ACCEPTED BY'], accepted)]),
    ...lost,
  ];
}

function hintsOf(isDraft: boolean, touched: Touched | undefined): readonly string[] {
  const [first] = touched?.touches ?? [];
  const lost = (touched?.unread ?? []).length === 0 ? [] : ['pratique doctor --deep   what is lost, and what to do'];
  if (isDraft) return ['Nothing was denied. Without --draft it is, at once.', ...lost];
  if (first === undefined) return lost;
  return [
    ...lost,
    `pratique why ${first.purl} --channel ${first.channel}   what is offered instead, once it is published`,
  ];
}
