/**
 * Prints what plimsoll, Syft, Trivy and Grype answer for the same targets, one row for each target:
 *
 * npm run conformance -- comparison --syft PATH --trivy PATH --grype PATH --grype-db DIRECTORY
 *   --db DIRECTORY
 *
 * The targets are Alpine 3.20 as recorded and with changes, and a small disk of VirtualBox. Every
 * run has an empty home directory. `docs/peers.md` has the table.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { createGptDisk } from '../../src/foundation/bytes/disk/disk.fixture.ts';
import {
  createSmallExt2,
  createSmallExt4,
} from '../../src/foundation/bytes/ext/small-disk.fixture.ts';
import { createTar } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import { formatCount } from '../../src/foundation/core/screen-text.ts';
import { ROOT } from '../../tools/source-tree.ts';
import { type Changes, RealImages } from './real-image.ts';
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
const SHARED = requireSharedMaterial();
const IMAGE = 'alpine-3.20';
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

/** Changes the blob of the lowest layer of a layout; its digest stays. */
function changeLayer(layout: string, change: (blob: Buffer) => Buffer): void {
  const findBlob = (digest: string): string => join(layout, 'blobs', digest.replace(':', '/'));
  const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
  const { manifests } = readJson(join(layout, 'index.json')) as {
    readonly manifests: readonly { readonly digest: string }[];
  };
  const { layers } = readJson(findBlob(manifests[0]?.digest ?? '')) as {
    readonly layers: readonly { readonly digest: string }[];
  };
  const path = findBlob(layers[0]?.digest ?? '');
  const blob = readFileSync(path);
  // The blob is a link to that of the recorded image.
  rmSync(path);
  writeFileSync(path, change(blob));
}

interface Layouts {
  readonly unchanged: string;
  readonly replaced: string;
  readonly flipped: string;
  readonly unrecorded: string;
}

function createLayouts(folder: string): Layouts {
  const images = new RealImages(SHARED, folder);
  const create = (changes: Changes = {}): string =>
    images.change(IMAGE, changes).slice('oci-dir:'.length);
  const [replaced, flipped] = [create(), create()];
  changeLayer(replaced, () => gzipSync(createTar([{ name: 'empty' }])));
  changeLayer(flipped, (blob) => {
    const middle = Math.floor(blob.length / 2);
    blob.writeUInt8(blob.readUInt8(middle) ^ 1, middle);
    return blob;
  });
  const unrecorded = create({ more: [[{ name: 'lib/apk/db/.wh.installed' }]] });
  return { unchanged: create(), replaced, flipped, unrecorded };
}

/** Creates a disk of VirtualBox with two packages, and returns its path. */
function createDisk(folder: string): string {
  const [raw, disk] = [join(folder, 'vm.img'), join(folder, 'vm.vdi')];
  writeFileSync(raw, createGptDisk({ content: createSmallExt4() }, { content: createSmallExt2() }));
  execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', 'vdi', raw, disk]);
  return disk;
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
  const layouts = createLayouts(folder);
  printRow(['target', 'plimsoll', 'Syft', 'Trivy']);
  printRow(['---', '---', '---', '---']);
  for (const [title, name] of TARGETS) {
    printRow([title, ...createImageLines(layouts[name]).map(describeSbom)]);
  }
  const vm = createDisk(folder);
  const disk = [
    [...PROGRAM, 'sbom', vm, '-q', '--fail-incomplete', '-o', 'cyclonedx-json'],
    [values.syft, '-q', '-o', 'cyclonedx-json', vm],
    [values.trivy, 'vm', '-q', '--format', 'cyclonedx', vm],
  ];
  printRow(['a disk of VirtualBox (VDI) with two apk packages', ...disk.map(describeSbom)]);
  const [own, syft, trivy] = createImageLines(layouts.unchanged);
  const twice = [[...own, '--reproducible'], syft, trivy].map(describeRepetition);
  printRow(['the SBOM of Alpine 3.20, written twice', ...twice]);
  if (values.db !== '' && values['grype-db'] !== '') {
    const layout = `oci-dir:${layouts.unrecorded}`;
    const gate = ['--fail-on', 'high', '-q'];
    const scan = [...PROGRAM, 'scan', layout, ...gate, '--db', values.db, '--db-max-age', '0'];
    const statuses = [scan, [values.grype, layout, ...gate]].map((line) => runCold(line).status);
    process.stdout.write(
      `\n--fail-on high without the record of the packages: plimsoll ${statuses[0]}, Grype ${statuses[1]}\n`,
    );
  }
});
