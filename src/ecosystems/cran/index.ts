/** CRAN and everything that is laid out like it: repositories of R packages. */
import type { Ecosystem } from '../contract.ts';
import { cranArchives } from './archive.ts';
import { cranImageFiles } from './image.ts';
import { cranNames } from './names.ts';
import { cranProjectFiles } from './project-files.ts';
import { cranProtocol } from './protocol.ts';
import { BASE_PACKAGES } from './requirements.ts';
import { cranDependencies } from './resolve.ts';
import { cranSources } from './sources.ts';
import { cranTargets } from './targets.ts';
import { cranTrials } from './trial.ts';
import { createCranUpstream } from './upstream.ts';
import { cranVersions } from './versions.ts';

export const cran: Ecosystem = {
  id: 'cran',
  title: 'CRAN',
  traits: {
    metadata: 'in-file',
    nothingOffered: 'tombstones',
    compilesMetadata: true,
    clientsChoose: 'newest',
  },
  names: cranNames,
  versions: cranVersions,
  targets: cranTargets,
  dependencies: cranDependencies,
  archives: cranArchives,
  protocol: cranProtocol,
  sources: cranSources,
  trials: cranTrials,
  comesWithRuntime: BASE_PACKAGES,
  projectFiles: cranProjectFiles,
  // Everything that installing needs comes with R.
  bootstrap: [],
  imageFiles: cranImageFiles,
  installCommand: ({ name, version }) => `remotes::install_version("${name}", "${version}")`,
  probe: 'R6',
  upstream: createCranUpstream,
};
