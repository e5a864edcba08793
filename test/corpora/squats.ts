/** Names as attackers make them, by documented patterns and with fixed seeds, and ordinary names that only look it. */
import { pypiNames } from '../../src/ecosystems/pypi/names.ts';

/** A whole number below `bound`, the same for the same text: no two runs differ. */
function pick(text: string, bound: number): number {
  let hash = 2_166_136_261;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  return hash % bound;
}

/** Places of letters that an edit may touch: not digits, and not separators. */
function letterAt(name: string, seed: string): number {
  const places = [...name].flatMap((character, at) => (/[a-z]/.test(character) ? [at] : []));
  return places[pick(`${name}${seed}`, Math.max(1, places.length))] ?? 0;
}

const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
function neighbourOf(letter: string): string {
  const row = ROWS.find((one) => one.includes(letter)) ?? '';
  const at = row.indexOf(letter);
  return row[at + 1] ?? row[at - 1] ?? letter;
}

const replaceAt = (name: string, at: number, text: string, count = 1) =>
  name.slice(0, at) + text + name.slice(at + count);

/** One class of attack: a squat of the name, or `undefined` where the pattern does not fit it. */
type Attack = (name: string) => string | undefined;

const twoWords = (name: string) => (name.includes('-') ? name.split('-') : undefined);

export const ATTACKS: Readonly<Record<string, Attack>> = {
  omission: (name) => replaceAt(name, letterAt(name, 'o'), ''),
  repetition: (name) => {
    const at = letterAt(name, 'r');
    return replaceAt(name, at, `${name[at] ?? ''}${name[at] ?? ''}`);
  },
  'neighbour key': (name) => {
    const at = letterAt(name, 'k');
    return replaceAt(name, at, neighbourOf(name[at] ?? ''));
  },
  transposition: (name) => {
    const at = [...name].findIndex(
      (_, place) => /^[a-z]{2}$/.test(name.slice(place + 1, place + 3)) && name[place + 1] !== name[place + 2],
    );
    return at === -1 ? undefined : replaceAt(name, at + 1, `${name[at + 2] ?? ''}${name[at + 1] ?? ''}`, 2);
  },
  homoglyph: (name) => {
    const glyphs: readonly (readonly [string, string])[] = [
      ['o', '0'],
      ['l', '1'],
      ['m', 'rn'],
      ['i', 'l'],
      ['w', 'vv'],
    ];
    const fitting = glyphs.find(([letter]) => name.slice(1).includes(letter));
    return fitting === undefined ? undefined : name[0] + name.slice(1).replace(fitting[0], fitting[1]);
  },
  'separator removed': (name) => (name.includes('-') ? name.replace('-', '') : undefined),
  'separator added': (name) =>
    name.length < 6 || name.includes('-') ? undefined : replaceAt(name, Math.floor(name.length / 2), '-', 0),
  'word order': (name) => twoWords(name)?.toReversed().join('-'),
  'prefix python-': (name) => `python-${name}`,
  'prefix py-': (name) => `py-${name}`,
  'suffix -py': (name) => `${name}-py`,
  'suffix -python': (name) => `${name}-python`,
  'suffix digit': (name) => (/\d$/.test(name) ? undefined : `${name}3`),
  'suffix -2': (name) => `${name}-2`,
  plural: (name) => (name.endsWith('s') ? name.slice(0, -1) : `${name}s`),
};

/** Squats of the names by one attack, in normal form; those that are themselves on the list are ordinary names. */
export function squatsOf(attack: Attack, names: readonly string[], list: ReadonlySet<string>): readonly string[] {
  return names.flatMap((name) => {
    const squat = attack(name);
    const normal = squat === undefined ? undefined : pypiNames.normalise(squat);
    return normal === undefined || normal === name || list.has(normal) ? [] : [normal];
  });
}

