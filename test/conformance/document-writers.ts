import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { present } from '../../src/foundation/core/assert.ts';
import type { RecordedTarget } from './targets.ts';

/** Another program that writes SBOMs of a target. */
export interface DocumentWriter {
  readonly name: string;
  /** The formats it writes, by the program's own names. */
  readonly formats: readonly string[];
  /** Returns the arguments to write one format, or all formats in `files`, for a target. */
  args(
    target: RecordedTarget,
    files: ReadonlyMap<string, string>,
    folder: string,
  ): readonly (readonly string[])[];
}

const SYFT_FORMATS = [
  'syft-json',
  ...['1.2', '1.3', '1.4', '1.5', '1.6', '1.7'].map((version) => `cyclonedx-json@${version}`),
  ...['1.0', '1.1', '1.2', '1.3', '1.4', '1.5', '1.6', '1.7'].map(
    (version) => `cyclonedx-xml@${version}`,
  ),
  ...['2.2', '2.3', '3.0'].map((version) => `spdx-json@${version}`),
  ...['2.1', '2.2', '2.3'].map((version) => `spdx-tag-value@${version}`),
  'purls',
  'github-json',
];

export const SYFT: DocumentWriter = {
  name: 'syft',
  formats: SYFT_FORMATS,
  args: ({ name, input }, files) => [
    [
      'scan',
      input,
      '-q',
      '--source-name',
      name,
      ...[...files].flatMap(([format, file]) => ['-o', `${format}=${file}`]),
    ],
  ],
};

export const TRIVY: DocumentWriter = {
  name: 'trivy',
  formats: ['cyclonedx', 'spdx-json', 'spdx', 'github'],
  args: ({ name, input }, files, folder) => {
    // Of OCI images, it only reads unpacked directories.
    const path = input.startsWith('oci-archive:')
      ? unpackLayout(stripScheme(input), join(folder, `${name}.layout`))
      : stripScheme(input);
    return [...files].map(([format, file]) => [
      ...(input.startsWith('dir:') ? ['fs', path] : ['image', '--input', path]),
      '--quiet',
      '--offline-scan',
      '--skip-version-check',
      '--skip-java-db-update',
      // It needs its advisories to write a snapshot, unless it only scans for licenses.
      ...(format === 'github' ? ['--scanners', 'license', '--list-all-pkgs'] : []),
      '--format',
      format,
      '--output',
      file,
    ]);
  },
};

/** It reads directories; of archives, only those written by Docker. */
export const SCALIBR: DocumentWriter = {
  name: 'scalibr',
  formats: ['cdx-json', 'cdx-xml', 'spdx23-json', 'spdx23-tag-value'],
  args: ({ name, input }, files, folder) => {
    const path = input.startsWith('oci-archive:')
      ? packDockerArchive(stripScheme(input), join(folder, `${name}.layout`))
      : stripScheme(input);
    return [
      [
        '--offline',
        ...(input.startsWith('dir:') ? ['--root', path] : ['--image-tarball', path]),
        ...[...files].flatMap(([format, file]) => ['-o', `${format}=${file}`]),
      ],
    ];
  },
};

function stripScheme(input: string): string {
  return input.slice(input.indexOf(':') + 1);
}

/** Unpacks the archive of a layout once. */
function unpackLayout(archive: string, folder: string): string {
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true });
    runTar(['-xf', archive, '-C', folder]);
  }
  return folder;
}

interface Descriptor {
  readonly digest: string;
}

interface ManifestOrIndex {
  readonly manifests?: readonly Descriptor[];
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
}

/** Adds the `manifest.json` of `docker save`, which names the same blobs by path. */
function packDockerArchive(archive: string, folder: string): string {
  const layout = unpackLayout(archive, folder);
  const file = `${folder}.docker.tar`;
  let document = readJson(join(layout, 'index.json'));
  while (document.manifests?.[0] !== undefined) {
    document = readJson(join(layout, getBlobPath(document.manifests[0])));
  }
  const { config, layers = [] } = document;
  const entry = {
    Config: getBlobPath(present(config, 'the configuration of an image')),
    RepoTags: ['example.org/image:1'],
    Layers: layers.map(getBlobPath),
  };
  writeFileSync(join(layout, 'manifest.json'), JSON.stringify([entry]));
  runTar(['-cf', file, '-C', layout, 'manifest.json', 'blobs']);
  return file;
}

function readJson(file: string): ManifestOrIndex {
  return JSON.parse(readFileSync(file, 'utf8')) as ManifestOrIndex;
}

function getBlobPath({ digest }: Descriptor): string {
  return `blobs/${digest.replace(':', '/')}`;
}

function runTar(args: readonly string[]): void {
  const { status, stderr } = spawnSync('tar', args, { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`tar ${args.join(' ')}: ${stderr}`);
  }
}
