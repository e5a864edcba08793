import { describe, expect, it } from 'vitest';
import { openSigstore } from '../../../test/harness/sigstore.ts';
import type { Memory } from '../contract.ts';
import { formOf } from './documents.ts';
import { attestedIn } from './remembered.ts';

const own = openSigstore();
const FILE = { filename: 'demo_pkg-1.0-py3-none-any.whl', purl: 'pkg:pypi/demo-pkg@1.0', hex: 'a'.repeat(64) };
const TEXT = own.provenance([own.bundle({ name: FILE.filename, digest: { sha256: FILE.hex } })]);

/** A memory as the database is one: what it gives back went through JSON. */
function memoryOf(rows = new Map<string, string>()): Memory & { readonly rows: Map<string, string> } {
  return {
    rows,
    find: async (key) => JSON.parse(rows.get(key) ?? 'null'),
    keep: async (key, value) => void rows.set(key, JSON.stringify(value)),
  };
}

describe('a verification', () => {
  const form = formOf('pypi');
  if (form === undefined) throw new Error('PyPI publishes attestations');

  it('is done once for the same file, document and root, and remembered as it was', async () => {
    const memory = memoryOf();
    const verifying = { form, roots: [own.trustRoot], memory };
    const first = await attestedIn(TEXT, FILE, verifying);
    expect(first?.publishers).toHaveLength(1);
    expect(await attestedIn(TEXT, FILE, verifying)).toEqual(first);
    expect(memory.rows.size).toBe(1);
    // The answer does come from the memory.
    const [key = ''] = memory.rows.keys();
    memory.rows.set(key, JSON.stringify({ ...first, disagreeing: ['from the memory'] }));
    expect((await attestedIn(TEXT, FILE, verifying))?.disagreeing).toEqual(['from the memory']);
  });

  it('is done anew for other bytes, another name, another root, and where the memory holds nonsense', async () => {
    const memory = memoryOf();
    const verifying = { form, roots: [own.trustRoot], memory };
    await attestedIn(TEXT, FILE, verifying);
    expect((await attestedIn(TEXT, { ...FILE, hex: 'b'.repeat(64) }, verifying))?.invalid).toHaveLength(1);
    expect((await attestedIn(TEXT, { ...FILE, filename: 'other-1.0.tar.gz' }, verifying))?.invalid).toHaveLength(1);
    const stranger = { ...verifying, roots: [openSigstore().trustRoot] };
    expect((await attestedIn(TEXT, FILE, stranger))?.unverifiable).toHaveLength(1);
    for (const key of memory.rows.keys()) memory.rows.set(key, '{"verified":true}');
    expect((await attestedIn(TEXT, FILE, verifying))?.verified).toHaveLength(1);
  });

  it('of what is no document is none, and is not remembered', async () => {
    const memory = memoryOf();
    expect(await attestedIn('{}', FILE, { form, roots: [own.trustRoot], memory })).toBeUndefined();
    expect(memory.rows.size).toBe(0);
  });
});
