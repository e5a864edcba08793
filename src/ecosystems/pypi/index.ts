/** PyPI and everything that speaks its simple index. */
import type { Ecosystem } from '../contract.ts';
import { pypiArchives } from './archive.ts';
import { pypiImageFiles } from './image.ts';
import { pypiNames } from './names.ts';
import { pypiProjectFiles } from './project-files.ts';
import { pypiProtocol } from './protocol.ts';
import { pypiDependencies } from './resolve.ts';
import { pypiSources } from './sources.ts';
import { pypiTargets } from './targets.ts';
import { pypiTrials } from './trial.ts';
import { createPypiUpstream } from './upstream.ts';
import { pypiVersions } from './versions.ts';

export const pypi: Ecosystem = {
  id: 'pypi',
  title: 'PyPI',
  traits: { metadata: 'in-file', nothingOffered: 'tombstones', compilesMetadata: false, clientsChoose: 'any' },
  names: pypiNames,
  versions: pypiVersions,
  targets: pypiTargets,
  dependencies: pypiDependencies,
  archives: pypiArchives,
  protocol: pypiProtocol,
  sources: pypiSources,
  projectFiles: pypiProjectFiles,
  trials: pypiTrials,
  bootstrap: ['pip', 'setuptools', 'wheel'],
  imageFiles: pypiImageFiles,
  installCommand: ({ name, version }) => `pip install ${name}==${version}`,
  probe: 'pip',
  upstream: createPypiUpstream,
};
