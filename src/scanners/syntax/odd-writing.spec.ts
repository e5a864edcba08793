import { describe, expect, it } from 'vitest';
import { findingsIn } from '../../../test/harness/content.ts';
import { capabilitiesScanner } from '../capabilities/index.ts';
import { installCodeScanner } from '../install-code/index.ts';
import { isOddlyWritten } from './odd-writing.ts';

const NPM = { ecosystem: 'npm', name: 'demo', version: '1.0.0', filename: 'demo-1.0.0.tgz' };

describe('code that is written oddly', () => {
  it.each([
    ['a.py', 'import base64\nexec\\\n(base64.b64decode\\\n("cHJpbnQoMSk="))\n'],
    ['a.py', 'import base64\n(exec)(base64.b64decode("cHJpbnQoMSk="))\n'],
    ['a.py', 'import base64\n(exec  # then\n(base64.b64decode("cHJpbnQoMSk=")))\n'],
    ['a.js', 'eval /* then */ (atob("YWxlcnQoMSk="));\n'],
    ['a.js', 'eval // then\n(atob("YWxlcnQoMSk="));\n'],
    ['a.js', '(0, eval)(atob("YWxlcnQoMSk="));\n'],
    ['a.py', 'import base64\ne = exec\ne \\\n(base64.b64decode("cHJpbnQoMSk="))\n'],
    ['a.py', 'import base64\n(exec  # a\n  # b\n  \\\n  (base64.b64decode("cHJpbnQoMSk=")))\n'],
    ['a.py', 'import sys\nsys.modules["builtins"].__dict__["exec"](x \\\n  . \\\n  decode("rot13"))\n'],
    ['a.js', 'const e = eval;\ne /* then */ (atob("YWxlcnQoMSk="));\n'],
    ['a.js', 'eval /* then */ ?.(atob("YWxlcnQoMSk="));\n'],
    ['a.js', 'eval?.(atob("YWxlcnQoMSk="));\n'],
    ['a.js', 'eval.call(null, atob("YWxlcnQoMSk="));\n'],
    ['a.js', 'Reflect.apply(eval, null, [atob("YWxlcnQoMSk=")]);\n'],
    ['a.js', 'new (Function)(atob("YWxlcnQoMSk="))();\n'],
    // What looks like the beginning of a comment in a text hides no comment behind it.
    ['a.js', 'glob("src/*");\neval /* then */ (atob("YWxlcnQoMSk="));\n'],
    ['a.js', 'log("a //" + eval /* then */ (atob("YWxlcnQoMSk=")));\n'],
    // What looks like a comment in a text hides no code behind it, nor within it.
    ['a.py', 'import base64\nx = """\n# """ and (exec  # then\n(base64.b64decode("cHJpbnQoMSk=")))\n'],
    ['a.py', 'import base64\nx = f"""\n# {exec  # then\n(base64.b64decode("cHJpbnQoMSk="))}"""\n'],
    ['R/a.R', 'p <- parse\neval(p(text = rawToChar(as.raw(c(49, 43, 49)))))\n'],
  ])('hides no decoded code in %s: %s', async (path, text) => {
    const findings = await findingsIn(installCodeScanner, { [path]: text }, NPM);
    expect(findings.map(({ data }) => data.sign)).toContain('decoded-code');
  });

  it.each([
    ['a.py', 'import os\ngetattr(os, "\\x73ystem")(x)\n'],
    ['a.py', 'import os\ngetattr(os, "\\163ystem")(x)\n'],
    ['a.py', 'import os\ngetattr(os, "sys" "tem")(x)\n'],
    ['a.py', 'import os\ngetattr(os, r"sys" R"tem")(x)\n'],
    ['a.py', 'import os\ngetattr(os, "" "system")(x)\n'],
    ['a.py', "import os\ngetattr(os, '''sys''' '''tem''')(x)\n"],
    ['a.py', 'import os\ngetattr(os, "sys" """tem""")(x)\n'],
    ['a.py', 'import os\ngetattr(os, "sys"  # then\n  "tem")(x)\n'],
    ['a.py', 'import os\ngetattr(os, "sys" \\\n  "tem")(x)\n'],
    ['a.py', 'import os\ngetattr(os, "sys\\\ntem")(x)\n'],
    ['a.py', 'import os\nos.\\\n  system(x)\n'],
    ['a.py', 'import os\nos \\\n  .system(x)\n'],
    ['a.py', 'import os\n(os # then\n  .system(x))\n'],
    ['a.js', 'require("\\x63hild_process").exec(x);\n'],
    ['a.js', 'process /* then */ .kill(1);\n'],
    ['a.js', 'process. /* then */ kill(1);\n'],
    ['a.js', 'process /* then */ . /* then */ kill(1);\n'],
    ['a.js', 'process /* then */ ?. /* then */ kill(1);\n'],
    ['a.js', '(process). /* then */ kill(1);\n'],
    ['a.py', '__import__("os") \\\n  . \\\n  system(x)\n'],
    ['a.js', 'const { kill } = process;\n(0, process.kill)(1);\n'],
  ])('hides no program that is started in %s: %s', async (path, text) => {
    const findings = await findingsIn(capabilitiesScanner, { [path]: text }, NPM);
    expect(findings.map(({ data }) => data.capability)).toContain('processes');
  });

  it.each(['import os as o\no \\\n  . \\\n  system("x")\n', '__import__("os") \\\n  . \\\n  system("x")\n'])(
    'hides no program that is started at load: %s',
    async (text) => {
      const findings = await findingsIn(installCodeScanner, { 'demo_pkg/a.py': text });
      expect(findings.map(({ data }) => data.sign)).toContain('process-at-load');
    },
  );

  it('is not what people write', () => {
    expect(isOddlyWritten('import os\n\n# Runs it.\nos.system("ls")  # (all)\nx = ["a", "b"]\n', 'python')).toBe(false);
    // As comments end.
    expect(
      isOddlyWritten('import os\n# Runs it by os.\n# And by os.system,\n# or system.\nos.system("ls")\n', 'python'),
    ).toBe(false);
    expect(isOddlyWritten('run("""Runs it.""")\nrun("a", \'\'\'b\'\'\')\n', 'python')).toBe(false);
    // As compilers write calls of what was imported.
    expect(isOddlyWritten('const a = (0, _toDate.toDate)(b), c = (0, d.Zq)(a);\n', 'javascript')).toBe(false);
    // As types are noted, and texts that are printed.
    expect(isOddlyWritten('return /** @type {A} */ (b);\nc = 2 /* D */ ? "\\\\u0073" : 1;\n', 'javascript')).toBe(
      false,
    );
    expect(isOddlyWritten('"""Of shape \\\n   (a, b) or ``"c"``, ``"d"``."""\nx = a(b) \\\n  .c()\n', 'python')).toBe(
      false,
    );
    expect(isOddlyWritten('// a\nfoo("x"); /* b */\nbar(1) // c\n  .then(d);\nif (a) (b);\n', 'javascript')).toBe(
      false,
    );
  });

  it('is told in proportion to the length of a text', () => {
    const ways = [
      'a/*',
      'a//',
      'a#',
      '(a)',
      '"a"',
      '\\',
      ' ',
      'a \\\n',
      'eval//',
      'eval \\\n',
      'eval/*',
      "['a'",
      '/*a*/',
      '(',
      ') ',
      'a//\n/*\n',
      '// eval /*\n',
      'eval /* a */ /* ',
      '# a # a\n',
      'os \\\n.\\\n',
      '# os.\n',
      '("a"#',
      '("a" # a\n',
      '("""a"""',
      '(""',
    ];
    for (const way of ways)
      for (const language of ['python', 'javascript', 'r'] as const) {
        const begun = process.cpuUsage();
        isOddlyWritten(way.repeat(1_000_000 / way.length), language);
        const { user } = process.cpuUsage(begun);
        expect(user, `${JSON.stringify(way)} in ${language}`).toBeLessThan(3_000_000);
      }
  });
});
