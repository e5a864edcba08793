// A plug-in folder without a contract test or a catalogue line would be dead or unproven.
const FAMILIES = [
  { plural: 'ecosystems', suite: 'ecosystem' },
  { plural: 'scanners', suite: 'scanner' },
];

/**
 * Folders that are no plug-in: what several of them read, read once and alike. `syntax` reads source text, `licence-texts`
 * licences, `attestation` what registries publish of a file's origin, `archives` the formats that several ecosystems pack in.
 */
const NO_PLUGIN = new Set([
  'src/scanners/syntax/',
  'src/scanners/licence-texts/',
  'src/scanners/attestation/',
  'src/ecosystems/archives/',
]);

/** Folders of `src/ecosystems` and `src/scanners` that lack something: `path: what`. */
export function incompletePlugins(sources) {
  return FAMILIES.flatMap(({ plural, suite }) => {
    const folders = new Set(
      sources.flatMap(({ path }) => {
        const name = new RegExp(`^src/${plural}/([^/]+)/`).exec(path)?.[1];
        return name === undefined ? [] : [name];
      }),
    );
    const catalogue = sources
      .filter(({ path }) => new RegExp(`^src/${plural}/(?:content-)?catalog[.]ts$`).test(path))
      .map(({ text }) => text)
      .join('');
    return [...folders].flatMap((name) => missing({ sources, plural, suite, name, catalogue }));
  });
}

function missing({ sources, plural, suite, name, catalogue }) {
  const folder = `src/${plural}/${name}/`;
  if (NO_PLUGIN.has(folder)) return [];
  const found = [];
  const specs = sources.filter(({ path }) => path.startsWith(folder) && path.endsWith('.spec.ts'));
  if (!specs.some(({ text }) => new RegExp(`test/contract/(?:content-)?${suite}[.]ts`).test(text)))
    found.push(`${folder}: no spec runs test/contract/${suite}.ts`);
  if (!catalogue.includes(`'./${name}/index.ts'`)) found.push(`${folder}: no line in a catalogue of src/${plural}`);
  return found;
}
