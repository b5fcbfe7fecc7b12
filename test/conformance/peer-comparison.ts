/**
 * Prints what plimsoll, Syft, Trivy and Grype answer for the same targets, one row for each target:
 *
 * npm run conformance:comparison -- --syft PATH --trivy PATH --grype PATH --grype-db DIRECTORY
 *   --db DIRECTORY
 *
 * The targets are Alpine 3.20 as recorded and with changes, and a small disk of VirtualBox. Every
 * run has an empty home directory. `docs/peers.md` has the table.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { createGptDisk } from '../../src/bytes/disk/disk.fixture.ts';
import { createSmallExt2, createSmallExt4 } from '../../src/bytes/ext/small-disk.fixture.ts';
import { computeDigest } from '../../src/bytes/oci/image.fixture.ts';
import { createTar } from '../../src/bytes/tar/tar.fixture.ts';
import { formatCount } from '../../src/core/screen-text.ts';
import { ROOT } from '../../tools/source-tree.ts';
import { withFolder } from './score.ts';
import { requireSharedMaterial } from './shared-material.ts';

const { values } = parseArgs({
  options: {
    syft: { type: 'string', default: 'syft' },
    trivy: { type: 'string', default: 'trivy' },
    grype: { type: 'string', default: 'grype' },
    'grype-db': { type: 'string', default: '' },
    db: { type: 'string', default: '' },
  },
});
const IMAGE = join(requireSharedMaterial(), 'corpus', 'images', 'alpine-3.20.oci.tar');
const PROGRAM = [process.execPath, join(ROOT, 'dist', 'cli.js')] as const;

type Line = readonly string[];

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
}

function runCold([program = '', ...args]: Line): Ended {
  const home = mkdtempSync(join(tmpdir(), 'plimsoll-comparison-'));
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    GRYPE_DB_CACHE_DIR: values['grype-db'],
    GRYPE_DB_AUTO_UPDATE: 'false',
    GRYPE_DB_VALIDATE_AGE: 'false',
  };
  try {
    const options = { env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
    const { status, stdout, error } = spawnSync(program, args, options);
    if (error !== undefined) throw error;
    return { status, stdout };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

interface Descriptor {
  digest: string;
  size: number;
  mediaType: string;
}

interface Manifest {
  config: Descriptor;
  layers: Descriptor[];
}

/** An image as an OCI layout whose blobs can be changed. */
class Layout {
  readonly #folder: string;
  readonly #index: { manifests: Descriptor[] };
  readonly #manifest: Manifest;

