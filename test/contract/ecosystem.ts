/**
 * What every ecosystem keeps to, whatever its clients speak. An ecosystem's spec calls `itKeepsTheEcosystemContract` with
 * samples of its own: names, versions, packages to compile, and how its clients find links in its documents.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePurl, purlOf } from '../../src/domain/purl.ts';
import type { Ecosystem, IndexDocument, IndexInput } from '../../src/ecosystems/contract.ts';

export interface EcosystemSamples {
  /** As people and clients write them. */
  readonly names: readonly string[];
  readonly notNames: readonly string[];
  /** Oldest first. */
  readonly versions: readonly string[];
  readonly packages: readonly IndexInput[];
  /** What the stock clients send. */
  readonly accepts: readonly (string | undefined)[];
  /** The links of a document, below `/<channel>/<ecosystem>/`, in order. */
  links(document: IndexDocument): readonly string[];
}

export function itKeepsTheEcosystemContract(ecosystem: Ecosystem, samples: EcosystemSamples): void {
  describe(`ecosystem contract: ${ecosystem.id}`, () => {
    itNames(ecosystem, samples);
    itOrders(ecosystem, samples);
    itCompiles(ecosystem, samples);
    itRoutes(ecosystem, samples);
  });
}

function itNames({ id, names }: Ecosystem, samples: EcosystemSamples): void {
  it('has one normal form per name, which goes through a purl unchanged', () => {
    for (const raw of samples.names) {
      const name = names.normalise(raw);
      if (name === undefined) throw new RangeError(`${raw} has no normal form`);
      expect(names.normalise(name)).toBe(name);
      expect(parsePurl(purlOf({ ecosystem: id, name, version: '1.0' }))).toMatchObject({ ecosystem: id, name });
      expect(names.parseRequest(raw)).toEqual({ name, extras: [] });
    }
    for (const raw of samples.notNames) expect(names.normalise(raw), raw).toBeUndefined();
  });
}

function itOrders({ versions }: Ecosystem, samples: EcosystemSamples): void {
  it('orders versions as its community does', () => {
    expect(samples.versions.toReversed().toSorted(versions.compare)).toEqual(samples.versions);
    for (const version of samples.versions) {
      expect(versions.satisfies(version, versions.exactly(version)), version).toBe(true);
      // A local or build part (`1.0+cpu`) belongs to the release that it was made of.
      const others = samples.versions.filter((one) => one !== version && !one.startsWith(`${version}+`));
      for (const other of others) expect(versions.satisfies(other, versions.exactly(version)), other).toBe(false);
    }
  });

  it('names a range that it reads as an example', () => {
    expect(versions.satisfies('1.5.0', versions.rangeExample)).toBe(true);
    expect(versions.satisfies('2.5.0', versions.rangeExample)).toBe(false);
  });

  it('orders all texts totally', () => {
    const text = fc.oneof(fc.constantFrom(...samples.versions), fc.string({ maxLength: 12 }));
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        const { compare } = versions;
        expect(Math.sign(compare(a, b)) + Math.sign(compare(b, a))).toBe(0);
        expect(compare(a, a)).toBe(0);
        if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });
}

function itCompiles({ protocol }: Ecosystem, { packages, links }: EcosystemSamples): void {
  it('compiles the same bytes from the same input, in whatever order files come', () => {
    for (const input of packages) {
      const documents = protocol.compilePackage(input);
      expect(documents.length).toBeGreaterThan(0);
      expect(protocol.compilePackage(structuredClone(input))).toEqual(documents);
      const turned = { ...input, offered: input.offered.map((one) => ({ ...one, files: one.files.toReversed() })) };
      expect(protocol.compilePackage(turned)).toEqual(documents);
    }
    const names = packages.map((input) => input.name);
    const parts = packages.flatMap((input) => protocol.compilePackage(input).map(({ body }) => body));
    const refused = [{ name: 'zz', version: undefined, state: 'not-requested' as const, id: '' }];
    const root = protocol.compileRoot({ names, parts, refused });
    expect(protocol.compileRoot({ names: names.toReversed(), parts: parts.toReversed(), refused })).toEqual(root);
    if (protocol.partsKey === undefined) return;
    const joined = root.find(({ key }) => key === protocol.partsKey);
    if (joined === undefined) throw new RangeError('no joined document');
    expect(protocol.compileRoot({ names, parts: [joined.body], refused })).toEqual(root);
  });

  it('leads to every offered file, and from every other link to a refusal', () => {
    for (const input of packages) {
      for (const document of protocol.compilePackage(input)) {
        const offered = input.offered
          .filter(({ version }) => document.version === undefined || document.version === version)
          .flatMap(({ files }) => files);
        const isOffered = (filename: string) => offered.some((file) => file.filename === filename);
        const intents = links(document).map((link) => protocol.route(decodeURIComponent(link), undefined));
        expect(intents.every((one) => one.kind === 'file' || one.kind === 'refused')).toBe(true);
        const found = intents.flatMap((one) =>
          one.kind === 'file' && isOffered(one.filename) ? [`${one.filename} ${one.digestHex ?? ''}`] : [],
        );
        // Where the address holds no digest, the name of the file is what leads to it.
        const hex = (file: { readonly sha256: string }) =>
          intents.some((one) => one.kind === 'file' && one.digestHex !== undefined)
            ? file.sha256.slice('sha256:'.length)
            : '';
        expect(found.toSorted()).toEqual(offered.map((file) => `${file.filename} ${hex(file)}`).toSorted());
        for (const one of intents) expect('name' in one && one.name).toBe(input.name);
      }
    }
  });

  it('knows the version of every file that it names', () => {
    for (const { name, offered } of packages)
      for (const { version, files } of offered)
        for (const file of files) expect(protocol.versionOf(file.filename, name)).toBe(version);
  });
}

function itRoutes({ id, protocol }: Ecosystem, { packages, accepts }: EcosystemSamples): void {
  it('finds the documents that it compiled', () => {
    for (const input of packages) {
      const documents = protocol.compilePackage(input);
      for (const { key } of documents)
        for (const accept of accepts) {
          const intent = protocol.route(key, accept);
          if (intent.kind !== 'index') throw new RangeError(`${key} is no index for ${accept}`);
          expect(documents.map((one) => `${one.key} ${one.contentType}`)).toContain(`${key} ${intent.contentType}`);
        }
    }
  });

  it('reads any path without throwing, and never takes one for a file that it does not name', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 20 }), { maxLength: 6 }),
        fc.string({ maxLength: 60 }),
        (path, accept) => {
          const intent = protocol.route(path.join('/'), accept);
          if (intent.kind === 'file' || intent.kind === 'metadata') expect(path.at(-1)).toContain(intent.filename);
        },
      ),
    );
  });

  it('has ready settings for its clients that name the address', () => {
    const base = `http://127.0.0.1:8080/tier3/${id}/`;
    const settings = protocol.clientSettings(base);
    expect(settings.length).toBeGreaterThan(0);
    for (const { text } of settings) expect(text).toContain(`http://127.0.0.1:8080/tier3/${id}`);
  });
}
