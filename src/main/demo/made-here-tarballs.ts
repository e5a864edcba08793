/**
 * Small real npm packages made in memory: what the demo serves when there is no upstream, and what tests install.
 * Source: what `npm pack` makes, one folder `package/` with `package.json` in it.
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type Files, tarOf } from './made-here-tar.ts';

export interface TarballSpec {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  /** More members of `package.json`, which the registry then shows too. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** What the registry shows in place of what `package.json` says, for a registry that lies. */
  readonly listed?: Readonly<Record<string, unknown>>;
  /** Contents beside `package.json`; defaults to one module that knows its version. */
  readonly files?: Files;
}

/** A finished package. */
export interface MadeTarball {
  readonly name: string;
  readonly version: string;
  /** `name-1.0.0.tgz` */
  readonly filename: string;
  readonly bytes: Uint8Array;
  /** `sha512-...` */
  readonly integrity: string;
  /** The registry's object of the version, without `dist`. */
  readonly listed: Readonly<Record<string, unknown>>;
}

/** Makes a package that every client installs. */
export function makeTarball(spec: TarballSpec): MadeTarball {
  const { name, version } = spec;
  const manifest = {
    ...{ name, version, description: 'Made here, for showing how Pratique works', main: 'index.js', license: 'MIT' },
    ...(spec.dependencies === undefined ? {} : { dependencies: spec.dependencies }),
    ...spec.manifest,
  };
  const files = spec.files ?? { 'index.js': `module.exports = ${JSON.stringify(version)};\n` };
  const entries = Object.entries({ 'package.json': `${JSON.stringify(manifest, null, 2)}\n`, ...files });
  const bytes = gzipSync(tarOf(Object.fromEntries(entries.map(([path, content]) => [`package/${path}`, content]))));
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  const base = name.slice(name.indexOf('/') + 1);
  const listed = { ...manifest, ...spec.listed };
  return { name, version, filename: `${base}-${version}.tgz`, bytes, integrity, listed };
}
