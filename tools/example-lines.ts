import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEBIAN_SAMPLE } from '../examples/debian-sample.data.ts';
import { ociArchive, type SampleImage } from '../examples/sample-image.ts';
import { PROGRAMS_SAMPLE } from './programs-sample.data.ts';
import { ROOT } from './source-tree.ts';

const EXAMPLES = join(ROOT, 'examples');
const ADVISORIES = join(EXAMPLES, 'advisories');

/**
 * Command lines that together use what most runs use of the program, on the samples of the
 * repository. `work` is an empty folder, which is also the home of who runs them.
 */
export function exampleLines(work: string): readonly (readonly string[])[] {
  const project = join(work, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package-lock.json'), JSON.stringify(LOCK_FILE));
  const debian = `oci-archive:${join(work, 'debian.oci.tar')}`;
  writeFileSync(join(work, 'debian.oci.tar'), ociArchive(withoutTexts(DEBIAN_SAMPLE)));
  const programs = `oci-archive:${join(work, 'programs.oci.tar')}`;
  writeFileSync(join(work, 'programs.oci.tar'), ociArchive(PROGRAMS_SAMPLE));
  const alpine = `oci-archive:${join(EXAMPLES, 'sample-alpine.oci.tar')}`;
  const list = join(work, 'list.cdx.json');
  return [
    ['sbom', `dir:${project}`, '-o', 'syft-json'],
    ['sbom', debian, '-o', 'syft-json'],
    ['sbom', alpine, '-o', 'syft-json'],
    // Once more, of what was kept.
    ['sbom', alpine, '-o', 'syft-json'],
    ['sbom', debian, '-o', `cyclonedx-json=${list}`, '-o', 'spdx-json=list.spdx.json'],
    [
      'db',
      'build',
      `debian-tracker=${join(ADVISORIES, 'debian-tracker.json')}`,
      `alpine-secdb=${join(ADVISORIES, 'alpine-secdb-3.10.json')}`,
      `osv=${join(ADVISORIES, 'osv-npm.json')}`,
    ],
    ['scan', debian, '--offline'],
    ['scan', alpine, '--offline', '-o', 'json'],
    ['scan', `sbom:${list}`, '--offline', '-o', 'grype-json'],
    ['scan', programs, '--offline', '--reach', '-o', 'json'],
    ['compare', debian, alpine, '--offline'],
    ['compare', debian, alpine, '--offline'],
  ];
}

/**
 * Most runs meet no text of a licence. What such texts are compared with is the largest table of
 * all, and would be kept with the code if one was met here.
 */
function withoutTexts(image: SampleImage): SampleImage {
  const layers = image.layers.map((layer) => ({
    ...layer,
    entries: layer.entries.filter(({ path }) => !path.endsWith('/copyright')),
  }));
  return { ...image, layers };
}

/** As npm writes it. */
const LOCK_FILE = {
  name: 'project',
  version: '1.0.0',
  lockfileVersion: 3,
  requires: true,
  packages: {
    '': { name: 'project', version: '1.0.0', dependencies: { accepts: '^1.3.8' } },
    'node_modules/accepts': {
      version: '1.3.8',
      resolved: 'accepts-1.3.8.tgz',
      integrity:
        'sha512-PYAthTa2m2VKxuvSD3DPC/Gy+U+sOA1LAuT8mkmRuvw+NACSaeXEQ+NHcVF7rONl6qcaxV3Uuemwawk+7+SJLw==',
      license: 'MIT',
      dependencies: { negotiator: '0.6.3' },
    },
    'node_modules/negotiator': {
      version: '0.6.3',
      resolved: 'negotiator-0.6.3.tgz',
      integrity:
        'sha512-+EUsqGPLsM+j/zdChZjsnX51g4XrHFOIXwfnCVPGlQk/k5giakcKsuxCObBRu6DSm9opw/O6slWbJdghQM4bBg==',
      license: 'MIT',
    },
  },
};
