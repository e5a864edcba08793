/** Abilities that a call has by what it is given. */
import type { Language } from '../syntax/language.ts';
import { NameAnswers } from '../syntax/name-answers.ts';
import { type Power, powerOf } from '../syntax/powers.ts';
import type { Call, Source } from '../syntax/source.ts';
import { literalText } from '../syntax/values.ts';
import type { Hint } from '../syntax/vocabulary.ts';

/** Characters of a call that are read. */
const MOST_OF_CALL = 400;

interface ByArgument {
  readonly power: Power;
  /** Names of calls, as resolved. */
  readonly called: RegExp;
  /** What the call holds as it is written, and the file with it. */
  readonly written: RegExp;
  /** Words that all stand in such a file, in one of the rows. */
  readonly words: readonly (readonly string[])[];
}

/** Of languages whose calls are asked by the words of their names: a row without such words would find nothing, in silence. */
interface NamedByArgument extends ByArgument {
  /** Words of which every such name holds one. */
  readonly names: readonly string[];
}

/** Programs that read and fill the clipboard (macOS; X11). */
const CLIPBOARD_PROGRAMS = 'pbcopy pbpaste xclip xsel'.split(' ');
const clipboardPrograms = (called: RegExp, names: readonly string[]): NamedByArgument => ({
  power: 'clipboard',
  called,
  names,
  written: /["'`\s/](?:pbcopy|pbpaste|xclip|xsel)["'`\s]/,
  words: CLIPBOARD_PROGRAMS.map((program) => [program]),
});

/** Mode of Python's openers that writes (io.open; tarfile.open with its compression). */
const WRITING_MODE = /(?:,\s*(?:mode\s*=\s*)?|\(\s*mode\s*=\s*)["'](?:[rbt]{0,2}[wax+][bt+]{0,2})(?:[:|]\w{0,4})?["']/;
/** The same of a path's own `open`, where it comes first (pathlib.Path.open). */
const PATH_OPENED = /\.open\(\s*(?:mode\s*=\s*)?["'](?:[wax]|r\+)[bt+]{0,2}["']\s*[,)]/;
const PYTHON_FILES = ['ZipFile', 'GzipFile', 'BZ2File', 'LZMAFile', 'TarFile'];

/** Functions of R that read a file or an address (R manual, "connections"; readr, data.table, jsonlite, xml2). */
const R_READERS =
  /^(?:base\.|utils\.|readr\.|data\.table\.|jsonlite\.|xml2\.|rvest\.|vroom\.|XML\.|rio\.)?(?:readLines|readRDS|load|scan|source|sys\.source|file|read\.\w+|read_\w+|fread|fromJSON|vroom|htmlParse|xmlParse|import)$/;

const BY_ARGUMENT: {
  readonly python: readonly NamedByArgument[];
  readonly javascript: readonly NamedByArgument[];
  readonly r: readonly ByArgument[];
} = {
  python: [
    // Flags of open(2) that write.
    {
      power: 'file-writing',
      called: /^os\.open$/,
      names: ['open'],
      written: /open\([^\n]{0,300}\bO_(?:WRONLY|RDWR|CREAT|APPEND|TRUNC)\b/,
      words: [['os', 'open']],
    },
    {
      power: 'file-writing',
      called:
        /^(?:(?:builtins\.|io\.|codecs\.|gzip\.|bz2\.|lzma\.|tarfile\.|tarfile\.TarFile\.|aiofiles\.|anyio\.)?open|(?:zipfile\.|gzip\.|bz2\.|lzma\.|tarfile\.)(?:ZipFile|GzipFile|BZ2File|LZMAFile|TarFile))$/,
      names: ['open', ...PYTHON_FILES],
      written: WRITING_MODE,
      words: [['open'], ...PYTHON_FILES.map((name) => [name])],
    },
    { power: 'file-writing', called: /\.open$/, names: ['open'], written: PATH_OPENED, words: [['open']] },
    // A data base in memory is no file (Python documentation, "sqlite3").
    {
      power: 'file-writing',
      called: /^sqlite3\.(?:dbapi2\.)?connect$/,
      names: ['connect'],
      written: /connect\((?!\s*(?:database\s*=\s*)?["']:memory:)/,
      words: [['sqlite3', 'connect']],
    },
    {
      power: 'environment',
      called: /^getattr$/,
      names: ['getattr'],
      written: /getattr\(\s*[\w.]{1,40}\s*,\s*["'](?:environb?|getenv)["']/,
      words: [
        ['getattr', 'environ'],
        ['getattr', 'getenv'],
      ],
    },
    {
      power: 'network',
      called: /^pandas\.(?:io\.\w+\.)?read_\w+$/,
      names: ['pandas'],
      written: /read_\w+\(\s*f?["'](?:https?|ftp|s3):\/\//,
      words: ['csv', 'json', 'html', 'excel', 'parquet', 'table', 'pickle', 'xml'].map((from) => [
        'pandas',
        `read_${from}`,
      ]),
    },
    clipboardPrograms(/^(?:subprocess\.\w+|os\.(?:system|popen))$/, ['subprocess', 'system', 'popen']),
  ],
  javascript: [
    {
      power: 'clipboard',
      called: /(?:^|\.)document\.execCommand$/,
      names: ['execCommand'],
      written: /execCommand\(\s*["'`](?:copy|cut|paste)["'`]/i,
      words: [['execCommand']],
    },
    // What is pasted into a page, and Internet Explorer's clipboard (W3C, "Clipboard API and events").
    {
      power: 'clipboard',
      called: /(?:^|\.)clipboardData\.(?:get|set)Data$/,
      names: ['clipboardData'],
      written: /clipboardData/,
      words: [['clipboardData']],
    },
    clipboardPrograms(/^child_process\.\w+$/, ['child_process']),
    {
      power: 'code-generation',
      called: /^(?:(?:window|globalThis|self)\.)?set(?:Timeout|Interval)$/,
      names: ['setTimeout', 'setInterval'],
      written: /set(?:Timeout|Interval)\(\s*["'`]/,
      words: [['setTimeout'], ['setInterval']],
    },
    // The constructor of a function makes functions of text (ECMA-262, Function).
    {
      power: 'code-generation',
      called: /\.constructor\.constructor$/,
      names: ['constructor'],
      written: /\.\s*constructor\s*\.\s*constructor\s*\(/,
      words: [['constructor']],
    },
    // Compiled add-ons (Node.js, "C++ addons"); `./server.node` may be code for Node.js as well.
    {
      power: 'native-code',
      called: /(?:^|\.)require$/,
      names: ['require'],
      written:
        /require\(\s*["'`][^"'`\n]{0,200}(?:build|release|debug|prebuil|binding|native|darwin|linux|win32)[^"'`\n]{0,100}\.node["'`]\s*\)/i,
      words: [['require']],
    },
    // Flags of open(2) that write (Node.js, "File system flags").
    {
      power: 'file-writing',
      called: /^(?:fs|fs\/promises|fs\.promises|graceful-fs)\.open(?:Sync)?$/,
      names: ['open', 'openSync'],
      written: /open(?:Sync)?\([^\n]{0,300},\s*["'`](?:[wa]x?\+?|a?s?r\+|rs\+)["'`]/,
      words: [
        ['fs', 'open'],
        ['fs', 'openSync'],
      ],
    },
    // The parts that Node.js's own modules are made of (Node.js, `process.binding`).
    {
      power: 'processes',
      called: /^process\.(?:binding|_linkedBinding)$/,
      names: ['binding', '_linkedBinding'],
      written: /inding\(\s*["'`](?:spawn_sync|process_wrap)["'`]/,
      words: [['process', 'binding']],
    },
    {
      power: 'network',
      called: /^process\.(?:binding|_linkedBinding)$/,
      names: ['binding', '_linkedBinding'],
      written: /inding\(\s*["'`](?:tcp_wrap|udp_wrap|pipe_wrap|cares_wrap|http_parser)["'`]/,
      words: [['process', 'binding']],
    },
  ],
  r: [
    // The connection "clipboard" (R manual, "connections").
    {
      power: 'clipboard',
      called: /^(?:base\.|utils\.)?(?:read\.\w+|file|readLines|scan|readClipboard|write\.\w+|writeLines)$/,
      written: /["'](?:clipboard(?:-\d+)?|X11_(?:primary|secondary|clipboard))["']/,
      words: [[]],
    },
    clipboardPrograms(/^(?:base\.)?(?:pipe|system|system2)$/, ['pipe', 'system', 'system2']),
    {
      power: 'code-generation',
      called: /^(?:base\.)?(?:source|sys\.source)$/,
      written: /source\(\s*(?:file\s*=\s*)?textConnection\(/,
      words: [['source', 'textConnection']],
    },
    {
      power: 'network',
      called: R_READERS,
      written: /\(\s*(?:\w{1,12}\s*=\s*)?["'](?:https?|ftps?):\/\//,
      words: [[]],
    },
    // What is written goes to the console where no file is named (R manual, "cat", "dput", "print").
    {
      power: 'file-writing',
      called: /^(?:base\.)?(?:cat|dput|capture\.output)$/,
      written: /\bfile\s*=\s*(?!["']{2}|std(?:err|out)\(|NULL)\S/,
      words: [['cat'], ['dput'], ['capture', 'output']],
    },
    {
      power: 'file-writing',
      called: /^(?:base\.)?(?:file|gzfile|bzfile|xzfile|open)$/,
      written: /\b(?:(?:gz|bz|xz)?file|open)\([^\n]{0,200},\s*(?:open\s*=\s*)?["'][wa][bt+]{0,2}["']/,
      words: [['file'], ['gzfile'], ['bzfile'], ['xzfile'], ['open']],
    },
    // Devices of graphics that are files (R manual, "Devices").
    {
      power: 'file-writing',
      called: /^(?:grDevices\.)?(?:pdf|png|jpeg|tiff|bmp|svg|cairo_pdf|postscript)$/,
      written: /\b(?:pdf|png|jpeg|tiff|bmp|svg|postscript)\(\s*[^)\s]/,
      words: ['pdf', 'png', 'jpeg', 'tiff', 'bmp', 'svg', 'cairo_pdf', 'postscript'].map((device) => [device]),
    },
  ],
};

/** What such calls need in a file, labelled with the power. */
export function argumentHints(language: Language): readonly Hint[] {
  return BY_ARGUMENT[language].flatMap(({ power, words, written }) =>
    words.map((row): Hint => ({ words: row, pattern: written, label: power })),
  );
}

/** Calls that give the module or package they name, as code has it for `import` (Node.js, "Modules"; R manual, "library"). */
const LOADS: {
  readonly python?: never;
  readonly javascript: Pick<NamedByArgument, 'called' | 'names'>;
  readonly r: Pick<ByArgument, 'called'>;
} = {
  javascript: {
    called: /^(?:require|import)$|\.(?:require|getBuiltinModule|_load)$|createRequire\(\)$/,
    names: ['require', 'import', 'getBuiltinModule', '_load', 'createRequire'],
  },
  r: { called: /^(?:base\.)?(?:library|require|requireNamespace|loadNamespace)$/ },
};

/** What a name is asked about. */
interface Concern {
  readonly loads: boolean;
  readonly rows: readonly ByArgument[];
}

const CONCERNS: Readonly<Record<Language, NameAnswers<Concern | undefined>>> = {
  python: concernsIn('python'),
  javascript: concernsIn('javascript'),
  r: concernsIn('r'),
};

function concernsIn(language: Language): NameAnswers<Concern | undefined> {
  const loading = LOADS[language];
  const asking: readonly (Pick<ByArgument, 'called'> | Pick<NamedByArgument, 'called' | 'names'>)[] = [
    ...BY_ARGUMENT[language],
    ...(loading === undefined ? [] : [loading]),
  ];
  // Most names concern nobody: one question instead of many.
  const anybody = new RegExp(asking.map(({ called }) => called.source).join('|'));
  return new NameAnswers(
    (name) => {
      if (!anybody.test(name)) return undefined;
      return {
        loads: loading?.called.test(name) === true,
        rows: BY_ARGUMENT[language].filter(({ called }) => called.test(name)),
      };
    },
    language === 'r' ? undefined : asking.flatMap((one): readonly string[] => ('names' in one ? one.names : [])),
  );
}

const NO_POWERS: readonly Power[] = [];

/** The powers that a call has by its arguments. */
export function powersByArgument(call: Call, source: Source): readonly Power[] {
  const concern = CONCERNS[source.language].about(call);
  if (concern === undefined) return NO_POWERS;
  const { start, end } = call;
  const written = source.text.slice(start, Math.min(end, start + MOST_OF_CALL));
  return [
    ...(concern.loads ? loadedPower(call, source) : NO_POWERS),
    ...concern.rows.filter((row) => row.written.test(written)).map(({ power }) => power),
  ];
}

function loadedPower(call: Call, { language, text }: Source): readonly Power[] {
  const [only, ...more] = call.args[0] ?? [];
  if (only === undefined || more.length > 0) return NO_POWERS;
  const named = language === 'r' && only.kind === 'name' ? only.text : literalText([only], text);
  const power = named === undefined ? undefined : powerOf(named.replace(/^node:/, ''), language);
  return power === undefined ? NO_POWERS : [power];
}
