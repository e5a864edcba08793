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

const PANDAS_WRITERS = 'csv excel feather hdf parquet pickle stata'.split(' ').map((to) => `.to_${to}`);
const PATH_WRITERS = 'chmod hardlink_to mkdir rename replace rmdir symlink_to touch unlink'
  .split(' ')
  .map((verb) => `pathlib.Path().${verb}`);

const PYTHON: Names = {
  network:
    'socket _socket socketserver ssl http.client http.server httplib urllib.request urllib2 urllib.urlopen urllib.urlretrieve urllib.URLopener urllib3 requests httpx aiohttp ftplib smtplib smtpd telnetlib poplib imaplib nntplib xmlrpc xmlrpclib websockets websocket paramiko asyncssh pycurl curl_cffi asyncio.open_connection asyncio.open_unix_connection asyncio.start_server asyncio.start_unix_server boto3 botocore.session grpc zmq dns.resolver tornado.httpclient tornado.httpserver tornado.tcpclient tornado.tcpserver twisted.internet uvicorn.run pymongo psycopg psycopg2 asyncpg pymysql mysql.connector pika ldap3 redis pymemcache kafka .create_connection .create_datagram_endpoint',
  processes:
    'subprocess _posixsubprocess os.system os.popen os.popen2 os.popen3 os.popen4 os.fork os.forkpty os.execl os.execle os.execlp os.execlpe os.execv os.execve os.execvp os.execvpe os.spawnl os.spawnle os.spawnlp os.spawnlpe os.spawnv os.spawnve os.spawnvp os.spawnvpe os.posix_spawn os.posix_spawnp os.startfile os.kill os.killpg pty multiprocessing concurrent.futures.ProcessPoolExecutor concurrent.futures.process commands popen2 pexpect ptyprocess plumbum psutil.Popen webbrowser asyncio.create_subprocess_exec asyncio.create_subprocess_shell asyncio.subprocess .subprocess_exec .subprocess_shell',
  'file-writing': `shutil.copy shutil.copy2 shutil.copyfile shutil.copytree shutil.move shutil.rmtree shutil.make_archive shutil.unpack_archive os.remove os.unlink os.rename os.renames os.replace os.mkdir os.makedirs os.rmdir os.removedirs os.symlink os.link os.chmod os.chown os.truncate os.ftruncate os.mkfifo tempfile zipfile.ZipFile().extractall zipfile.ZipFile().extract tarfile.open().extractall tarfile.open().extract tarfile.TarFile().extractall tarfile.TarFile.open().extractall shelve.open dbm.open logging.FileHandler logging.handlers.RotatingFileHandler logging.handlers.TimedRotatingFileHandler numpy.save numpy.savez numpy.savez_compressed numpy.savetxt torch.save joblib.dump .savefig .write_text .write_bytes ${[...PATH_WRITERS, ...PANDAS_WRITERS].join(' ')}`,
  'native-code':
    'ctypes _ctypes cffi _cffi_backend numpy.ctypeslib llvmlite pyximport Cython.inline importlib.machinery.ExtensionFileLoader imp.load_dynamic',
  'code-generation':
    'eval exec execfile types.FunctionType types.CodeType marshal.loads builtins.exec builtins.eval __builtins__.exec __builtins__.eval runpy code.interact code.InteractiveConsole code.InteractiveInterpreter codeop',
  environment: 'os.environ os.environb os.getenv os.getenvb os.putenv os.unsetenv os.path.expandvars dotenv',
  credentials: 'keyring getpass netrc win32crypt secretstorage',
  clipboard:
    'pyperclip win32clipboard pandas.io.clipboard clipboard pandas.read_clipboard PyQt5.QtWidgets.QApplication.clipboard PyQt6.QtWidgets.QApplication.clipboard PySide2.QtWidgets.QApplication.clipboard PySide6.QtWidgets.QApplication.clipboard .clipboard_get .clipboard_append .to_clipboard',
  threads: 'threading concurrent.futures _thread thread',
  signals: 'signal faulthandler',
};

/** What the module `fs` of Node.js has that writes, without `Sync`. */
export const JAVASCRIPT_VERBS: readonly string[] =
  'writeFile appendFile unlink rm rmdir mkdir mkdtemp rename copyFile cp chmod chown symlink link truncate'.split(' ');
const JAVASCRIPT_WRITES = [
  ...JAVASCRIPT_VERBS.flatMap((verb) => [
    ...['fs', 'graceful-fs'].flatMap((root) => [`${root}.${verb}`, `${root}.${verb}Sync`]),
    `fs.promises.${verb}`,
    `fs/promises.${verb}`,
  ]),
  'fs.createWriteStream graceful-fs.createWriteStream',
].join(' ');

