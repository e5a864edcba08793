/**
 * The program that tries a release, run by the machine's Node inside a cage. It serves the candidate files as a registry on
 * the cage's own loopback, has npm install the release from it without scripts, and loads it. It prints one line of JSON for
 * each step that ended, and all of them once more at the end: whatever a loaded package prints, the last word is this
 * program's. A package that wants to look well need only load well.
 */
export const TRIAL_DRIVER = String.raw`
const { spawn } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const { join } = require('node:path');
const { gunzipSync } = require('node:zlib');
const plan = JSON.parse(process.argv[1]);
const PROJECT = '/tmp/project';
const said = [];

function say(step, what) {
  said.push({ step, ...what });
  fs.writeSync(1, JSON.stringify({ step, ...what }) + '\n');
}

function endTheRest() {
  try { process.kill(-1, 'SIGKILL'); } catch {}
}

/** Exit code (null at the time limit) and the last of what was printed. */
function run(args, seconds) {
  return new Promise((resolve) => {
    const output = fs.openSync('/tmp/.said', 'w+');
    const env = { PATH: process.env.PATH, HOME: '/tmp', NO_COLOR: '1', NO_UPDATE_NOTIFIER: '1' };
    const child = spawn(process.execPath, args, { cwd: PROJECT, env, stdio: ['ignore', output, output], detached: true });
    let late = false;
    const timer = setTimeout(() => { late = true; endTheRest(); }, seconds * 1000);
    child.once('exit', (code) => {
      clearTimeout(timer);
      endTheRest();
      const text = fs.readFileSync('/tmp/.said', 'utf8').slice(-65536);
      fs.closeSync(output);
      resolve({ code: late ? null : (code ?? 1), text });
    });
  });
}

function linesOf(text) {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
}

/** The line that says what is wrong. */
function faultIn(text) {
  const lines = linesOf(text);
  const first = lines.find((line) => /^(?:\[?\w*Error\b|npm error (?!code|A complete log))/.test(line));
  return (first ?? lines.at(-1) ?? '').slice(0, 500);
}

/** package.json of a tarball: one folder, whatever its name (it was read strictly before). */
function manifestIn(bytes) {
  const tar = gunzipSync(bytes);
  const textAt = (from, length) => tar.toString('utf8', from, from + length).replace(/\0.*$/s, '');
  let path;
  for (let at = 0; at + 512 <= tar.length;) {
    const size = parseInt(textAt(at + 124, 12).trim() || '0', 8);
    const type = String.fromCharCode(tar[at + 156]);
    const body = at + 512;
    if (type === 'x') {
      path = /\d+ path=([^\n]*)\n/.exec(tar.toString('utf8', body, body + size))?.[1];
    } else if (type !== 'g') {
      const prefix = textAt(at + 345, 155);
      const name = path ?? (prefix === '' ? '' : prefix + '/') + textAt(at, 100);
      if (/^(?:\.\/)?[^/]+\/package\.json$/.test(name))
        return JSON.parse(tar.toString('utf8', body, body + size).replace(/^\ufeff/, ''));
      path = undefined;
    }
    at = body + Math.ceil(size / 512) * 512;
  }
  throw new Error('a candidate has no package.json');
}

/** The candidates as packuments. A tag that one of them asks for leads to the newest candidate of that name. */
function packuments(files, base) {
  const found = new Map();
  const tags = new Map();
  files.forEach((file, number) => {
    const bytes = fs.readFileSync(file);
    const manifest = manifestIn(bytes);
    const integrity = 'sha512-' + createHash('sha512').update(bytes).digest('base64');
    const one = found.get(manifest.name) ?? { name: manifest.name, versions: {} };
    found.set(manifest.name, one);
    one.versions[manifest.version] = { ...manifest, dist: { tarball: base + '-/' + number, integrity } };
    for (const field of ['dependencies', 'optionalDependencies', 'peerDependencies'])
      for (const [key, spec] of Object.entries(manifest[field] ?? {})) {
        const [, alias, range = spec] = /^npm:(@?[^@]+)(?:@(.*))?$/.exec(String(spec)) ?? [];
        if (/^[a-z][\w.-]*$/i.test(range) && !/^v?\d|^x$/i.test(range))
          tags.set(alias ?? key, [...(tags.get(alias ?? key) ?? []), range]);
      }
  });
  for (const one of found.values()) {
    const newest = Object.keys(one.versions).sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
    const wanted = ['latest', ...(tags.get(one.name) ?? [])];
    one['dist-tags'] = Object.fromEntries(wanted.map((tag) => [tag, newest]));
  }
  return found;
}

async function serve(files) {
  let known = new Map();
  const server = http.createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '/').slice(1).split('?')[0]);
    const number = /^-\/(\d+)$/.exec(path)?.[1];
    if (number !== undefined && files[number] !== undefined) return fs.createReadStream(files[number]).pipe(response);
    const one = known.get(path);
    response.writeHead(one === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(one ?? { error: 'not among the candidates' }));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const base = 'http://127.0.0.1:' + server.address().port + '/';
  known = packuments(files, base);
  return base;
}

function installed() {
  const { packages } = JSON.parse(fs.readFileSync(join(PROJECT, 'node_modules/.package-lock.json'), 'utf8'));
  const releases = Object.entries(packages).filter(([, one]) => !one.inBundle && !one.link).map(([place, one]) => ({
    name: one.name ?? place.slice(place.lastIndexOf('node_modules/') + 13), version: String(one.version),
  }));
  return [...new Map(releases.map((one) => [one.name + '@' + one.version, one])).values()];
}

async function install() {
  const files = fs.readdirSync('/candidates').map((name) => join('/candidates', name));
  const base = await serve(files);
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-progress', '--no-update-notifier', '--fetch-retries=0'];
  const own = ['--cache=/tmp/cache', '--userconfig=/tmp/.npmrc', '--globalconfig=/tmp/.npmrc-all', '--logs-max=0'];
  const { code, text } = await run(
    [plan.npm, 'install', ...quiet, ...own, '--registry=' + base, plan.requirement], plan.seconds.install);
  if (code === null) return say('install', { status: 'ended-at-limit', limit: 'time', last: faultIn(text) });
  if (code !== 0) return say('install', { status: 'refused', last: faultIn(text) });
  const warnings = linesOf(text).filter((line) => /^npm warn/i.test(line)).map((line) => line.slice(0, 300)).slice(0, 5);
  say('install', { status: 'installed', releases: installed(), warnings });
  return true;
}

/** Whether a program can load the package by its name: not where it has commands or types alone. */
function hasEntry() {
  const folder = join(PROJECT, 'node_modules', plan.name);
  const { exports, main } = JSON.parse(fs.readFileSync(join(folder, 'package.json'), 'utf8').replace(/^\ufeff/, ''));
  if (exports !== undefined && exports !== null) {
    const keys = typeof exports === 'object' && !Array.isArray(exports) ? Object.keys(exports) : ['.'];
    return !keys.every((key) => key.startsWith('.')) || keys.includes('.');
  }
  if (typeof main === 'string' && main !== '') return true;
  return ['index.js', 'index.json', 'index.node'].some((file) => fs.existsSync(join(folder, file)));
}

async function load() {
  if (!hasEntry())
    return say('imports', { status: 'imported', modules: [], warnings: ['it has nothing that is loaded by its name'] });
  const program = 'await import(' + JSON.stringify(plan.name) + '); process.exit(0)';
  const { code, text } = await run(['--input-type=module', '-e', program], plan.seconds.imports);
  if (code === null) return say('imports', { status: 'ended-at-limit', limit: 'time', last: plan.name });
  const error = code === 0 ? null : faultIn(text) || 'it ends with ' + code;
  say('imports', { status: 'imported', modules: [{ name: plan.name, error }], warnings: [] });
}

async function main() {
  fs.mkdirSync(PROJECT, { recursive: true });
  fs.writeFileSync(join(PROJECT, 'package.json'), '{"name":"trial","version":"1.0.0","private":true}');
  if (await install()) {
    await load();
    say('tests', { status: 'none', reason: 'npm packages are published without their tests, and none are run' });
  }
  for (const { step, ...what } of said.splice(0)) say(step, what);
  process.exit(0);
}
main();
`;
