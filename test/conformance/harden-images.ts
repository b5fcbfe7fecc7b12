import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { HardenedProgram } from './harden-programs.data.ts';
import { ROOT_FILES, TRACED_PROGRAMS, type TracedProgram } from './reach-programs.data.ts';
import { PATH, unpackImage } from './reach-trace-root.ts';
import { requireSharedMaterial } from './shared-material.ts';

const DISTRIBUTION = 'bookworm';
const MEDIA = 'application/vnd.oci.image';

/** A program with everything that its image declares. */
export interface PreparedProgram {
  readonly program: HardenedProgram;
  /** An OCI layout. */
  readonly image: string;
}

/**
 * Creates the image of a program in the directory, unless it exists: a new root with its packages
 * only, packed as one layer.
 */
export async function prepareImage(
  program: HardenedProgram,
  folder: string,
): Promise<PreparedProgram> {
  const image = join(folder, 'images', program.id);
  if (!existsSync(image)) {
    const root = join(folder, 'root');
    rmSync(root, { recursive: true, force: true });
    makeRoot(program, root, folder);
    completeRoot(program, root);
    const unfinished = `${image}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    await packRoot(program, root, unfinished);
    renameSync(unfinished, image);
    rmSync(root, { recursive: true, force: true });
  }
  return { program, image };
}

/** Finds the traced program whose command and files the image has. */
function findTraced({ id }: HardenedProgram): TracedProgram | undefined {
  return TRACED_PROGRAMS.find((traced) => traced.id === id);
}

function run(command: string, ...words: readonly string[]): void {
  execFileSync(command, words, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

function makeRoot({ image, packages = '' }: HardenedProgram, root: string, folder: string): void {
  if (image !== undefined) {
    mkdirSync(root, { recursive: true });
    unpackImage(join(requireSharedMaterial(), 'corpus', 'images', image), root);
    return;
  }
  const base = join(folder, 'base');
  const archives = join(folder, 'archives');
  mkdirSync(archives, { recursive: true });
  if (!existsSync(base)) {
    run('debootstrap', '--variant=minbase', DISTRIBUTION, `${base}.unfinished`);
    renameSync(`${base}.unfinished`, base);
  }
  run('cp', '-a', base, root);
  const line = `mount -t proc proc $0/proc && mount --bind ${archives} $0/var/cache/apt/archives
exec chroot $0 apt-get install -y --no-install-recommends "$@"`;
  run('unshare', '--mount', 'sh', '-ec', line, root, ...packages.split(' '));
}

/** What every image of the distribution leaves out, and a link that would lead out of the root. */
const CLEANING = [
  'rm -rf $ROOT/var/cache/apt/*.bin $ROOT/var/cache/apt/archives/*.deb $ROOT/var/lib/apt/lists/*',
  'rm -rf $ROOT/var/log/*.log $ROOT/var/log/apt/* $ROOT/var/cache/debconf/*-old',
];

function completeRoot(program: HardenedProgram, root: string): void {
  const { sources = [], files = {}, steps = [], image } = program;
  const kind = findTraced(program)?.root ?? 'debian';
  const listed = Object.entries(ROOT_FILES[kind]).filter(([path]) =>
    sources.some((source) => path === source || path.startsWith(`${source}/`)),
  );
  for (const [path, content] of [...listed, ...Object.entries(files)]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content, { mode: path.endsWith('.sh') ? 0o755 : 0o644 });
  }
  for (const line of [...steps, ...(image === undefined ? CLEANING : [])]) {
    execFileSync('sh', ['-ec', line], {
      env: { ...process.env, ROOT: root },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
}

async function digestFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Uint8Array);
  }
  return hash.digest('hex');
}

async function packRoot(program: HardenedProgram, root: string, layout: string): Promise<void> {
  const blobs = join(layout, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  const tar = join(layout, 'layer.tar');
  run('tar', '--numeric-owner', '--xattrs', '--xattrs-include=*', '-C', root, '-cf', tar, '.');
  const layerDigest = await digestFile(tar);
  const layerSize = statSync(tar).size;
  renameSync(tar, join(blobs, layerDigest));
  const put = (value: object): { digest: string; size: number } => {
    const text = JSON.stringify(value);
    const digest = createHash('sha256').update(text).digest('hex');
    writeFileSync(join(blobs, digest), text);
    return { digest: `sha256:${digest}`, size: Buffer.byteLength(text) };
  };
  const traced = findTraced(program);
  const environment = program.environment ?? traced?.environment ?? [];
  const config = put({
    architecture: 'amd64',
    os: 'linux',
    config: {
      Entrypoint: program.command ?? traced?.command ?? [],
      Env: [PATH, ...environment],
      WorkingDir: program.workingFolder ?? traced?.workingFolder ?? '/',
      User: program.user ?? '',
    },
    rootfs: { type: 'layers', diff_ids: [`sha256:${layerDigest}`] },
  });
  const manifest = put({
    schemaVersion: 2,
    mediaType: `${MEDIA}.manifest.v1+json`,
    config: { mediaType: `${MEDIA}.config.v1+json`, ...config },
    layers: [
      { mediaType: `${MEDIA}.layer.v1.tar`, digest: `sha256:${layerDigest}`, size: layerSize },
    ],
  });
  const index = {
    schemaVersion: 2,
    manifests: [{ mediaType: `${MEDIA}.manifest.v1+json`, ...manifest }],
  };
  writeFileSync(join(layout, 'index.json'), JSON.stringify(index));
  writeFileSync(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
}
