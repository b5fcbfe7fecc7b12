import type { KeyObject } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { MANIFEST_NAME } from '../../src/compliance/attest/program-manifest.ts';
import { signStatement } from '../../src/compliance/attest/sign-envelope.ts';
import { formatStatement, PREDICATE_TYPES } from '../../src/compliance/attest/statement.ts';
import { Stage } from '../../src/hardening/emit/stage.ts';
import { writeImage } from '../../src/hardening/emit/write-image.ts';
import { type WrittenLayer, writeLayer } from '../../src/hardening/emit/write-layer.ts';
import { attachToLayout } from '../../src/image/source/attach-document.ts';
import { unpackDebianPackages } from './debian-packages.ts';
import { computeSha256 } from './digest.ts';
import { checkDecisions, NODE_LICENSE } from './image-decisions.ts';
import { addDebianPackage, HOME, ImageFiles, USER_ID } from './image-files.ts';
import { findNodePackage, PLATFORMS, type ReleasePlatform, runTool } from './node-binary.ts';
import { PROVENANCE_TYPE } from './sign.ts';

export interface ImageSource {
  /** Of the npm package; the title of the image. */
  readonly name: string;
  /** The npm package, installed with its dependencies. */
  readonly installed: string;
  readonly version: string;
  /** Commit of the sources; empty if unknown. */
  readonly revision: string;
  /** Seconds since 1970: the time of the image and of its files. */
  readonly seconds: number;
  /** An empty directory for temporary files. */
  readonly folder: string;
  /** Signs the SBOMs. */
  readonly key: KeyObject;
}

export interface ReleaseImage {
  /** Of the index. */
  readonly digest: string;
  /** The manifest of each platform, by its name in the layout. */
  readonly manifests: ReadonlyMap<string, string>;
}

const PROGRAM = '/usr/local/lib/plimsoll';

/** The layers: libraries of the system, Node, and the program, which changes most often. */
function collectLayers(
  platform: ReleasePlatform,
  { installed, seconds, folder }: ImageSource,
): readonly (readonly [comment: string, files: ImageFiles])[] {
  const system = new ImageFiles(seconds);
  for (const item of unpackDebianPackages(platform, join(folder, 'debian', platform.name))) {
    addDebianPackage(system, item);
  }
  system.addTextFile(
    '/etc/passwd',
    `root:*:0:0:root:/root:/sbin/nologin\nnonroot:*:${USER_ID}:${USER_ID}:nonroot:${HOME}:/sbin/nologin\n`,
  );
  system.addTextFile('/etc/group', `root:x:0:\nnonroot:x:${USER_ID}:\n`);
  system.addTextFile('/etc/nsswitch.conf', 'hosts: files dns\n');
  system.addDirectory('/tmp', 0o1777);
  system.addDirectory(HOME, 0o700, USER_ID);
  const runtime = new ImageFiles(seconds);
  const node = findNodePackage(platform);
  runtime.addFile('/usr/local/bin/node', join(node, 'bin', 'node'));
  runtime.addFile(NODE_LICENSE, join(node, 'LICENSE'));
  const program = new ImageFiles(seconds);
  program.addTree(PROGRAM, installed, [
    'package.json',
    'LICENSE',
    'NOTICE',
    'dist/*.js',
    'dist/chunk/*.js',
    MANIFEST_NAME,
    'examples/**',
    'packs/**',
    'node_modules/**',
  ]);
  return [
    ['libraries of Debian', system],
    ['Node.js', runtime],
    ['plimsoll', program],
  ];
}

interface NamedLayer extends WrittenLayer {
  readonly name: string;
  readonly comment: string;
}

