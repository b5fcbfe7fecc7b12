import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { computeDigest, FixtureLayout } from '../foundation/bytes/oci/image.fixture.ts';
import { createTar, type FixtureEntry } from '../foundation/bytes/tar/tar.fixture.ts';
import type { TarEntry } from '../foundation/bytes/tar/tar-entry.ts';
import { TarParser } from '../foundation/bytes/tar/tar-parser.ts';
import { UserError } from '../foundation/core/error.ts';
import { DEFAULT_LIMITS, type Limits } from '../foundation/core/limits.ts';
import type { EmitPlan, LayerCompression, LayerForm } from '../hardening/emit/emit-source.ts';
import type { ImageForm } from '../hardening/emit/write-image.ts';
import type { KeptFile, PlannedPackage } from '../hardening/harden/removal-plan.ts';
import { emitTarget } from './emit-target.ts';
import { readInventory } from './read-inventory.ts';
import type { ReadTarget } from './read-target.ts';

export const SCRATCH = mkdtempSync(join(tmpdir(), 'plimsoll-emit-'));
after(() => rmSync(SCRATCH, { recursive: true, force: true }));

export const CONFIG = {
  Entrypoint: ['/usr/bin/app'],
  User: '1000:1000',
  Labels: { kept: 'yes' },
  WorkingDir: '/work',
  Volumes: { '/data': {} },
};

export interface Image {
  readonly layers: readonly (readonly FixtureEntry[])[];
  readonly config?: object;
}

export function writeImage({ layers, config = CONFIG }: Image): string {
  const layout = new FixtureLayout();
  const blobs = layers.map(createTar);
  const document = {
    architecture: 'amd64',
    os: 'linux',
    created: '2024-05-06T07:08:09Z',
    config,
    rootfs: { type: 'layers', diff_ids: blobs.map(computeDigest) },
    history: [{ created_by: 'a step with a secret' }],
  };
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: layout.add(JSON.stringify(document)),
      size: JSON.stringify(document).length,
    },
    layers: blobs.map((blob) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      digest: layout.add(blob),
      size: blob.length,
    })),
  });
  const digest = layout.add(manifest);
  const descriptor = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest,
    size: manifest.length,
  };
  const path = join(mkdtempSync(join(SCRATCH, 'i')), 'image.tar');
  writeFileSync(path, createTar(layout.listEntries([descriptor])));
  return path;
}

export interface Wishes {
  /** Paths that the plan keeps. */
  readonly keep: readonly string[];
  /** Names of packages that the plan keeps, each with the paths of its kept files. */
  readonly packages?: Readonly<Record<string, readonly string[]>>;
  readonly form?: ImageForm;
  readonly layers?: LayerForm;
  readonly compression?: LayerCompression;
  readonly output?: string;
  readonly created?: string;
  readonly limits?: Limits;
  /** Called between the two readings. */
  readonly onAnalyzed?: (target: string) => void;
}

export async function emit(target: string, wishes: Wishes): Promise<string> {
  const { form = 'oci-dir', layers = 'one', compression = 'gzip', created } = wishes;
  const output = wishes.output ?? join(mkdtempSync(join(SCRATCH, 'o')), 'slim');
  let read: ReadTarget | undefined;
  const reading = {
    temporaryFolder: SCRATCH,
    files: { selection: 'all' as const },
    limits: wishes.limits ?? DEFAULT_LIMITS,
  };
  const inventory = await readInventory(target, {
    ...reading,
    limits: DEFAULT_LIMITS,
    onRead: (found) => {
      read = found;
    },
  });
  assert.ok(read !== undefined);
  const { view } = read;
  const kept = wishes.keep.map((path): KeptFile => {
    const ref = view.find(path);
    assert.ok(ref !== undefined, path);
    const content = view.resolveHardLink(ref);
    const files = view.layers[content.layer]?.files;
    const sha256 = files?.getSha256(content.row);
    const type = files?.getType(content.row) ?? 'other';
    return {
      path,
      type,
      sizeBytes: 0,
      because: 'required',
      ...(sha256 === undefined ? {} : { sha256 }),
    };
  });
  const packages = inventory.packages.map(({ key, name, version, type }): PlannedPackage => {
    const own = wishes.packages?.[name];
    return { key, name, version, type, isKept: own !== undefined, kept: own ?? [], dropped: [] };
  });
  wishes.onAnalyzed?.(target);
  using resources = new DisposableStack();
  const plan: EmitPlan = { kept, packages };
  await emitTarget({ userInput: target, read, inventory, plan }, reading, {
    form,
    output,
    layers,
    compression,
    planDigest: `sha256:${'1'.repeat(64)}`,
    resources,
    ...(created === undefined ? {} : { created }),
  });
  return output;
}

export interface ReadEntry extends TarEntry {
  readonly content: string;
}

export interface EmittedDocument {
  readonly digest: string;
  readonly mediaType: string;
}