  constructor(original: string, folder: string) {
    cpSync(original, folder, { recursive: true });
    this.#folder = folder;
    this.#index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as {
      manifests: Descriptor[];
    };
    this.#manifest = JSON.parse(readFileSync(this.#find(this.#first), 'utf8')) as Manifest;
  }

  get #first(): Descriptor {
    const [first] = this.#index.manifests;
    if (first === undefined) throw new Error('the layout has no image');
    return first;
  }

  #find({ digest }: { readonly digest: string }): string {
    return join(this.#folder, 'blobs', digest.replace(':', '/'));
  }

  /** Changes the blob of the only layer; its digest stays. */
  changeLayer(change: (blob: Buffer) => Buffer): void {
    const [layer] = this.#manifest.layers;
    if (layer === undefined) throw new Error('the image has no layer');
    const path = this.#find(layer);
    writeFileSync(path, change(readFileSync(path)));
  }

  addLayer(tar: Buffer): void {
    const layer = this.#add(gzipSync(tar));
    const mediaType = this.#manifest.layers[0]?.mediaType ?? '';
    this.#manifest.layers.push({ mediaType, ...layer });
    const config = JSON.parse(readFileSync(this.#find(this.#manifest.config), 'utf8')) as {
      rootfs: { diff_ids: string[] };
    };
    config.rootfs.diff_ids.push(computeDigest(tar));
    Object.assign(this.#manifest.config, this.#add(Buffer.from(JSON.stringify(config))));
    Object.assign(this.#first, this.#add(Buffer.from(JSON.stringify(this.#manifest))));
    writeFileSync(join(this.#folder, 'index.json'), JSON.stringify(this.#index));
  }

  #add(content: Buffer): { readonly digest: string; readonly size: number } {
    const added = { digest: computeDigest(content), size: content.length };
    writeFileSync(this.#find(added), content);
    return added;
  }
}

/** Creates the targets below a directory. */
function createTargets(folder: string): void {
  const original = join(folder, 'unchanged');
  mkdirSync(original);
  spawnSync('tar', ['-xf', IMAGE, '-C', original, '--mode=u+w']);
  spawnSync('chmod', ['-R', 'u+w', original]);
  new Layout(original, join(folder, 'replaced')).changeLayer(() =>
    gzipSync(createTar([{ name: 'empty' }])),
  );
  new Layout(original, join(folder, 'flipped')).changeLayer((blob) => {
    const middle = Math.floor(blob.length / 2);
    blob.writeUInt8(blob.readUInt8(middle) ^ 1, middle);
    return blob;
  });
  new Layout(original, join(folder, 'unrecorded')).addLayer(
    createTar([{ name: 'lib/apk/db/.wh.installed' }]),
  );
  const raw = join(folder, 'vm.img');
  writeFileSync(raw, createGptDisk({ content: createSmallExt4() }, { content: createSmallExt2() }));
  spawnSync('qemu-img', ['convert', '-f', 'raw', '-O', 'vdi', raw, join(folder, 'vm.vdi')]);
}

interface Sbom {
  readonly components?: readonly { readonly type: string; readonly purl?: string }[];
}

/** Describes a run whose output is a CycloneDX document. */
function describeSbom(line: Line): string {
  const { status, stdout } = runCold(line);
  if (stdout === '') return `no SBOM, exit status ${status}`;
  const { components = [] } = JSON.parse(stdout) as Sbom;
  const packages = components.filter(({ purl }) => purl !== undefined && !purl.includes(':oci/'));
  return `${formatCount(packages.length, 'package')}, exit status ${status}`;
}

function describeRepetition(line: Line): string {
  return runCold(line).stdout === runCold(line).stdout ? 'the same bytes' : 'other bytes';
}

function createImageLines(layout: string): readonly [Line, Line, Line] {
  return [
    [...PROGRAM, 'sbom', `oci-dir:${layout}`, '-q', '--fail-incomplete', '-o', 'cyclonedx-json'],
    [values.syft, '-q', '-o', 'cyclonedx-json', `oci-dir:${layout}`],
    [values.trivy, 'image', '-q', '--format', 'cyclonedx', '--input', layout],
  ];
}

const TARGETS = [
  ['Alpine 3.20, unchanged', 'unchanged'],
  ['the blob of its layer was replaced by another valid one', 'replaced'],
  ['one bit of the blob was changed', 'flipped'],
  ['a later layer removes the record of the packages', 'unrecorded'],
] as const;

function printRow(cells: readonly string[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

await withFolder(async (folder) => {
  createTargets(folder);
  printRow(['target', 'plimsoll', 'Syft', 'Trivy']);
  printRow(['---', '---', '---', '---']);
  for (const [title, name] of TARGETS) {
    printRow([title, ...createImageLines(join(folder, name)).map(describeSbom)]);
  }
  const vm = join(folder, 'vm.vdi');
  const disk = [
    [...PROGRAM, 'sbom', vm, '-q', '--fail-incomplete', '-o', 'cyclonedx-json'],
    [values.syft, '-q', '-o', 'cyclonedx-json', vm],
    [values.trivy, 'vm', '-q', '--format', 'cyclonedx', vm],
  ];
  printRow(['a disk of VirtualBox (VDI) with two apk packages', ...disk.map(describeSbom)]);
  const [own, syft, trivy] = createImageLines(join(folder, 'unchanged'));
  const twice = [[...own, '--reproducible'], syft, trivy].map(describeRepetition);
  printRow(['the SBOM of Alpine 3.20, written twice', ...twice]);
  if (values.db !== '' && values['grype-db'] !== '') {
    const layout = `oci-dir:${join(folder, 'unrecorded')}`;
    const gate = ['--fail-on', 'high', '-q'];
    const scan = [...PROGRAM, 'scan', layout, ...gate, '--db', values.db, '--db-max-age', '0'];
    const statuses = [scan, [values.grype, layout, ...gate]].map((line) => runCold(line).status);
    process.stdout.write(
      `\n--fail-on high without the record of the packages: plimsoll ${statuses[0]}, Grype ${statuses[1]}\n`,
    );
  }
});
