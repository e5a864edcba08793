import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { characterMatrix, dataFrame, namedList, type RValue, strings } from './rds.ts';
import { readRds } from './rds-read.ts';
import { writeRds } from './rds-write.ts';

const folder = mkdtempSync(join(tmpdir(), 'pratique-rds-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hasR = (() => {
  try {
    execFileSync('Rscript', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const MATRIX = characterMatrix(
  ['A3', 'ggplötx'],
  ['Package', 'Version', 'Depends'],
  [
    ['A3', '1.0.0', 'R (>= 2.15.0)'],
    ['ggplötx', '0.1-3', null],
  ],
);

const ARCHIVE = namedList([
  [
    'A3',
    dataFrame(
      ['A3/A3_0.9.1.tar.gz'],
      [
        ['size', { kind: 'doubles', values: [42_810] }],
        ['isdir', { kind: 'logicals', values: [false] }],
        ['mode', { kind: 'integers', values: [0o644], attributes: { class: strings(['octmode']) } }],
        ['mtime', { kind: 'doubles', values: [1.36e9], attributes: { class: strings(['POSIXct', 'POSIXt']) } }],
        ['uname', strings([null])],
      ],
    ),
  ],
]);

describe('what R reads', () => {
  it.skipIf(!hasR)('is what was written', () => {
    writeFileSync(join(folder, 'matrix.rds'), writeRds(MATRIX));
    writeFileSync(join(folder, 'archive.rds'), writeRds(ARCHIVE));
    const script = `
      m <- readRds(file.path(commandArgs(TRUE)[1], "matrix.rds")); a <- readRds(file.path(commandArgs(TRUE)[1], "archive.rds"))
      stopifnot(is.matrix(m), identical(dim(m), c(2L, 3L)), identical(rownames(m), c("A3", "ggpl\\u00f6tx")))
      stopifnot(identical(unname(m[, "Version"]), c("1.0.0", "0.1-3")), is.na(m[2, "Depends"]))
      stopifnot(is.data.frame(a$A3), identical(rownames(a$A3), "A3/A3_0.9.1.tar.gz"), inherits(a$A3$mtime, "POSIXct"))
      stopifnot(format(a$A3$mode) == "644", is.na(a$A3$uname), identical(a$A3$isdir, FALSE))
      cat("equal")`.replaceAll('readRds', 'readRDS');
    expect(execFileSync('Rscript', ['--vanilla', '-e', script, folder], { encoding: 'utf8' })).toBe('equal');
  });
});

describe('what R wrote', () => {
  it.skipIf(!hasR)('is read in both versions of the format, compact row names and latin1 included', () => {
    const script = `
      f <- commandArgs(TRUE)[1]; x <- data.frame(size = c(1, 2.5), name = c("a", NA)); l <- "caf\\xe9"; Encoding(l) <- "latin1"
      v <- list(frame = x, words = l, seq = 1:3)
      saveRDS(v, file.path(f, "two.rds"), version = 2, compress = FALSE); saveRDS(v, file.path(f, "three.rds"), version = 3, compress = FALSE)`;
    execFileSync('Rscript', ['--vanilla', '-e', script, folder]);
    for (const name of ['two.rds', 'three.rds']) {
      const value = readRds(readFileSync(join(folder, name)));
      if (value?.kind !== 'list') throw new RangeError(`${name} is no list`);
      expect(value.attributes?.names).toEqual(strings(['frame', 'words', 'seq']));
      expect(value.values[1]).toEqual(strings(['café']));
      expect(value.values[2]).toMatchObject({ kind: 'integers', values: [1, 2, 3] });
      const [frame] = value.values;
      expect(frame?.kind === 'list' && frame.values[1]).toEqual(strings(['a', null]));
    }
  });

  it.skipIf(!hasR)('is nothing where it is more than data', () => {
    const script = `f <- commandArgs(TRUE)[1]; saveRDS(function(x) system(x), file.path(f, "code.rds"), compress = FALSE)
      saveRDS(quote(system("id")), file.path(f, "call.rds"), compress = FALSE); saveRDS(globalenv(), file.path(f, "env.rds"), compress = FALSE)`;
    execFileSync('Rscript', ['--vanilla', '-e', script, folder]);
    for (const name of ['code.rds', 'call.rds', 'env.rds'])
      expect(readRds(readFileSync(join(folder, name))), name).toBeUndefined();
  });
});

describe('reading', () => {
  it('gives back what was written', () => {
    expect(readRds(writeRds(MATRIX))).toEqual(MATRIX);
    expect(readRds(writeRds(ARCHIVE))).toEqual(ARCHIVE);
    expect(readRds(writeRds(strings(['__proto__'], { __proto__x: strings(['a']) })))).toBeDefined();
  });

  it('unfolds compact numbers no further than the text could have held them, all together', () => {
    const sequences = (lengths: readonly number[]) => {
      const int = (value: number) => Buffer.from(Uint32Array.of(value).buffer).reverse();
      const double = (value: number) => Buffer.from(Float64Array.of(value).buffer).reverse();
      const string = (text: string) => [int(9), int(text.length), Buffer.from(text)];
      const compact = (length: number) => [
        ...[int(238), int(2), int(1), ...string('compact_intseq'), int(254)],
        ...[int(14), int(3), double(length), double(1), double(1), int(254)],
      ];
      const head = [Buffer.from('X\n'), int(3), int(0), int(0), int(5), Buffer.from('UTF-8'), int(19)];
      return Buffer.concat([...head, int(lengths.length), ...lengths.flatMap(compact)]);
    };
    expect(readRds(sequences([2]))).toMatchObject({ kind: 'list', values: [{ kind: 'integers', values: [1, 2] }] });
    expect(readRds(sequences([50, 50]))).toBeDefined();
    expect(readRds(sequences(Array.from({ length: 100 }, () => 5_000)))).toBeUndefined();
  });

  it('takes no broken text for data, and ends on every text', () => {
    const whole = writeRds(ARCHIVE);
    const value: fc.Arbitrary<RValue | undefined> = fc
      .tuple(fc.nat(whole.length - 1), fc.nat(255))
      .map(([at, byte]) => {
        const broken = Buffer.from(whole);
        broken[at] = byte;
        return readRds(broken);
      });
    fc.assert(fc.property(value, (read) => read === undefined || read.kind !== undefined));
    for (let length = 0; length < whole.length; length += 1)
      expect(readRds(whole.subarray(0, length)), String(length)).toBeUndefined();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => readRds(bytes) === undefined));
  });
});