export interface EmittedConfig {
  readonly created?: string;
  readonly config: { readonly Labels: Record<string, string> } & Record<string, unknown>;
  readonly history: readonly { readonly created_by: string }[];
  readonly rootfs: { readonly diff_ids: readonly string[] };
}

function readBlob(layout: string, digest: string): Buffer {
  const content = readFileSync(join(layout, 'blobs', digest.replace(':', '/')));
  assert.equal(computeDigest(content), digest);
  return content;
}

function readManifest(layout: string): {
  config: EmittedDocument;
  layers: EmittedDocument[];
} {
  const index: { manifests: EmittedDocument[] } = JSON.parse(
    readFileSync(join(layout, 'index.json'), 'utf8'),
  );
  return JSON.parse(readBlob(layout, index.manifests[0]?.digest ?? '').toString());
}

export function readConfig(layout: string): EmittedConfig {
  return JSON.parse(readBlob(layout, readManifest(layout).config.digest).toString());
}

export function readLayers(layout: string): ReadEntry[][] {
  const { diff_ids: diffIds } = readConfig(layout).rootfs;
  return readManifest(layout).layers.map(({ digest, mediaType }, number) => {
    const blob = readBlob(layout, digest);
    const archive = mediaType.endsWith('+gzip')
      ? gunzipSync(blob)
      : mediaType.endsWith('+zstd')
        ? zstdDecompressSync(blob)
        : blob;
    assert.equal(computeDigest(archive), diffIds[number]);
    return readArchive(archive);
  });
}

function readArchive(archive: Uint8Array): ReadEntry[] {
  const entries: ReadEntry[] = [];
  const problems: string[] = [];
  const parser = new TarParser(
    {
      isDetailed: true,
      onEntry: (entry) => void entries.push({ ...entry, content: '' }),
      onContent: (piece) => {
        const last = entries.pop();
        assert.ok(last !== undefined);
        entries.push({ ...last, content: last.content + Buffer.from(piece).toString('latin1') });
      },
      onEntryEnd: () => {},
      onProblem: ({ message }) => void problems.push(message),
    },
    DEFAULT_LIMITS,
  );
  parser.push(archive);
  parser.end();
  assert.deepEqual(problems, []);
  return entries;
}

export function listNames(entries: readonly ReadEntry[] = []): string[] {
  return entries.map(({ name, type, linkName }) =>
    linkName === '' ? name : `${name} ${type === 'hardlink' ? '=' : '->'} ${linkName}`,
  );
}

export function find(entries: readonly ReadEntry[] | undefined, name: string): ReadEntry {
  const entry = entries?.find((one) => one.name === name);
  assert.ok(entry !== undefined, `${name} in ${listNames(entries).join(', ')}`);
  return entry;
}

export const createFolder = (name: string, mode = 0o755): FixtureEntry => ({
  name: `${name}/`,
  typeFlag: '5',
  mode,
});
export const createFile = (name: string, content = name): FixtureEntry => ({ name, content });

export const APP: readonly FixtureEntry[] = [
  createFolder('usr'),
  createFolder('usr/bin'),
  { ...createFile('usr/bin/app', 'program'), mode: 0o4755, uid: 7 },
  createFile('usr/bin/other'),
];

export const DPKG: readonly FixtureEntry[] = [
  createFolder('etc'),
  createFile('etc/os-release', 'ID=debian\nVERSION_ID="12"\n'),
  createFile('etc/one.conf', 'settings'),
  createFolder('usr'),
  createFolder('usr/lib'),
  createFile('usr/lib/one.so', 'one'),
  createFile('usr/lib/one-extra.so', 'extra'),
  createFile('usr/lib/one-generated', 'generated'),
  createFile('usr/lib/two.so', 'two'),
  { name: 'lib', typeFlag: '2', linkName: 'usr/lib' },
  createFolder('usr/share'),
  createFile('usr/share/doc/one/copyright', 'License: MIT\n'),
  createFolder('var/lib/dpkg'),
  createFile(
    'var/lib/dpkg/status',
    [
      'Package: one\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\nConffiles:\n /etc/one.conf 0123456789abcdef0123456789abcdef\n /etc/gone.conf 1123456789abcdef0123456789abcdef\nDescription: the first\n of two\n',
      'Package: two\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.0\n',
    ].join('\n'),
  ),
  createFile(
    'var/lib/dpkg/info/one:amd64.md5sums',
    `${computeMd5('one')}  lib/one.so\n${computeMd5('extra')}  usr/lib/one-extra.so\n`,
  ),
  createFile(
    'var/lib/dpkg/info/one:amd64.list',
    '/.\n/lib/one.so\n/usr/lib/one-extra.so\n/usr/lib/one-generated\n',
  ),
  createFile('var/lib/dpkg/info/two.md5sums', `${computeMd5('two')}  usr/lib/two.so\n`),
];

export async function catchError(work: Promise<unknown>): Promise<UserError> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return error;
  }
  assert.fail('no error');
}

export function computeMd5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
