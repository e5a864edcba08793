import { createHash } from 'node:crypto';
import type { Finding } from '../../domain/evidence.ts';
import { purlOf } from '../../domain/purl.ts';
import type { Scanner } from '../contract.ts';
import { buildLikenessIndex, type Likeness, type LikenessIndex } from './likeness.ts';

/** Indexes kept: the popular and the cleared names of a few ecosystems; one of 5,000 names takes some 20 MB. */
const MOST_INDEXES = 6;
/** By the digest of their names, longest unused first: a tree asks for the same two lists over and over. */
const INDEXES = new Map<string, LikenessIndex>();

function indexOf(names: readonly string[]): LikenessIndex {
  const key = createHash('sha256').update(names.join('\n'), 'utf8').digest('base64');
  const index = INDEXES.get(key) ?? buildLikenessIndex(names);
  INDEXES.delete(key);
  INDEXES.set(key, index);
  const [unused] = INDEXES.keys();
  if (INDEXES.size > MOST_INDEXES && unused !== undefined) INDEXES.delete(unused);
  return index;
}

/** Names that may be mistaken for a popular one, or for one that is cleared here. */
export const lookalikeScanner: Scanner<'package'> = {
  id: 'lookalike',
  version: 6,
  looksAt: 'package',
  ecosystems: 'every',
  emits: ['typosquat'],
  staleAfterHours: 720,
  sees: 'Names that a slip (a letter more, less, doubled, swapped, beside it on the keyboard or alike to the eye), other capitals, another separator, another order of words, or a bait word or digit (`python-`, `-py`, `-js`, `js`, `3`, or a digit that is lost; `py`, `node-`, `-lib` beside the 500 most popular; beside those also with a slip in the name) turns into a popular or cleared one. Each alarm names what was changed and how popular the target is.',
  cannotSee:
    'Whether the likeness is meant; names two slips away, translated or invented; likeness to names on no list; slips in targets of fewer than four letters, in four-letter ones outside the 500 and five-letter ones outside the 1,500 most popular (there only doubled and swapped letters and an `s`), and in words of fewer than five letters other than doubled and swapped ones (`-ecs` and `-ec2` differ on purpose); a digit or `python-` in targets outside the 700, a digit that is lost outside the 250, a separator put in outside the 1,000, and one letter more or another one outside the 1,500 most popular; names longer than 80 characters; names in a scope of which another name is popular (its owner alone publishes there); `babel-x` beside `@babel/x`, and other orders of words, where five popular names begin so; and extensions by ordinary words (`x-plugin`), which it lets be.',
  async scan(subject, context) {
    const { name, ecosystem } = subject.package;
    const popular = await context.popularNames();
    const index = popular.status === 'ready' ? indexOf(popular.data) : undefined;
    const cleared = indexOf(await context.clearedNames());
    const isKnown = index?.has(name) === true || cleared.has(name);
    const likeness = isKnown ? undefined : (index?.find(name) ?? cleared.find(name));
    if (likeness !== undefined) {
      const rank = index?.rankOf(likeness.target) ?? null;
      return { status: 'completed', findings: [findingOf(purlOf({ ecosystem, name }), { name, likeness, rank })] };
    }
    if (popular.status === 'not-configured')
      return { status: 'failed', reason: 'no popularity list imported', retryable: false };
    if (popular.status === 'stale') {
      const reason = `the popularity list is stale (imported ${popular.importedAt})`;
      return { status: 'failed', reason, retryable: true };
    }
    return { status: 'completed', findings: [] };
  },
};

const HOW: Readonly<Record<Likeness['method'], string>> = {
  case: 'the same but for capitals',
  separator: 'the same but for the separators',
  homoglyph: 'letters that look the same',
  'word-order': 'the same words in another order',
  affix: 'the same name with a bait word or digit',
  distance: 'one slip away',
  'affix-and-distance': 'a bait word or digit beside it, and one slip away',
};

const SLIPS: Readonly<Record<NonNullable<Likeness['slip']>, string>> = {
  omission: 'a letter is left out',
  repetition: 'a letter is typed twice',
  insertion: 'a letter more',
  transposition: 'two letters have changed places',
  plural: 'an s at its end',
  'neighbour-key': 'a letter beside the right one on the keyboard',
  'like-letter': 'a letter that sounds or looks alike',
  replacement: 'another letter',
};

interface Alike {
  readonly name: string;
  readonly likeness: Likeness;
  /** On the popularity list, counted from 1; `null` for a target that is only cleared. */
  readonly rank: number | null;
}

function findingOf(subject: string, { name, likeness, rank }: Alike): Finding {
  const { target, method, slip } = likeness;
  const why = slip === undefined ? HOW[method] : `${HOW[method]} (${SLIPS[slip]})`;
  const known = rank === null ? 'which is cleared here' : `number ${rank} of the most popular`;
  return {
    kind: 'typosquat',
    severity: 'medium',
    subject,
    summary: `${name} may be mistaken for ${target}, ${known}: ${why}`,
    location: undefined,
    data: { target, method, popularRank: rank },
  };
}
