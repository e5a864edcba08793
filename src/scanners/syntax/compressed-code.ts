/** Code that is in a distribution and that no reader of source can read: finding nothing in it says nothing. */
import type { ContentFile } from '../../domain/content.ts';
import type { ContentInspection } from '../contract.ts';

/** Objects of a built R package, compressed one by one (`tools:::makeLazyLoadDB`; "R Internals", 1.6). */
const R_OBJECTS = /^[^/]+\/R\/[^/]+[.]rdb$/;

/** Whether a file is such code, by its place. */
export function isCompressedCode(path: string): boolean {
  return R_OBJECTS.test(path);
}

/** The inspection of a scanner that reads code: where some of it cannot be read, it could not look. */
export function sayingWhatIsUnread(inspection: ContentInspection): ContentInspection {
  let unread: string | undefined;
  return {
    file(file: ContentFile) {
      if (isCompressedCode(file.path)) unread ??= file.path;
      return inspection.file(file);
    },
    done: () =>
      unread === undefined
        ? inspection.done()
        : {
            status: 'failed',
            reason: `${unread} holds the code of a built package, which is not read`,
            retryable: false,
          },
  };
}
