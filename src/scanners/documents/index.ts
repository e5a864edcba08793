import { type ContentFile, excerpt } from '../../domain/content.ts';
import { counted } from '../../domain/counted.ts';
import type { Finding } from '../../domain/evidence.ts';
import { purlOf } from '../../domain/purl.ts';
import type { ContentScanner } from '../contract.ts';
import { documentsDeclaration } from './declaration.ts';
import { isCode, NotesToDo } from './notes-to-do.ts';
import { type Said, saidIn } from './said-in.ts';

/** Places that a finding names; the count goes on. */
const MOST_PLACES = 5;
/** Folders with code of others, or with data of tests, whose documents are not about this package. */
const OF_OTHERS =
  /(?:^|\/)(?:node_modules|_?vendor(?:ed)?|third[-_]party|extern(?:al)?s?|tests?\/(?:[^/]+\/)*(?:data|fixtures?|samples?))\//i;
/** No HTML: beside code, that is a page of an application as often. */
const DOCUMENT = '(?:\\.(?:md|rst|txt|adoc|rmd|rd))?$';
const named = (words: string) => new RegExp(`(?:^|/)(?:${words})${DOCUMENT}`, 'i');

/** What is said by a file's being there. */
const BY_NAME: readonly (readonly [Said, RegExp])[] = [
  ['reporting', named('security(?:[-_. ]policy)?|vulnerability[-_]disclosure')],
  [
    'changelog',
    named('change[-_]?logs?|changes(?:[-_]v?\\d[\\w.]*)?|history|news|releases|release[-_]?notes|whats[-_]?new'),
  ],
  ['changelog', /(?:^|\/)(?:changelog\.d|newsfragments)\/[^/]+\.(?:md|rst|txt)$/i],
  ['contributing', named('contributing|hacking|development|developing')],
  ['documentation', named('readme(?:[-_.](?!(?:json|ya?ml|toml|html?|svg|png)$)[a-z_-]{2,8})?')],
  ['documentation', /(?:^|\/)(?:docs?|man|vignettes)\/.*\.(?:md|rst|rmd|rd|rnw|html?|ipynb)$/i],
  [
    'automation',
    /(?:^|\/)(?:\.github\/workflows\/[^/]+\.ya?ml|\.gitlab-ci\.ya?ml|\.travis\.ya?ml|azure-pipelines\.ya?ml|\.?appveyor\.ya?ml|\.cirrus\.ya?ml|\.circleci\/config\.ya?ml|\.woodpecker\.ya?ml|\.drone\.ya?ml|bitbucket-pipelines\.ya?ml|tox\.ini|noxfile\.py|jenkinsfile)$/i,
  ],
];

/** Texts that people read: of these alone the sentences count. */
const IS_READ =
  /(?:^|\/)(?:readme[^/]*|security[^/]*\.(?:md|rst|txt)|contributing[^/]*|[^/]+\.(?:dist|egg)-info\/metadata|pkg-info|(?:docs?|vignettes)\/.*\.(?:md|rst|txt|rmd))$/i;

/** Metadata of a wheel or sdist; the description follows the first empty line. */
const IS_METADATA = /(?:[^/]+\.(?:dist|egg)-info\/metadata|pkg-info)$/i;

const WORDS: Readonly<Record<Said, string>> = {
  reporting: 'It says how to report a flaw',
  changelog: 'It lists what changed between versions',
  contributing: 'It has notes for contributors',
  documentation: 'It has documentation',
  guidance: 'It has words on secure use',
  assurance: 'It says what it defends against',
  compatibility: 'It says what it promises about compatibility',
  automation: 'It has configuration of automatic tests',
};

class Documents {
  private readonly places = new Map<Said, Set<string>>();
  private readonly notes = new NotesToDo();

  see(file: ContentFile): void {
    const { path, text } = file;
    if (OF_OTHERS.test(path)) return;
    for (const [said, pattern] of BY_NAME)
      if (pattern.test(path) && (said === 'automation' || !isCode(path))) this.add(said, path);
    if (text === undefined) return;
    if (isCode(path)) this.notes.see(file);
    if (IS_METADATA.test(path) && /\r?\n\r?\n\s*\S/.test(text)) this.add('documentation', path);
    if (!isCode(path) && IS_READ.test(path))
      for (const { said, line } of saidIn(text)) this.add(said, `${path}:${line}`);
  }

  private add(said: Said, place: string): void {
    const places = this.places.get(said) ?? new Set();
    this.places.set(said, places.add(place));
  }

  findings(subject: string): readonly Finding[] {
    const found = [...this.places]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([said, places]) => {
        // A file of that name says more than a sentence in another, and both than one that lies deeper.
        const all = [...places].toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
        const [first = ''] = all;
        const more = all.length > 1 ? `, and in ${counted(all.length - 1, 'other place')}` : '';
        return finding(subject, {
          summary: `${WORDS[said]}: ${excerpt(first)}${more}`,
          location: first,
          data: { code: said, places: all.slice(0, MOST_PLACES), count: all.length },
        });
      });
    const notes = this.notes.told();
    return notes === undefined ? found : [...found, finding(subject, notes)];
  }
}

function rank(place: string): number {
  return (/:\d+$/.test(place) ? 100 : 0) + place.split('/').length;
}

function finding(subject: string, of: Pick<Finding, 'summary' | 'location' | 'data'>): Finding {
  return { kind: 'maintenance', severity: 'info', subject, ...of };
}

export const documentsScanner: ContentScanner = {
  ...documentsDeclaration,
  inspect({ ecosystem, name, version }) {
    const documents = new Documents();
    return {
      file: (file) => documents.see(file),
      done: () => ({ status: 'completed', findings: documents.findings(purlOf({ ecosystem, name, version })) }),
    };
  },
};