function createConfiguration(
  platform: ReleasePlatform,
  { name, version, revision, seconds }: ImageSource,
  layers: readonly NamedLayer[],
): Buffer {
  const created = new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  const labels = {
    'org.opencontainers.image.title': name,
    'org.opencontainers.image.description': 'SBOM and vulnerability scanner for container images',
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.licenses': 'Apache-2.0',
    'org.opencontainers.image.created': created,
    ...(revision === '' ? {} : { 'org.opencontainers.image.revision': revision }),
  };
  const document = {
    created,
    architecture: platform.architecture,
    os: 'linux',
    config: {
      User: `${USER_ID}:${USER_ID}`,
      Env: ['PATH=/usr/local/bin', `HOME=${HOME}`],
      Entrypoint: ['/usr/local/bin/node', `${PROGRAM}/dist/cli.js`],
      WorkingDir: HOME,
      Labels: labels,
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(({ comment }) => ({ created, created_by: 'plimsoll release', comment })),
  };
  return Buffer.from(JSON.stringify(document));
}

async function writePlatform(platform: ReleasePlatform, source: ImageSource): Promise<string> {
  const output = join(source.folder, platform.name);
  using stage = new Stage(output);
  const layers: NamedLayer[] = [];
  for (const [comment, files] of collectLayers(platform, source)) {
    checkDecisions(files.listSorted());
    const name: string = `layer-${layers.length}`;
    layers.push({ ...(await writeLayer(stage, name, files.listSorted(), 'gzip')), name, comment });
  }
  await writeImage('oci-dir', stage, {
    config: createConfiguration(platform, source, layers),
    layers,
    platform: { os: 'linux', architecture: platform.architecture },
    createdSeconds: source.seconds,
  });
  return output;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: object;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Index {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
}

const NAME = 'org.opencontainers.image.ref.name';
const ENVELOPE_TYPE = 'application/vnd.dsse.envelope.v1+json';

/**
 * Writes the image of all platforms as an OCI layout: `latest` is an index of both, and the name of
 * an architecture leads to its manifest. The SBOM of each is attached to it, plain
 * and as a signed statement.
 */
export async function writeReleaseImage(
  source: ImageSource,
  target: string,
): Promise<ReleaseImage> {
  const manifests: Descriptor[] = [];
  for (const platform of PLATFORMS) {
    const layout = await writePlatform(platform, source);
    cpSync(layout, target, { recursive: true });
    const { manifests: own } = JSON.parse(
      readFileSync(join(layout, 'index.json'), 'utf8'),
    ) as Index;
    manifests.push(...own);
  }
  const platforms = manifests.map(({ annotations: _, ...descriptor }) => descriptor);
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests: platforms }));
  const digest = computeSha256(index);
  writeFileSync(join(target, 'blobs', 'sha256', digest.slice('sha256:'.length)), index);
  const named = [
    { mediaType, digest, size: index.length, annotations: { [NAME]: 'latest' } },
    ...platforms.map((descriptor, at) => ({
      ...descriptor,
      annotations: { [NAME]: PLATFORMS[at]?.architecture ?? '' },
    })),
  ];
  writeFileSync(
    join(target, 'index.json'),
    JSON.stringify({ schemaVersion: 2, mediaType, manifests: named }),
  );
  for (const descriptor of platforms) attachSbom(descriptor, source, target);
  const names = PLATFORMS.map(({ architecture }) => architecture);
  return {
    digest,
    manifests: new Map(names.map((name, at) => [name, platforms[at]?.digest ?? ''])),
  };
}

/** Attaches the signed statement about the release to the manifests of an image. */
export function attachProvenance(
  target: string,
  manifests: Iterable<string>,
  statement: string,
): void {
  for (const digest of manifests) {
    const manifest = readFileSync(join(target, 'blobs', digest.replace(':', '/')));
    const { mediaType } = JSON.parse(manifest.toString()) as Descriptor;
    attachToLayout(target, {
      image: { manifest, manifestDigest: digest, mediaType },
      content: Buffer.from(statement),
      mediaType: ENVELOPE_TYPE,
      annotations: { 'in-toto.io/predicate-type': PROVENANCE_TYPE },
    });
  }
}

/** The SBOM is written by the program itself, from the image. */
function attachSbom(
  { digest, mediaType, ...rest }: Descriptor,
  { name, installed, key }: ImageSource,
  target: string,
): void {
  const bytes = readFileSync(join(target, 'blobs', digest.replace(':', '/')));
  const { architecture } = rest.platform as { readonly architecture: string };
  const args = [
    join(installed, 'dist', 'cli.js'),
    'sbom',
    // Relative, because the document contains the target as it was named.
    `oci-dir:${basename(target)}:latest`,
    '--platform',
    `linux/${architecture}`,
    '--name',
    name,
    '--reproducible',
    '--fail-incomplete',
    '-q',
    '-o',
    'cyclonedx-json',
  ];
  const content = runTool(process.execPath, args, dirname(target));
  const image = { manifest: bytes, manifestDigest: digest, mediaType };
  attachToLayout(target, {
    image,
    content: Buffer.from(content),
    mediaType: 'application/vnd.cyclonedx+json',
    annotations: { 'org.opencontainers.image.title': `${name}-${architecture}.cdx.json` },
  });
  const predicate = JSON.parse(content) as object;
  const statement = formatStatement({ kind: 'sbom', name, digest, predicate });
  attachToLayout(target, {
    image,
    content: Buffer.from(JSON.stringify(signStatement(statement, key))),
    mediaType: ENVELOPE_TYPE,
    annotations: { 'in-toto.io/predicate-type': PREDICATE_TYPES.sbom },
  });
}