/** Squats of popular packages that were reported in public, beside their targets. */
export const REPORTED: readonly (readonly [squat: string, target: string])[] = [
  ['jeIlyfish', 'jellyfish'],
  ['python3-dateutil', 'python-dateutil'],
  ['colourama', 'colorama'],
  ['djanga', 'django'],
  ['dajngo', 'django'],
  ['diango', 'django'],
  ['djago', 'django'],
  ['urlib3', 'urllib3'],
  ['urllib', 'urllib3'],
  ['setup-tools', 'setuptools'],
  ['mateplotlib', 'matplotlib'],
  ['virtualnv', 'virtualenv'],
  ['nmap-python', 'python-nmap'],
  ['openvc', 'opencv'],
  ['python-mysqldb', 'mysqldb'],
  ['python-openssl', 'pyopenssl'],
  ['pythonkafka', 'kafka-python'],
  ['pymafka', 'pykafka'],
  ['beautifulsup4', 'beautifulsoup4'],
  ['requessts', 'requests'],
  ['requests-darwin-lite', 'requests'],
  ['dequests', 'requests'],
  ['fequests', 'requests'],
  ['gequests', 'requests'],
  ['rdquests', 'requests'],
  ['reauests', 'requests'],
  ['reduests', 'requests'],
  ['reeuests', 'requests'],
  ['reqhests', 'requests'],
  ['reqkests', 'requests'],
  ['requesfs', 'requests'],
  ['requesta', 'requests'],
  ['requeste', 'requests'],
  ['requestw', 'requests'],
  ['requfsts', 'requests'],
  ['resuests', 'requests'],
  ['rewuests', 'requests'],
  ['rfquests', 'requests'],
  ['rrquests', 'requests'],
  ['rwquests', 'requests'],
  ['tequests', 'requests'],
];

/** Words that stand behind or before popular names in ordinary packages: extensions, clients and types for them. */
const SUFFIXES = [
  'plugin',
  'client',
  'api',
  'stubs',
  'utils',
  'extensions',
  'cli',
  'tools',
  'sdk',
  'mock',
  'server',
  'core',
];
const PREFIXES = ['flask', 'django', 'pytest', 'types', 'sphinx', 'mkdocs', 'airflow', 'jupyter'];

/** Ordinary names made of popular ones. */
export function extensionsOf(names: readonly string[], list: ReadonlySet<string>): readonly string[] {
  const made = names.flatMap((name) => [
    ...SUFFIXES.map((suffix) => `${name}-${suffix}`),
    ...PREFIXES.map((prefix) => `${prefix}-${name}`),
  ]);
  return made.filter((name) => !list.has(name));
}

