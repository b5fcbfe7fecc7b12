import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT_FILES, ROOT_STEPS, type TracedProgram } from './reach-programs.data.ts';
import { requireSharedMaterial } from './shared-material.ts';

type RootName = TracedProgram['root'];

/** A root directory in which programs run, and the layer it was packed as. */
export interface TraceRoot {
  readonly name: RootName;
  readonly folder: string;
  readonly layer: string;
  readonly digest: string;
}

/** Images of the corpus that are unpacked as roots. */
const CORPUS_IMAGES: Readonly<Partial<Record<RootName, string>>> = {
  alpine: 'alpine-3.20.oci.tar',
  'go-web': 'go-web-alpine.oci.tar',
};

const DEBIAN_PACKAGES = [
  'ca-certificates nginx-light redis-server curl wget openssl sqlite3 python3 python3-venv',
  'nodejs ruby php-cli php-sqlite3 perl libwww-perl libjson-perl default-jre-headless git gnupg cron',
  'openssh-server openssh-client postgresql postgresql-client haproxy memcached apache2 lighttpd',
  'dnsmasq-base rsync jq file mosquitto unbound bind9-dnsutils vim-tiny gawk lua5.4 tcl imagemagick',
  'groff-base mariadb-server iproute2 tini make gcc libc6-dev ldap-utils snmp socat netcat-openbsd',
  'tzdata procps',
]
  .join(' ')
  .split(' ');

/** Creates a root directory, unless it exists, and packs it as the only layer of an image. */
export async function prepareRoot(name: RootName, base: string): Promise<TraceRoot> {
  const folder = join(base, name);
  const layer = join(base, `${name}.layer.tar`);
  if (!existsSync(layer)) {
    if (!existsSync(join(folder, 'etc'))) {
      makeRoot(name, folder);
    }
    completeRoot(name, folder);
    const packed = ['--numeric-owner', '--one-file-system', '-C', folder, '-cf', layer, '.'];
    execFileSync('tar', packed, { stdio: 'inherit' });
  }
  return { name, folder, layer, digest: await digestFile(layer) };
}

function makeRoot(name: RootName, folder: string): void {
  const image = CORPUS_IMAGES[name];
  mkdirSync(folder, { recursive: true });
  if (image !== undefined) {
    unpackImage(join(requireSharedMaterial(), 'corpus', 'images', image), folder);
    return;
  }
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = (command: string, ...words: string[]): void => {
    execFileSync(command, words, { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
  };
  run('debootstrap', '--variant=minbase', 'bookworm', folder);
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...DEBIAN_PACKAGES];
  run(
    'unshare',
    '--mount',
    'sh',
    '-c',
    `mount -t proc proc ${folder}/proc && chroot "$@"`,
    'sh',
    folder,
    ...install,
  );
}

/** Unpacks the layers of an OCI archive in order; these images of the corpus have no whiteouts. */
export function unpackImage(archive: string, folder: string): void {
  const readText = (path: string): string =>
    execFileSync('tar', ['-xOf', archive, path], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const getBlobPath = (digest: string): string => `blobs/${digest.replace(':', '/')}`;
  const index = JSON.parse(readText('index.json')) as { manifests: { digest: string }[] };
  const manifest = JSON.parse(readText(getBlobPath(index.manifests[0]?.digest ?? ''))) as {
    layers: { digest: string }[];
  };
  for (const { digest } of manifest.layers) {
    const blob = `tar -xOf "$1" "$2"`;
    const unpack = `${blob} | $(if ${blob} | head -c 4 | grep -q $(printf '\\050\\265\\057\\375'); then echo zstd -dc; else echo gzip -dcf; fi) | tar -xf - -C "$3"`;
    execFileSync('bash', ['-c', unpack, 'sh', archive, getBlobPath(digest), folder], {
      env: { ...process.env, LC_ALL: 'C' },
      stdio: 'inherit',
    });
  }
}

function completeRoot(name: RootName, folder: string): void {
  for (const [path, content] of Object.entries(ROOT_FILES[name])) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  for (const line of ROOT_STEPS[name]) {
    execFileSync('sh', ['-ec', line], {
      env: { ...process.env, ROOT: folder },
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

export interface PackedImage {
  readonly folder: string;
  /** The configuration exactly as in the image. */
  readonly config: Uint8Array;
}

/** Writes an OCI layout of the root with the program as its command. */
export function packImage(root: TraceRoot, program: TracedProgram, folder: string): PackedImage {
  rmSync(folder, { recursive: true, force: true });
  const blobs = join(folder, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  linkSync(root.layer, join(blobs, root.digest));
  const put = (value: object): { digest: string; size: number } => {
    const text = JSON.stringify(value);
    const digest = createHash('sha256').update(text).digest('hex');
    writeFileSync(join(blobs, digest), text);
    return { digest: `sha256:${digest}`, size: Buffer.byteLength(text) };
  };
  const { command, environment = [], workingFolder = '/' } = program;
  const config = put({
    architecture: 'amd64',
    os: 'linux',
    config: { Entrypoint: command, Env: [PATH, ...environment], WorkingDir: workingFolder },
    rootfs: { type: 'layers', diff_ids: [`sha256:${root.digest}`] },
  });
  const layer = { digest: `sha256:${root.digest}`, size: statSync(root.layer).size };
  const manifest = put({
    schemaVersion: 2,
    mediaType: `${MEDIA}.manifest.v1+json`,
    config: { mediaType: `${MEDIA}.config.v1+json`, ...config },
    layers: [{ mediaType: `${MEDIA}.layer.v1.tar`, ...layer }],
  });
  const index = {
    schemaVersion: 2,
    manifests: [{ mediaType: `${MEDIA}.manifest.v1+json`, ...manifest }],
  };
  writeFileSync(join(folder, 'index.json'), JSON.stringify(index));
  writeFileSync(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  return { folder, config: readFileSync(join(blobs, config.digest.slice('sha256:'.length))) };
}

const MEDIA = 'application/vnd.oci.image';

/** The `PATH` with which programs are run and that the image declares. */
export const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Returns whether the file starts with the ELF magic number. */
export function isElf(path: string): boolean {
  return readFileSync(path).subarray(0, 4).equals(Buffer.from('\x7fELF', 'latin1'));
}
