// Takes files out of images and checks that `harden verify` notices and names them: `npm run
// conformance -- losses FOLDER [ID…]`. Needs root, debootstrap and a built program; images are
// created once in FOLDER, outside of the repository. Not part of `npm test`.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { prepareImage } from './harden-images.ts';
import { SEEDED_LOSSES, type SeededLoss } from './harden-losses.data.ts';
import { type HardenedProgram, KNOWN_PROGRAMS } from './harden-programs.data.ts';

const [base, ...wanted] = process.argv.slice(2);
if (base === undefined) {
  throw new Error('name a folder for the images, outside of the repository');
}
const folder = resolve(base);
mkdirSync(join(folder, 'images'), { recursive: true });
const cli = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');

interface Descriptor {
  digest: string;
  size: number;
  mediaType: string;
}

interface Manifest {
  config: Descriptor;
  layers: Descriptor[];
}

interface Config {
  config: { Entrypoint?: readonly string[]; Env?: string[] };
  rootfs: { diff_ids: string[] };
}

function getBlobPath(layout: string, digest: string): string {
  return join(layout, 'blobs', digest.replace(':', '/'));
}

function readBlob(layout: string, digest: string): unknown {
  return JSON.parse(readFileSync(getBlobPath(layout, digest), 'utf8'));
}

/** Writes an image that shares the layers of another one and has a further layer. */
function deriveImage(image: string, to: string, loss: SeededLoss, layer: Buffer | undefined): void {
  rmSync(to, { recursive: true, force: true });
  execFileSync('cp', ['-al', image, to]);
  const put = (content: Buffer | string): { digest: string; size: number } => {
    const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    rmSync(getBlobPath(to, digest), { force: true });
    writeFileSync(getBlobPath(to, digest), content);
    return { digest, size: Buffer.byteLength(content) };
  };
  const index = JSON.parse(readFileSync(join(to, 'index.json'), 'utf8')) as {
    manifests: Descriptor[];
  };
  const [first] = index.manifests;
  const manifest = readBlob(to, first?.digest ?? '') as Manifest;
  const config = readBlob(to, manifest.config.digest) as Config;
  if (loss.command !== undefined) {
    config.config.Entrypoint = loss.command;
  }
  config.config.Env?.push(...(loss.environment ?? []));
  if (layer !== undefined) {
    const blob = put(layer);
    manifest.layers.push({ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...blob });
    config.rootfs.diff_ids.push(blob.digest);
  }
  Object.assign(manifest.config, put(JSON.stringify(config)));
  Object.assign(first ?? {}, put(JSON.stringify(manifest)));
  rmSync(join(to, 'index.json'));
  writeFileSync(join(to, 'index.json'), JSON.stringify(index));
}

function listNames(image: string): readonly string[] {
  const index = JSON.parse(readFileSync(join(image, 'index.json'), 'utf8')) as {
    manifests: Descriptor[];
  };
  const manifest = readBlob(image, index.manifests[0]?.digest ?? '') as Manifest;
  const layer = getBlobPath(image, manifest.layers[0]?.digest ?? '');
  return execFileSync('tar', ['-tf', layer], { encoding: 'utf8', maxBuffer: 2 ** 28 })
    .split('\n')
    .map((name) => name.replace(/^\.(?=\/)/u, '').replace(/\/$/u, ''));
}

