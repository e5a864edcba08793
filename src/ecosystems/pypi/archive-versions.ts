/**
 * Whether two texts are the same version by PEP 440, for comparing what a file says with what it is expected to be.
 * What is no version is only the same as itself.
 */
export function sameVersion(a: string, b: string): boolean {
  return canonical(a) === canonical(b);
}

/** PEP 440, appendix B, without the parts that only order needs. */
const VERSION =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/;

const PRE_RELEASES: Readonly<Record<string, string>> = { alpha: 'a', beta: 'b', c: 'rc', pre: 'rc', preview: 'rc' };

/** One text for all spellings of a version (PEP 440, "Normalization"), zeros at the end of the release dropped. */
function canonical(raw: string): string {
  const text = raw.trim().toLowerCase();
  const match = VERSION.exec(text);
  if (match === null) return text;
  const [, epoch, release = '', pre, preNumber, implicitPost, post, postNumber, dev, devNumber, local] = match;
  const numbers = release.split('.').map(plainNumber);
  while (numbers.length > 1 && numbers.at(-1) === '0') numbers.pop();
  const parts = [`${plainNumber(epoch ?? '0')}!${numbers.join('.')}`];
  if (pre !== undefined) parts.push(`${PRE_RELEASES[pre] ?? pre}${plainNumber(preNumber ?? '0')}`);
  if (implicitPost !== undefined) parts.push(`post${plainNumber(implicitPost)}`);
  if (post !== undefined) parts.push(`post${plainNumber(postNumber ?? '0')}`);
  if (dev !== undefined) parts.push(`dev${plainNumber(devNumber ?? '0')}`);
  if (local !== undefined) parts.push(`+${local.split(/[-_.]/).map(localPart).join('.')}`);
  return parts.join(' ');
}

function plainNumber(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '') || '0';
}

function localPart(part: string): string {
  return /^\d+$/.test(part) ? plainNumber(part) : part;
}
