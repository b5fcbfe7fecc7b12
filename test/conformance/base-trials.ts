// Identifies base images of generated images: `npm run conformance:bases -- ROOT...`. Each root file
// system becomes two base images, the second with another patch level. Fails if an image with the
// same layers is not identified, if fewer than 95 % of rewritten ones are, if a look-alike is taken
// for the base image, if an origin is wrong, or if a store of 500 base images is too slow or large.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { computeBaseId } from '../../src/base/base-file.ts';
import type { BaseImage } from '../../src/base/base-image.ts';
import { BaseStore } from '../../src/base/base-store.ts';
import { describeBase } from '../../src/base/describe-base.ts';
import { identifyBase, nameWithType } from '../../src/base/identify-base.ts';
import { findOrigins } from '../../src/base/origin.ts';
import type { AbiFacts } from '../../src/base/provisions.ts';
import { createTar } from '../../src/bytes/tar/tar.fixture.ts';
import type { Inventory } from '../../src/core/inventory.ts';
import { type BuiltLayer, createRootArchive, describeLayer, writeLayout } from './root-images.ts';

const roots = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bases-'));
const store = new BaseStore(join(folder, 'store'));
const RECORDS = ['var/lib/dpkg/status', 'lib/apk/db/installed'];
const LOOK_ALIKES = 200;
const STORE_BASES = 500;
const WHICH_MS_MAX = 50;
const STORE_BYTES_MAX = 60_000_000;
let failures = 0;
let copies = 0;

interface Trial {
  readonly name: string;
  readonly root: string;
  readonly layer: BuiltLayer;
  readonly image: BaseImage;
  readonly inventory: Inventory;
}

