/** npm and everything that speaks its registry protocol. */
import type { Ecosystem } from '../contract.ts';
import { npmArchives } from './archive.ts';
import { npmImageFiles } from './image.ts';
import { npmNames } from './names.ts';
import { npmProjectFiles } from './project-files.ts';
import { npmProtocol } from './protocol.ts';
import { npmDependencies } from './resolve.ts';
import { npmSources } from './sources.ts';
import { npmTargets } from './targets.ts';
import { npmTrials } from './trial.ts';
import { createNpmUpstream } from './upstream.ts';
import { npmVersions } from './versions.ts';

export const npm: Ecosystem = {
  id: 'npm',
  title: 'npm',
  traits: { metadata: 'in-index', nothingOffered: 'refusal', compilesMetadata: true, clientsChoose: 'any' },
  names: npmNames,
  versions: npmVersions,
  targets: npmTargets,
  dependencies: npmDependencies,
  archives: npmArchives,
  protocol: npmProtocol,
  sources: npmSources,
  trials: npmTrials,
  // npm comes with Node.
  bootstrap: [],
  imageFiles: npmImageFiles,
  installCommand: ({ name, version }) => `npm install ${name}@${version}`,
  probe: 'ms',
  projectFiles: npmProjectFiles,
  upstream: createNpmUpstream,
};