const JAVASCRIPT: Names = {
  network:
    'http https http2 net tls dgram dns dns/promises undici axios got node-fetch cross-fetch isomorphic-fetch make-fetch-happen http-proxy superagent request ws fetch XMLHttpRequest WebSocket WebTransport EventSource RTCPeerConnection importScripts navigator.sendBeacon window.fetch globalThis.fetch self.fetch Deno.connect Deno.connectTls Deno.listen Deno.serve Bun.connect Bun.listen Bun.serve',
  processes:
    'child_process cluster execa shelljs cross-spawn foreground-child node-pty sudo-prompt zx Deno.run Deno.Command Bun.spawn Bun.spawnSync process.kill',
  'file-writing': `${JAVASCRIPT_WRITES} fs-extra rimraf mkdirp write-file-atomic Deno.writeFile Deno.writeFileSync Deno.writeTextFile Deno.writeTextFileSync Deno.remove Deno.removeSync Deno.rename Deno.mkdir Deno.copyFile Deno.create Deno.symlink Deno.truncate Bun.write .createWritable showSaveFilePicker`,
  'native-code':
    'ffi-napi ref-napi node-gyp-build node-pre-gyp @mapbox/node-pre-gyp bindings process.dlopen process.binding process._linkedBinding WebAssembly koffi wasi bun:ffi Deno.dlopen',
  'code-generation': 'eval window.eval globalThis.eval global.eval self.eval Function vm ._compile',
  environment: 'process.env Deno.env Bun.env dotenv',
  credentials: 'keytar navigator.credentials',
  clipboard: 'clipboardy navigator.clipboard electron.clipboard',
  threads: 'worker_threads Worker SharedWorker piscina',
  signals: 'process.on',
};

const R_WRITERS = [
  'writeLines writeBin writeChar write.csv write.csv2 write.table write.dcf saveRDS save save.image sink dump',
  'file.copy file.remove file.rename file.append file.create file.symlink file.link unlink dir.create Sys.chmod unzip untar',
  'readr.write_csv readr.write_tsv readr.write_delim readr.write_lines readr.write_file readr.write_rds data.table.fwrite fwrite vroom.vroom_write',
  'arrow.write_parquet arrow.write_feather feather.write_feather fst.write_fst qs.qsave haven.write_sav haven.write_dta jsonlite.write_json yaml.write_yaml xml2.write_xml writexl.write_xlsx openxlsx.write.xlsx openxlsx.saveWorkbook rio.export ggplot2.ggsave ggsave',
  ...'file_create file_copy file_move file_delete file_chmod dir_create dir_copy dir_delete link_create'
    .split(' ')
    .map((verb) => `fs.${verb}`),
].join(' ');

const R: Names = {
  network:
    'download.file download.packages url httr httr2 curl RCurl crul socketConnection serverSocket make.socket read.socket write.socket curlGetHeaders websocket install.packages update.packages available.packages source_url httpuv plumber servr shiny.runApp shiny.shinyApp runApp shinyApp',
  processes:
    'system system2 shell shell.exec pipe processx callr sys.exec_wait sys.exec_background sys.exec_internal sys.r_wait sys.r_background sys.r_internal parallel.makeCluster parallel.makePSOCKcluster parallel.makeForkCluster parallel.mcparallel parallel.mclapply parallel.pvec makeCluster makePSOCKcluster mclapply browseURL',
  'file-writing': R_WRITERS,
  'native-code':
    'dyn.load library.dynam Rcpp inline.cfunction sourceCpp cppFunction cpp11.cpp_source .Call .C .Fortran .External .External2 reticulate rJava JuliaCall V8',
  'code-generation':
    'eval evalq eval.parent parse str2lang str2expression as.function rlang.eval_tidy rlang.eval_bare rlang.new_function',
  environment: 'Sys.getenv Sys.setenv Sys.unsetenv readRenviron withr.local_envvar withr.with_envvar',
  credentials: 'keyring askpass getPass',
  clipboard: 'clipr readClipboard writeClipboard',
  threads: 'RcppParallel future',
  signals: 'tools.pskill pskill',
};

/** What a name may say before it that changes nothing: where it comes from anyway. */
const ORIGINS: Readonly<Record<Language, RegExp>> = {
  // `six.moves` gives modules under the names they have in Python 3.
  python: /^six\.moves\./,
  javascript: /^(?:globalThis|window|global|self)\./,
  // Packages that every R has attached (R manual, "search").
  r: /^(?:base|utils|stats|grDevices|methods|tools)\./,
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

/** Every name of Python that has a power, and every name that such a one is below. */
const ABOVE: ReadonlySet<string> = new Set(
  [...TABLES.python.keys()].flatMap((name) => {
    const parts = name.split('.');
    return parts.map((_part, at) => parts.slice(0, at + 1).join('.'));
  }),
);

/** Whether a module of Python has a power, or something in it has. */
export function holdsPower(module: string): boolean {
  return ABOVE.has(module) || powerOf(module, 'python') !== undefined;
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
  'dump',
  'unlink',
  'unzip',
  'untar',
  'sink',
  'request',
  'fetch',
]);

const ANSWERS: Readonly<Record<Language, NameAnswers<Power | undefined>>> = {
  python: new NameAnswers((name) => findPower(name, 'python'), TABLES.python.keys()),
  javascript: new NameAnswers((name) => findPower(name, 'javascript'), TABLES.javascript.keys()),
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
  const plain = name.replace(ORIGINS[language], '');
  return tabled(name, language) ?? (plain === name ? undefined : tabled(plain, language));
}

function tabled(name: string, language: Language): Power | undefined {
  const table = TABLES[language];
  for (let end = name.length; end > 0; end = name.lastIndexOf('.', end - 1)) {
    const start = name.slice(0, end);
    const power = table.get(start.endsWith('()') ? start.slice(0, -2) : start);
    if (power !== undefined && (end === name.length || !CALLED.has(start))) return power;
  }
  const member = name.lastIndexOf('.');
  return member > 0 ? table.get(name.slice(member)) : undefined;
}
