/** Index documents in every form upstream has them: JSON, HTML, find-links pages, plain folders. */
import { z } from 'zod';
import { FOLDER_LISTING_TYPE } from '../../domain/upstream.ts';
import { isFilename, type ListedFile, linkFrom, MOST_FILES, type ParsedPage } from './index-page.ts';
import { parseHtmlPage } from './simple-index-html.ts';
import { parseJsonPage } from './simple-index-json.ts';

/** What is asked of an index, best first (PEP 691; the weights are pip's). */
export const INDEX_ACCEPT =
  'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01';

/** What is asked of a find-links address. */
export const FIND_LINKS_ACCEPT = `${FOLDER_LISTING_TYPE}, ${INDEX_ACCEPT}`;

const Folder = z.object({
  files: z.array(z.object({ filename: z.string(), size: z.number().int().nonnegative() })).max(MOST_FILES),
});

/**
 * Reads a document by its content type; `url` is where it was found, `isName` says whether a text names the project.
 * Unreadable rather than empty where the type or the form is not what an index has.
 */
export function parseIndexPage(
  document: { readonly body: Uint8Array; readonly contentType: string; readonly url: string },
  isName: (name: string) => boolean,
): ParsedPage {
  const type = document.contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  const text = new TextDecoder().decode(document.body);
  switch (type) {
    case 'application/vnd.pypi.simple.v1+json':
    case 'application/json':
      return parseJsonPage(text, document.url, isName);
    case 'application/vnd.pypi.simple.v1+html':
    case 'text/html':
      return parseHtmlPage(text, document.url);
    case FOLDER_LISTING_TYPE:
      return parseFolder(text, document.url);
    default:
      return {
        status: 'unreadable',
        reason: `it answers with ${type.slice(0, 80) || 'no content type'}, not with an index`,
      };
  }
}

function parseFolder(text: string, base: string): ParsedPage {
  const listing = Folder.safeParse(JSON.parse(text));
  if (!listing.success) return { status: 'unreadable', reason: 'its listing cannot be read' };
  const files = listing.data.files.flatMap(({ filename, size }): ListedFile[] => {
    const url = isFilename(filename) ? linkFrom(encodeURIComponent(filename), base) : undefined;
    if (url === undefined) return [];
    return [
      {
        filename,
        url: url.href,
        sha256: undefined,
        size,
        uploadedAt: undefined,
        requiresRuntime: undefined,
        yanked: false,
        metadata: undefined,
        provenanceUrl: undefined,
      },
    ];
  });
  return { status: 'read', page: { files, status: undefined, warnings: [] } };
}