/** Creates the layer that removes a path, or changes its permissions. */
function makeLossLayer(
  { path, mode }: SeededLoss,
  image: string,
  names: readonly string[],
): { layer: Buffer; path: string } {
  const [before = '', after] = path.split('*');
  const real =
    after === undefined
      ? names.find((name) => name === path)
      : names.find((name) => name.startsWith(before) && name.endsWith(after));
  if (real === undefined) {
    throw new Error(`${path} is not in the image`);
  }
  const root = join(folder, 'loss');
  rmSync(root, { recursive: true, force: true });
  const place = join(root, real);
  if (mode === undefined) {
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(join(dirname(place), `.wh.${basename(place)}`), '');
  } else {
    mkdirSync(root, { recursive: true });
    const index = JSON.parse(readFileSync(join(image, 'index.json'), 'utf8')) as {
      manifests: Descriptor[];
    };
    const manifest = readBlob(image, index.manifests[0]?.digest ?? '') as Manifest;
    const layer = getBlobPath(image, manifest.layers[0]?.digest ?? '');
    execFileSync('tar', [
      '-C',
      root,
      '--numeric-owner',
      '--no-recursion',
      '-xpf',
      layer,
      `.${real}`,
    ]);
    execFileSync('chmod', [mode.toString(8), place]);
  }
  const only = mode === undefined ? ['--owner=0', '--group=0', '.'] : [`.${real}`];
  // Parents are not listed, so that they keep their owners.
  const listed = mode === undefined ? [`.${join(dirname(real), `.wh.${basename(real)}`)}`] : only;
  const layer = execFileSync('tar', [
    '-C',
    root,
    '--numeric-owner',
    '--no-recursion',
    '-cf',
    '-',
    ...listed,
  ]);
  return { layer, path: real };
}

interface Outcome {
  readonly isDetected: boolean;
  readonly isNamed: boolean;
  readonly isRepaired: boolean;
  readonly text: string;
}

function verify(
  original: string,
  slim: string,
  loss: SeededLoss,
  probe: string,
): Outcome & { named: string } {
  const command = probe === '' || loss.command !== undefined ? [] : ['--', 'bash', '-c', probe];
  const words = ['harden', 'verify', original, slim, '-o', 'json', '--repair', '5', ...command];
  const { stdout, stderr, status } = spawnSync(process.execPath, [cli, ...words], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    timeout: 600_000,
  });
  if (status !== 0 && status !== 2) {
    return { isDetected: false, isNamed: false, isRepaired: false, named: '', text: stderr.trim() };
  }
  const result = JSON.parse(stdout) as {
    isSame: boolean;
    isRepaired: boolean;
    runs: number;
    missing?: { path: string; evidence: string; isConfirmed: boolean };
    differences: { aspect: string }[];
  };
  const { missing } = result;
  const aspects = result.differences.map(({ aspect }) => aspect).join(', ');
  return {
    isDetected: !result.isSame,
    isNamed: false,
    isRepaired: result.isRepaired,
    named: missing?.path ?? '',
    text: `${aspects}; ${missing?.path} (${missing?.evidence}, ${missing?.isConfirmed}); ${result.runs} runs`,
  };
}

async function tryLoss(loss: SeededLoss): Promise<Outcome> {
  const program = KNOWN_PROGRAMS.find(({ id }) => id === loss.program) as HardenedProgram;
  const { image } = await prepareImage(program, folder);
  const original = join(folder, 'loss-original');
  const slim = join(folder, 'loss-slim');
  const { layer, path } = makeLossLayer(loss, image, listNames(image));
  deriveImage(image, original, loss, undefined);
  deriveImage(image, slim, loss, layer);
  const found = verify(original, slim, loss, program.probe ?? '');
  return { ...found, isNamed: found.named === path };
}

const outcomes: Outcome[] = [];
for (const loss of SEEDED_LOSSES.filter(({ id }) => wanted.length === 0 || wanted.includes(id))) {
  const outcome = await tryLoss(loss);
  outcomes.push(outcome);
  const words = [
    outcome.isDetected ? 'detected' : 'NOT DETECTED',
    outcome.isNamed ? 'named' : 'NOT NAMED',
    outcome.isRepaired ? 'repaired' : 'NOT REPAIRED',
  ];
  console.log(`${loss.id} (${loss.program}): ${words.join(', ')}: ${outcome.text}`);
}
const count = (key: 'isDetected' | 'isNamed' | 'isRepaired'): number =>
  outcomes.filter((one) => one[key]).length;
console.log(
  `${outcomes.length} losses: ${count('isDetected')} detected, ${count('isNamed')} named, ${count('isRepaired')} repaired`,
);
