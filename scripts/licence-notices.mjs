// The notices of packages whose code is part of what `npm run build` makes, as their licences ask.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const LICENCE_FILE = /^(?:licen[cs]e|copying|notice)(?:\.(?:md|txt))?$/i;

/** One text for the packages that hold these modules (absolute paths). Throws where one says nothing of its licence. */
export function noticesOf(modules) {
  const folders = new Set(modules.map(folderOf).filter((folder) => folder !== undefined));
  const about = [...folders].map((folder) => ({
    folder,
    ...JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
  }));
  const notices = about
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((one) => `${one.name} ${one.version} (${one.license})\n\n${textsOf(one).join('\n\n')}\n`);
  return `Parts of these packages are in this program.\n\n${notices.join(`\n${'-'.repeat(72)}\n\n`)}`;
}

function textsOf({ folder, name, license, author }) {
  const files = readdirSync(folder).filter((file) => LICENCE_FILE.test(file));
  if (files.length > 0) return files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  // Without a file of its own: the text of the licence that it names, and who holds the rights as far as it says so.
  if (license === undefined) throw new Error(`${name} does not say under which licence it is`);
  const holder = (typeof author === 'string' ? author : author?.name) ?? `the authors of ${name}`;
  const { licenseText } = require(`spdx-license-list/licenses/${license}.json`);
  return [licenseText.replace('<year> <copyright holders>', holder).trim()];
}

/** The folder of the package that a module is of; undefined for our own. */
function folderOf(module) {
  if (!module.includes('/node_modules/')) return undefined;
  let folder = dirname(module);
  while (!(existsSync(join(folder, 'package.json')) && nameIn(folder) !== undefined)) folder = dirname(folder);
  return folder;
}

/** Folders within a package have files of this name too, which name nothing. */
function nameIn(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;
}
