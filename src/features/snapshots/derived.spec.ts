import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHANNEL, openTestRegistry, type TestRegistry } from '../../../test/harness/registry.ts';
import { openVettingBench, type VettingBench } from '../../../test/harness/vetting.ts';
import { makeWheel } from '../../../test/harness/wheels.ts';
import { canonicalBytes } from '../../domain/canonical-json.ts';
import type { DerivedFile } from '../../domain/derivation.ts';
import type { Digest } from '../../domain/digest.ts';
import { IN_TOTO, preAuthentication } from '../../domain/dsse.ts';
import type { Actor } from '../../domain/people.ts';
import { createTarFiles } from '../../platform/backup/tar-files.ts';
import { createSandbox } from '../../platform/sandbox/sandbox.ts';
import { signerOf, verifier } from '../../platform/signing/keys.ts';
import { deriveAgain } from '../vetting/derived-files.ts';
import { readEvidenceSet } from '../vetting/read.ts';
import type { StoredFile } from './content.ts';
import { problemOfDerived } from './derived.ts';
import { createSnapshots, type SnapshotsDeps } from './index.ts';

const OPERATOR: Actor = { kind: 'person', name: 'olga', roles: ['operator'], organisation: null };
const FILES = { 'sails/__init__.py': '', 'sails/tests/test_it.py': 'def test_it(): pass\n' };
const CONFINED = fileURLToPath(new URL('../../main/confined.ts', import.meta.url));

let bench: VettingBench;
let file: StoredFile;
let original: Awaited<ReturnType<typeof makeWheel>>;
let evidence: Digest;
let deps: Pick<SnapshotsDeps, 'blobs' | 'verifier' | 'deriveAgain'>;
beforeAll(async () => {
  bench = await openVettingBench();
  bench.world.policy = { ...bench.world.policy, derivedWheels: 'without-tests' };
  deps = { blobs: bench.deps.blobs, verifier, deriveAgain: (one) => deriveAgain(bench.deps, one) };
  original = await makeWheel({ name: 'sails', version: '1.0', files: FILES });
  bench.upstream.add(original, { uploadedAt: '2025-06-01T00:00:00Z' });
  const ask = { channel: CHANNEL, ecosystem: 'pypi', name: 'sails', extras: [], version: null };
  const outcome = await bench.vetting.vet(ask);
  if (outcome.status !== 'vetted') throw new Error(JSON.stringify(outcome));
  evidence = (await deps.blobs.put(canonicalBytes(outcome.set))).digest;
  const derived = outcome.set.releases[0]?.files[0]?.derived ?? expect.fail('nothing was derived');
  file = storedFile(derived);
});
afterAll(() => bench.close());

function storedFile(derived: DerivedFile): StoredFile {
  const { filename, sha256, size, attestation, attestationSize, publicKey } = derived;
  const signed = { sha256: attestation, size: attestationSize, publicKey };
  const from = {
    filename: original.filename,
    sha256: original.sha256,
    size: original.bytes.length,
    attestation: signed,
  };
  return { filename, version: '1.0', sha256, size, metadata: null, derivedFrom: from };
}

const problemOf = (changed: StoredFile) => problemOfDerived(deps, 'pypi', changed);

/** The file with another attestation: `change` is given the statement and the envelope that speak of it. */
async function attested(
  change: (statement: string, envelope: { payload: string; signatures: { keyid: string; sig: string }[] }) => unknown,
): Promise<StoredFile> {
  const { derivedFrom } = file;
  if (derivedFrom === undefined) throw new Error('nothing was derived');
  const envelope = JSON.parse(new TextDecoder().decode(await deps.blobs.read(derivedFrom.attestation.sha256)));
  const statement = Buffer.from(envelope.payload, 'base64').toString('utf8');
  const { digest, size } = await deps.blobs.put(canonicalBytes(change(statement, envelope)));
  const attestation = { ...derivedFrom.attestation, sha256: digest, size };
  return { ...file, derivedFrom: { ...derivedFrom, attestation } };
}

function signedBy(signer: VettingBench['deps']['signer'], statement: string) {
  const payload = Buffer.from(statement);
  const sig = signer.sign(preAuthentication(IN_TOTO, payload));
  return { payloadType: IN_TOTO, payload: payload.toString('base64'), signatures: [{ keyid: signer.keyId, sig }] };
}