try {
  const trials: Trial[] = [];
  for (const root of roots) {
    trials.push(await addBase(root, basename(root)));
    const patched = createPatchLevel(root);
    if (patched !== undefined) {
      trials.push(await addBase(patched, `${basename(root)}-patched`));
    }
  }
  console.log(`${trials.length} base images`);
  await tryImages(trials);
  tryLookAlikes(trials);
  await tryOrigins(trials);
  measureStore(trials);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failures === 0 && roots.length > 0 ? 0 : 1;

async function read(target: string): Promise<{ inventory: Inventory; abi: AbiFacts }> {
  let abi: AbiFacts = { files: new Map(), users: [], groups: [] };
  const inventory = await readInventory(target, {
    files: { selection: 'all' },
    temporaryFolder: () => folder,
    onAbi: (facts) => {
      abi = facts;
    },
  });
  return { inventory, abi };
}

async function addBase(root: string, name: string): Promise<Trial> {
  const layer = createRootArchive(root, join(folder, `${name}.tar`));
  const content = await read(writeLayout(join(folder, 'layout'), { layers: [layer] }));
  const image = describeBase(content, { names: [name] });
  store.addImage(image);
  return { name, root, layer, image, inventory: content.inventory };
}

/** A copy in which every tenth package has another version, and one of its files other content. */
function createPatchLevel(root: string): string | undefined {
  if (!RECORDS.some((path) => existsSync(join(root, path)))) {
    return undefined;
  }
  const copy = join(folder, `root-${copies++}`);
  run('cp', ['-a', root, copy]);
  for (const path of RECORDS.map((one) => join(copy, one)).filter(existsSync)) {
    const changed = readFileSync(path, 'utf8')
      .split('\n\n')
      .map((record, index) =>
        index % 10 === 3 ? record.replace(/^(V(?:ersion)?: ?.+)$/m, '$1.1') : record,
      );
    writeFileSync(path, changed.join('\n\n'));
  }
  const programs = findPrograms(copy);
  programs
    .filter((_, index) => index % 25 === 7)
    .forEach((path) => writeFileSync(path, `#!${path}`));
  return copy;
}

function findPrograms(root: string): readonly string[] {
  return ['usr/bin', 'usr/sbin', 'bin', 'sbin', 'lib', 'usr/lib']
    .map((path) => join(root, path))
    .filter((path) => existsSync(path) && statSync(path).isDirectory())
    .flatMap((path) =>
      readdirSync(path, { withFileTypes: true })
        .filter((one) => one.isFile())
        .map(({ name }) => join(path, name)),
    );
}

function addLayer(name: string, entries: Parameters<typeof createTar>[0]): BuiltLayer {
  const file = join(folder, `${name}.layer.tar`);
  writeFileSync(file, createTar(entries));
  return describeLayer(file);
}

/** The same layers, and the same content in other layers. */
async function tryImages(trials: readonly Trial[]): Promise<void> {
  const counts = { exact: 0, exactOf: 0, rewritten: 0, rewrittenOf: 0 };
  for (const [index, trial] of trials.entries()) {
    const application = addLayer(`app-${index}`, [
      { name: `srv/app-${index}`, content: `application ${index}` },
      { name: 'opt/lib/data', content: 'x'.repeat(1_000 + index) },
    ]);
    const layers = [trial.layer, application];
    for (const isCompressed of [false, true]) {
      const state = await identify({ layers, isCompressed });
      counts.exactOf += 1;
      counts.exact += state === `exact ${trial.name}` ? 1 : 0;
    }
    for (const layer of [
      mergeLayerFiles(trial, application, []),
      mergeLayerFiles(trial, application, ['--sort=none', '--mtime=2020-01-01']),
    ]) {
      const state = await identify({ layers: [layer] });
      counts.rewrittenOf += 1;
      const isRight = state === `same ${trial.name}`;
      counts.rewritten += isRight ? 1 : 0;
      console.log(isRight ? `ok ${state}` : `WRONG ${trial.name}: ${state}`);
    }
  }
  const share = counts.rewritten / counts.rewrittenOf;
  console.log(
    `same layers: ${counts.exact} of ${counts.exactOf}; rewritten: ${counts.rewritten} of ${counts.rewrittenOf}`,
  );
  failures += counts.exact === counts.exactOf && share >= 0.95 ? 0 : 1;
}

function mergeLayerFiles(
  { root }: Trial,
  { file }: BuiltLayer,
  words: readonly string[],
): BuiltLayer {
  const copy = join(folder, `squash-${copies++}`);
  run('cp', ['-al', root, copy]);
  run('tar', ['-C', copy, '-xf', file]);
  const layer = createRootArchive(copy, `${copy}.tar`, words);
  rmSync(copy, { recursive: true });
  return layer;
}

async function identify(image: Parameters<typeof writeLayout>[1]): Promise<string> {
  const { inventory } = await read(writeLayout(join(folder, 'layout'), image));
  return conclude(inventory);
}

function conclude(inventory: Inventory): string {
  const { heads } = store.list();
  const readImage = store.createReader((message) => console.log(message));
  const { state, base } = identifyBase(inventory, { heads, read: readImage });
  return [state, ...(base?.names ?? [])].join(' ');
}

/** Images that resemble a base image but are not built on it. */
function tryLookAlikes(trials: readonly Trial[]): void {
  let wrong = 0;
  for (let index = 0; index < LOOK_ALIKES; index += 1) {
    const { inventory } = trials[index % trials.length] as Trial;
    const { target } = inventory;
    const step = 2 + (index % 20);
    // Other layers, a share of the files with other content, and one package in another version.
    const changed: Inventory = {
      ...inventory,
      target:
        target.kind === 'image'
          ? {
              ...target,
              layers: target.layers.map((layer) => ({
                ...layer,
                diffId: `sha256:${index.toString(16).padStart(64, '0')}`,
              })),
            }
          : target,
      files: inventory.files.map((file, place) =>
        place % step === 0 ? { ...file, sha256: `${place}`.padStart(64, 'a') } : file,
      ),
      packages: inventory.packages.map((item, place) =>
        place === index % inventory.packages.length
          ? { ...item, version: `${item.version}+x` }
          : item,
      ),
    };
    const state = conclude(changed);
    if (/^(?:exact|same)/.test(state)) {
      wrong += 1;
      console.log(`WRONG look-alike ${index}: ${state}`);
    }
  }
  console.log(`look-alikes: ${wrong} of ${LOOK_ALIKES} taken for the base image`);
  failures += wrong;
}

/** Layers of known construction: an application, a package of it, and an upgraded package. */
async function tryOrigins(trials: readonly Trial[]): Promise<void> {
  let right = 0;
  let all = 0;
  let images = 0;
  for (const [index, trial] of trials.entries()) {
    const records = RECORDS.find((path) => existsSync(join(trial.root, path)));
    const system = trial.inventory.packages.filter(({ type }) => type === 'apk' || type === 'deb');
    const upgraded = system[index % Math.max(1, system.length)];
    if (records === undefined || upgraded === undefined) {
      continue;
    }
    const text = readFileSync(join(trial.root, records), 'utf8');
    const name = `zz-own-${index}`;
    const own =
      upgraded.type === 'apk'
        ? `P:${name}\nV:1-r0\nA:x86_64\n\n`
        : `Package: ${name}\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n`;
    const changed = text
      .split('\n\n')
      .map((record) =>
        new RegExp(`^P(?:ackage)?: ?${escapeExpression(upgraded.name)}$`, 'm').test(record)
          ? record.replace(/^(V(?:ersion)?: ?.+)$/m, '$1.9')
          : record,
      )
      .join('\n\n');
    const top = addLayer(`top-${index}`, [
      { name: records, content: `${changed.trimEnd()}\n\n${own}` },
      {
        name: `srv/${index}/node_modules/x/package.json`,
        content: '{"name":"x","version":"1.0.0"}',
      },
    ]);
    const { inventory } = await read(
      writeLayout(join(folder, 'layout'), { layers: [trial.layer, top] }),
    );
    const origins = findOrigins(inventory, { packages: trial.image.packages, layers: 1 });
    images += 1;
    for (const item of inventory.packages) {
      const expected =
        item.name === name || item.name === 'x'
          ? 'application'
          : nameWithType(item) === nameWithType(upgraded)
            ? 'changed'
            : 'base';
      all += 1;
      right += origins.get(item.key) === expected ? 1 : 0;
      if (origins.get(item.key) !== expected) {
        console.log(`WRONG ${trial.name}: ${item.name}: ${origins.get(item.key)}, not ${expected}`);
      }
    }
  }
  console.log(`origins: ${right} of ${all} packages in ${images} images`);
  failures += right === all ? 0 : 1;
}

/** Variants of the base images with other digests, as many as a large organization has. */
function measureStore(trials: readonly Trial[]): void {
  const large = new BaseStore(join(folder, 'large'));
  const rotate = (text: string, by: number): string =>
    text.replaceAll(/[\w-]{16}/g, (one) => one.slice(by) + one.slice(0, by));
  for (let index = 0; index < STORE_BASES; index += 1) {
    const { image } = trials[index % trials.length] as Trial;
    const by = 1 + (index % 15);
    const body = {
      packages: image.packages,
      provisions: image.provisions,
      contents: image.contents.map((one) => ({ ...one, digests: rotate(one.digests, by) })),
    };
    const head = {
      ...image.head,
      names: [`generated:${index}`],
      layers:
        index < trials.length
          ? image.head.layers
          : ([`sha256:${index.toString(16).padStart(64, 'b')}`] as const),
      sketch: image.head.sketch.map((one) => rotate(one, by)),
    };
    large.addImage({ head: { ...head, id: computeBaseId({ head, ...body }) }, ...body });
  }
  const bytes = readdirSync(join(folder, 'large')).reduce(
    (sum, name) => sum + statSync(join(folder, 'large', name)).size,
    0,
  );
  const times = trials.slice(0, 5).map(({ inventory }) => {
    const start = process.cpuUsage();
    const { heads } = large.list();
    const readImage = large.createReader(() => {});
    identifyBase(inventory, { heads, read: readImage });
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000;
  });
  const [best = 0] = times.toSorted((left, right) => left - right);
  console.log(
    `store of ${STORE_BASES}: ${(bytes / 1e6).toFixed(1)} MB; which: ${times.map((time) => time.toFixed(0)).join(', ')} ms of CPU time`,
  );
  failures += best <= WHICH_MS_MAX && bytes <= STORE_BYTES_MAX ? 0 : 1;
}

function escapeExpression(text: string): string {
  return text.replaceAll(/[.+]/g, '\\$&');
}

function run(program: string, words: readonly string[]): void {
  const { status, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`${program} ${words.join(' ')}: ${stderr}`);
  }
}
