import type { Language } from './language.ts';
import { NameAnswers, type Named } from './name-answers.ts';

/** What code can do beyond computing, in the order in which people are told. */
export const POWERS = [
  'network',
  'processes',
  'file-writing',
  'native-code',
  'code-generation',
  'environment',
  'credentials',
  'clipboard',
  'threads',
  'signals',
] as const;
export type Power = (typeof POWERS)[number];

/** Dotted names whose use, or the use of anything below, is that power. A name with a leading `.` is any call of that member. */
type Names = Readonly<Partial<Record<Power, string>>>;

const PYTHON: Names = {
  network:
    'socket socketserver ssl http.client http.server httplib urllib.request urllib2 urllib.urlopen urllib.urlretrieve urllib3 requests httpx aiohttp ftplib smtplib smtpd telnetlib poplib imaplib nntplib xmlrpc websockets websocket paramiko pycurl asyncio.open_connection asyncio.start_server boto3 botocore.session grpc zmq dns.resolver',
  processes:
    'subprocess os.system os.popen os.fork os.forkpty os.execl os.execle os.execlp os.execv os.execve os.execvp os.execvpe os.spawnl os.spawnv os.spawnve os.spawnvp os.posix_spawn os.startfile os.kill pty multiprocessing commands popen2 pexpect asyncio.create_subprocess_exec asyncio.create_subprocess_shell',
  'file-writing':
    'shutil.copy shutil.copy2 shutil.copyfile shutil.copytree shutil.move shutil.rmtree os.remove os.unlink os.rename os.replace os.mkdir os.makedirs os.rmdir os.removedirs os.symlink os.link os.chmod os.truncate tempfile .write_text .write_bytes',
  'native-code': 'ctypes cffi _cffi_backend numpy.ctypeslib llvmlite',
  'code-generation':
    'eval exec execfile types.FunctionType types.CodeType marshal.loads builtins.exec builtins.eval __builtins__.exec __builtins__.eval runpy code.interact',
  environment: 'os.environ os.environb os.getenv os.putenv os.unsetenv',
  credentials: 'keyring getpass netrc win32crypt secretstorage',
  clipboard:
    'pyperclip win32clipboard pandas.io.clipboard clipboard pandas.read_clipboard PyQt5.QtWidgets.QApplication.clipboard PyQt6.QtWidgets.QApplication.clipboard PySide2.QtWidgets.QApplication.clipboard PySide6.QtWidgets.QApplication.clipboard .clipboard_get .clipboard_append .to_clipboard',
  threads: 'threading concurrent.futures _thread thread',
  signals: 'signal faulthandler',
};

const JAVASCRIPT_VERBS = 'writeFile appendFile unlink rm mkdir rename copyFile chmod'.split(' ');
const JAVASCRIPT_WRITES = [
  ...JAVASCRIPT_VERBS.flatMap((verb) => [`fs.${verb}`, `fs.${verb}Sync`, `fs.promises.${verb}`, `fs/promises.${verb}`]),
  'fs.createWriteStream',
].join(' ');

const JAVASCRIPT: Names = {
  network:
    'http https http2 net tls dgram dns undici axios got node-fetch superagent request ws fetch XMLHttpRequest WebSocket EventSource navigator.sendBeacon window.fetch globalThis.fetch self.fetch Deno.connect',
  processes: 'child_process cluster execa shelljs cross-spawn Deno.run Deno.Command Bun.spawn process.kill',
  'file-writing': `${JAVASCRIPT_WRITES} fs-extra`,
  'native-code': 'ffi-napi node-gyp-build bindings process.dlopen WebAssembly koffi',
  'code-generation': 'eval window.eval globalThis.eval global.eval self.eval Function vm',
  environment: 'process.env Deno.env',
  credentials: 'keytar navigator.credentials',
  clipboard: 'clipboardy navigator.clipboard electron.clipboard',
  threads: 'worker_threads Worker SharedWorker',
  signals: 'process.on',
};

const R: Names = {
  network:
    'download.file utils.download.file url base.url httr httr2 curl RCurl socketConnection base.socketConnection serverSocket websocket install.packages utils.install.packages source_url',
  processes:
    'system system2 shell shell.exec pipe base.system base.system2 processx callr sys parallel.makeCluster parallel.mcparallel',
  'file-writing':
    'writeLines write.csv write.table saveRDS save file.copy file.remove file.rename unlink dir.create file.create writeBin sink cat.file readr.write_csv readr.write_tsv readr.write_delim readr.write_lines readr.write_rds data.table.fwrite base.unlink base.writeLines',
  'native-code': 'dyn.load library.dynam Rcpp inline.cfunction .Call .C .Fortran .External',
  'code-generation': 'eval parse str2lang rlang.eval_tidy base.eval',
  environment: 'Sys.getenv Sys.setenv base.Sys.getenv base.Sys.setenv',
  credentials: 'keyring askpass getPass',
  clipboard: 'clipr utils.readClipboard readClipboard',
  threads: 'RcppParallel future',
  signals: 'tools.pskill pskill',
};

const TABLES: Readonly<Record<Language, ReadonlyMap<string, Power>>> = {
  python: tableOf(PYTHON),
  javascript: tableOf(JAVASCRIPT),
  r: tableOf(R),
};

function tableOf(names: Names): ReadonlyMap<string, Power> {
  return new Map(
    POWERS.flatMap((power) =>
      (names[power] ?? '')
        .split(' ')
        .filter((name) => name !== '')
        .map((name): [string, Power] => [name, power]),
    ),
  );
}

/** Names of one language with the power that each gives. */
export function powerNames(language: Language): ReadonlyMap<string, Power> {
  return TABLES[language];
}

/** Names that are given a power as they are called only: an object of that name is something else. */
const CALLED: ReadonlySet<string> = new Set([
  'eval',
  'exec',
  'Function',
  'url',
  'system',
  'pipe',
  'shell',
  'parse',
  'save',
  'unlink',
  'sink',
  'request',
  'fetch',
]);

const ANSWERS: Readonly<Record<Language, NameAnswers<Power | undefined>>> = {
  python: new NameAnswers((name) => findPower(name, 'python')),
  javascript: new NameAnswers((name) => findPower(name, 'javascript')),
  r: new NameAnswers((name) => findPower(name, 'r')),
};

/** Power of a dotted name, by the longest part of it that has one. */
export function powerOf(name: string, language: Language): Power | undefined {
  return ANSWERS[language].of(name);
}

/** The same of a name that has its number. */
export function powerOfNamed(named: Named, language: Language): Power | undefined {
  return ANSWERS[language].about(named);
}

function findPower(name: string, language: Language): Power | undefined {
  const table = TABLES[language];
  for (let end = name.length; end > 0; end = name.lastIndexOf('.', end - 1)) {
    const start = name.slice(0, end);
    const power = table.get(start.endsWith('()') ? start.slice(0, -2) : start);
    if (power !== undefined && (end === name.length || !CALLED.has(start))) return power;
  }
  const member = name.lastIndexOf('.');
  return member > 0 ? table.get(name.slice(member)) : undefined;
}