/** Slips and baits as people would make them, beside their targets, written before any rule was looked at. */
export const PYPI_SLIPS: readonly (readonly [squat: string, target: string])[] = [
  ['reqests', 'requests'],
  ['requets', 'requests'],
  ['request', 'requests'],
  ['requestss', 'requests'],
  ['python-requests', 'requests'],
  ['requests3', 'requests'],
  ['requests-py', 'requests'],
  ['numpi', 'numpy'],
  ['nunpy', 'numpy'],
  ['numppy', 'numpy'],
  ['pandsa', 'pandas'],
  ['panda', 'pandas'],
  ['pandass', 'pandas'],
  ['pnadas', 'pandas'],
  ['beautifulsoup', 'beautifulsoup4'],
  ['beautifulsoop4', 'beautifulsoup4'],
  ['beautiful-soup4', 'beautifulsoup4'],
  ['beatifulsoup4', 'beautifulsoup4'],
  ['crpytography', 'cryptography'],
  ['cryptograpy', 'cryptography'],
  ['cryptographyy', 'cryptography'],
  ['tensorfow', 'tensorflow'],
  ['tensor-flow', 'tensorflow'],
  ['tensorflw', 'tensorflow'],
  ['tensoflow', 'tensorflow'],
  ['scikit-leran', 'scikit-learn'],
  ['scikitlearn', 'scikit-learn'],
  ['learn-scikit', 'scikit-learn'],
  ['colorsama', 'colorama'],
  ['colormaa', 'colorama'],
  ['coloramma', 'colorama'],
  ['matplotib', 'matplotlib'],
  ['matpotlib', 'matplotlib'],
  ['maplotlib', 'matplotlib'],
  ['selemium', 'selenium'],
  ['selenuim', 'selenium'],
  ['sellenium', 'selenium'],
  ['djangoo', 'django'],
  ['dijango', 'django'],
  ['flsak', 'flask'],
  ['flaskk', 'flask'],
  ['boto33', 'boto3'],
  ['bot03', 'boto3'],
  ['botocroe', 'botocore'],
  ['pyyalm', 'pyyaml'],
  ['pyaml-python', 'pyyaml'],
  ['py-yaml', 'pyyaml'],
  ['dateutil-python', 'python-dateutil'],
  ['python-dateutils', 'python-dateutil'],
  ['pythn-dateutil', 'python-dateutil'],
  ['setuptool', 'setuptools'],
  ['setupt00ls', 'setuptools'],
  ['virtual-env', 'virtualenv'],
  ['vitrualenv', 'virtualenv'],
  ['sqlalchmy', 'sqlalchemy'],
  ['sql-alchemy', 'sqlalchemy'],
  ['pytorch', 'torch'],
  ['torchvison', 'torchvision'],
  ['pillowpy', 'pillow'],
  ['pil1ow', 'pillow'],
  ['opencv-pyhton', 'opencv-python'],
  ['opencvpython', 'opencv-python'],
  ['fastapii', 'fastapi'],
  ['fast-api', 'fastapi'],
  ['pydantlc', 'pydantic'],
  ['aiohtpp', 'aiohttp'],
  ['aio-http', 'aiohttp'],
  ['httpxs', 'httpx'],
  ['jinja-2', 'jinja2'],
  ['jinjja2', 'jinja2'],
  ['markup-safe', 'markupsafe'],
  ['cofigparser', 'configparser'],
  ['psycopg2-binnary', 'psycopg2-binary'],
  ['pyscopg2', 'psycopg2'],
  ['websockt-client', 'websocket-client'],
  ['tqmd', 'tqdm'],
  ['loguruu', 'loguru'],
  ['discordpy', 'discord-py'],
  ['rich3', 'rich'],
  ['celeryy', 'celery'],
  ['pytset', 'pytest'],
  ['pytest-covv', 'pytest-cov'],
  ['openai-python', 'openai'],
  ['transfomers', 'transformers'],
  ['langchian', 'langchain'],
  ['hugginface-hub', 'huggingface-hub'],
  ['scipyy', 'scipy'],
  ['pip-python', 'pip'],
];

/** The same of npm. */
export const NPM_SLIPS: readonly (readonly [squat: string, target: string])[] = [
  ['lodahs', 'lodash'],
  ['lodashs', 'lodash'],
  ['loadash', 'lodash'],
  ['1odash', 'lodash'],
  ['expres', 'express'],
  ['expresss', 'express'],
  ['exprss', 'express'],
  ['crossenv', 'cross-env'],
  ['cross-env.js', 'cross-env'],
  ['d3.js', 'd3'],
  ['mongose', 'mongoose'],
  ['mongooose', 'mongoose'],
  ['axois', 'axios'],
  ['axio', 'axios'],
  ['axioss', 'axios'],
  ['chalkk', 'chalk'],
  ['chlak', 'chalk'],
  ['comander', 'commander'],
  ['commanderjs', 'commander'],
  ['commander-js', 'commander'],
  ['node-lodash', 'lodash'],
  ['typescriptjs', 'typescript'],
  ['typscript', 'typescript'],
  ['webpackk', 'webpack'],
  ['wepback', 'webpack'],
  ['socketio', 'socket.io'],
  ['socket-io', 'socket.io'],
  ['ua-parser', 'ua-parser-js'],
  ['ua-parserjs', 'ua-parser-js'],
  ['types-node', '@types/node'],
  ['react-dom-js', 'react-dom'],
  ['raect-dom', 'react-dom'],
  ['rimarf', 'rimraf'],
  ['minimst', 'minimist'],
  ['yarqs', 'yargs'],
  ['unidci', 'undici'],
  ['dotevn', 'dotenv'],
  ['dotenvv', 'dotenv'],
  ['jsonwebtokn', 'jsonwebtoken'],
  ['body-parsr', 'body-parser'],
  ['bodyparser', 'body-parser'],
  ['semverr', 'semver'],
  ['inquierer', 'inquirer'],
  ['eslnit', 'eslint'],
];