describe('a file that was made here', () => {
  it('follows from its original, and its statement is signed', async () => {
    expect(await problemOf(file)).toBeUndefined();
    expect(await problemOf(await attested((_, envelope) => envelope))).toBeUndefined();
    expect(await problemOf(await attested((text) => signedBy(bench.deps.signer, text)))).toBeUndefined();
  });

  it('is found out where its bytes are others', async () => {
    const other = await makeWheel({ name: 'sails', version: '1.0', files: { 'sails/__init__.py': 'import os\n' } });
    await deps.blobs.put(other.bytes);
    const changed = { ...file, sha256: other.sha256, size: other.bytes.length };
    expect(await problemOf(changed)).toMatch(/^sails-1.0-0notests-py3-none-any.whl does not follow from sails-1.0-py3/);
  });

  it('is found out where its statement was changed, is of other files, or is signed by another', async () => {
    const told = async (...change: Parameters<typeof attested>) => problemOf(await attested(...change));
    const changed = await told((text, envelope) => {
      const payload = Buffer.from(text.replace('test_it', 'evil_it')).toString('base64');
      return { ...envelope, payload };
    });
    expect(changed).toMatch(/has a signature that does not hold$/);
    const { signer } = bench.deps;
    const otherFiles = (text: string) => text.replace('sails-1.0-py3', 'sails-2.0-py3');
    expect(await told((text) => signedBy(signer, otherFiles(text)))).toMatch(/is of other files$/);
    const stranger = signerOf(generateKeyPairSync('ed25519').privateKey);
    expect(await told((text) => signedBy(stranger, text))).toMatch(/is signed with another key \([0-9a-f]{16}\)/);
    const posing = await told((text) => {
      const { signatures, ...rest } = signedBy(stranger, text);
      return { ...rest, signatures: [{ ...signatures[0], keyid: signer.keyId }] };
    });
    expect(posing).toMatch(/has a signature that does not hold$/);
    expect(await told((_, envelope) => ({ ...envelope, signatures: [] }))).toMatch(/is no signed statement$/);
    expect(await told(() => 'nonsense')).toMatch(/is no signed statement$/);
    expect(await told(() => signedBy(signer, '{}'))).toMatch(/states nothing that is understood$/);
  });
});

describe('a snapshot with such a file', () => {
  let inside: TestRegistry;
  let folder: string;
  beforeAll(async () => {
    [inside, folder] = await Promise.all([openTestRegistry(), mkdtemp(join(tmpdir(), 'derived-'))]);
  });
  afterAll(async () => {
    await inside.close();
    await rm(folder, { recursive: true, force: true });
  });

  const readSet = (digest: Digest) => readEvidenceSet(bench.deps.blobs, digest);

  /** A channel with the vetted tree on its list, written without people. */
  async function listIt(): Promise<void> {
    const { pool } = bench.database;
    const targets = JSON.stringify(bench.channel.targets);
    await pool.query(`insert into channels values ($1, 3, 'cleared', '{}', null, 'UTC', $2, now())`, [
      CHANNEL,
      targets,
    ]);
    await pool.query(
      `insert into list_entries (id, channel, ecosystem, list, name, version, extras, evidence, decision, added_at)
       values ('L-1', $1, 'pypi', 'extra', 'sails', '1.0', '{}', $2, 'A-1', now())`,
      [CHANNEL, evidence],
    );
  }

  it('is carried to another home with original and statement, and verified there, where damage is found', async () => {
    const { db, ledger, blobs: kept, signer } = bench.deps;
    const outside = createSnapshots({ ...inside.snapshotsDeps(kept), ...deps, db, ledger, signer, evidence: readSet });
    await listIt();
    await outside.init(CHANNEL);
    const published = await outside.publish({ channel: CHANNEL, ecosystem: 'pypi', names: [] });
    expect(published).toMatchObject({ status: 'published' });
    const exported = await outside.export({ channel: CHANNEL, number: undefined }, OPERATOR);
    const tar = createTarFiles();
    const path = join(folder, 'snapshot.tar');
    await tar.write(path, exported.files(), { overwrite: false });

    const readable = [inside.folder];
    const limits = { memoryMb: 256, workers: 1, readableAnswer: () => true };
    const sandbox = createSandbox({ entry: CONFINED, nodePath: process.execPath, readable, ...limits });
    const { blobs } = inside;
    const there = createSnapshots({
      ...inside.snapshotsDeps(blobs),
      deriveAgain: (one) => deriveAgain({ sandbox, blobs }, one),
    });
    const { number } = await there.import(
      { channel: CHANNEL, files: tar.read(path), key: exported.publicKey },
      OPERATOR,
    );
    expect(await there.verify(CHANNEL, number, true)).toMatchObject({ status: 'whole', files: 1 });
    expect(await inside.blobs.has(original.sha256)).toBe(true);
    const { attestation } = file.derivedFrom ?? expect.fail('nothing was derived');
    await rm(blobs.path(attestation.sha256));
    await writeFile(blobs.path(file.sha256), 'another wheel');
    const broken = await there.verify(CHANNEL, number, true);
    expect(broken.status === 'broken' && broken.problems).toEqual([
      expect.stringContaining(file.sha256),
      `the attestation of ${file.filename} is missing or damaged`,
    ]);
    await sandbox.close();
  });
});
