/** What a program of ours loads, as the program itself tells when it ends. */

/** Prints the address of each module when the program ends. */
const TELL = `
import { registerHooks } from 'node:module';
const seen = [];
registerHooks({ load: (url, context, next) => (seen.push(url), next(url, context)) });
process.on('exit', () => process.stderr.write(JSON.stringify(seen)));
`;

/** Arguments of Node that run `entry`, which then tells what was loaded on standard error. */
export function tellingWhatLoads(entry: string): readonly string[] {
  return ['--no-warnings', '--import', `data:text/javascript,${encodeURIComponent(TELL)}`, entry];
}

/** What it told: sorted paths below `src`, and names of packages. */
export function placesTold(told: string): readonly string[] {
  const urls: unknown = JSON.parse(told);
  const paths = (Array.isArray(urls) ? urls : []).filter((url) => String(url).startsWith('file:')).map(String);
  return [...new Set(paths.map(placeOf))].toSorted();
}

function placeOf(url: string): string {
  const named = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  return named ?? url.slice(url.lastIndexOf('/src/') + 1);
}
