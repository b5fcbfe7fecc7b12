import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
  writeFileSync(join(work, 'debian.oci.tar'), ociArchive(withTexts(DEBIAN_SAMPLE)));
  const programs = `oci-archive:${join(work, 'programs.oci.tar')}`;
  writeFileSync(join(work, 'programs.oci.tar'), ociArchive(PROGRAMS_SAMPLE));
  const alpine = `oci-archive:${join(EXAMPLES, 'sample-alpine.oci.tar')}`;
  const list = join(work, 'list.cdx.json');
  const foreign = join(work, 'foreign.cdx.json');
  writeFileSync(foreign, JSON.stringify(FOREIGN_LIST));
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
    ['scan', `sbom:${foreign}`, '--offline', '-o', 'grype-json'],
    ['scan', programs, '--offline', '--reach', '-o', 'json'],
    ['compare', debian, alpine, '--offline'],
    ['compare', debian, alpine, '--offline'],
  ];
}

/**
 * Images of Debian have texts of licences, and some of them not to the letter. What they are
 * compared with is a part of its own, so that a run that meets none does not load what is kept.
 */
function withTexts(image: SampleImage): SampleImage {
  const license = readFileSync(join(ROOT, 'LICENSE'), 'utf8');
  const content = `${license}\n${license.replaceAll(' the ', ' an other ')}`;
  const layers = image.layers.map((layer) => ({
    ...layer,
    entries: layer.entries.map((entry) =>
      entry.path.endsWith('/copyright') ? { ...entry, content } : entry,
    ),
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

/** As another program writes it, of packages of a system and of a language. */
const FOREIGN_LIST = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  version: 1,
  components: [
    {
      type: 'operating-system',
      'bom-ref': 'os',
      name: 'debian',
      version: '12',
      properties: [
        { name: 'syft:distro:id', value: 'debian' },
        { name: 'syft:distro:versionID', value: '12' },
      ],
    },
    {
      type: 'library',
      'bom-ref': 'p1',
      name: 'openssl',
      version: '3.0.11-1',
      purl: 'pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12',
      cpe: 'cpe:2.3:a:openssl:openssl:3.0.11-1:*:*:*:*:*:*:*',
      licenses: [{ license: { id: 'Apache-2.0' } }],
    },
    {
      type: 'library',
      'bom-ref': 'p2',
      name: 'lodash',
      version: '4.17.15',
      purl: 'pkg:npm/lodash@4.17.15',
    },
  ],
  dependencies: [{ ref: 'p1', dependsOn: ['p2'] }],
};
