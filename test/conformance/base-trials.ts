// Identifies base images of generated images: `npm run conformance -- bases ROOT...`. Each root file
// system becomes two base images, the second with another patch level, unless one named
// NAME-updated is given, which is also tried without the base image that has its own packages.
// Fails if an image with the same layers is not identified, if fewer than 95 % of those rewritten,
// upgraded or slimmed are, if a look-alike is taken for the base image, if an origin is wrong, or
// if a store of 500 base images is too slow or large.
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { assignOrigins } from '../../src/assess/assign-origins.ts';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { createTar } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import type { Inventory } from '../../src/foundation/core/inventory.ts';
import { computeBaseId } from '../../src/hardening/base/base-file.ts';
import type { BaseHead, BaseImage } from '../../src/hardening/base/base-image.ts';
import { BaseStore } from '../../src/hardening/base/base-store.ts';
import { describeBase } from '../../src/hardening/base/describe-base.ts';
import {
  type BaseConclusion,
  identifyBase,
  nameWithType,
} from '../../src/hardening/base/identify-base.ts';
import { findOrigins } from '../../src/hardening/base/origin.ts';
import type { AbiFacts } from '../../src/hardening/base/provisions.ts';
import { startProgram } from '../support/run-program.ts';
import { type BuiltLayer, createRootArchive, describeLayer, writeLayout } from './root-images.ts';

const roots = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bases-'));
const store = new BaseStore(join(folder, 'store'));
const RECORDS = ['var/lib/dpkg/status', 'lib/apk/db/installed'];
/** Of each form of rewritten images. */
const RIGHT_SHARE_MIN = 0.95;
const LOOK_ALIKES = 200;
/** Several programs may run on the machine. */
const RUN_MS = 600_000;
const STORE_BASES = 500;
const WHICH_MS_MAX = 50;
const ATTRIBUTION_MS_MAX = 30;
const STORE_BYTES_MAX = 60_000_000;
const REWRITING: readonly (readonly [form: string, words: readonly string[]])[] = [
  ['squashed', []],
  ['reordered', ['--sort=none', '--mtime=2020-01-01']],
  ['re-tarred', ['--format=pax', '--owner=1000', '--group=1000', '--mode=a+rX']],
];

/** Programs that an image starts; a root without any of them gets one with the application. */
const STARTED = ['bin/busybox', 'usr/bin/perl', 'bin/bash'];
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
    const patched = hasOtherLevel(root) ? undefined : createPatchLevel(root);
    if (patched !== undefined) {
      trials.push(await addBase(patched, `${basename(root)}-patched`));
    }
  }
  console.log(`${trials.length} base images`);
  await tryImages(trials);
  await tryUpdated(trials);
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

/** Whether the roots are also given before or after updates. */
function hasOtherLevel(root: string): boolean {
  const name = basename(root).replace(/-updated$/, '');
  return [name, `${name}-updated`].every((one) => roots.some((path) => basename(path) === one));
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
        // The file that states the release is beside the libraries, but is not a program.
        .filter((one) => one.isFile() && one.name !== 'os-release')
        .map(({ name }) => join(path, name)),
    );
}

function addLayer(name: string, entries: Parameters<typeof createTar>[0]): BuiltLayer {
  const file = join(folder, `${name}.layer.tar`);
  writeFileSync(file, createTar(entries));
  return describeLayer(file);
}

interface Share {
  right: number;
  of: number;
}

/** Forms of an image, with the conclusion that is expected of it. */
type Form = readonly [name: string, image: Parameters<typeof writeLayout>[1], expected: string];

/** The same layers, and the same content in other layers. */
async function tryImages(trials: readonly Trial[]): Promise<void> {
  const counts = new Map<string, Share>();
  for (const [index, trial] of trials.entries()) {
    const application = addLayer(`app-${index}`, [
      { name: `srv/app-${index}`, content: `application ${index}` },
      { name: 'opt/lib/data', content: 'x'.repeat(1_000 + index) },
    ]);
    for (const [name, image, expected] of listForms(trial, application)) {
      count(counts, name, await identify(image), `${trial.name}: ${expected}`);
    }
    await trySlimmed(trial, application, counts);
    rmSync(application.file);
  }
  for (const [name, { right, of }] of counts) {
    console.log(`${name}: ${right} of ${of}`);
    failures += right / of >= (name === 'same layers' ? 1 : RIGHT_SHARE_MIN) ? 0 : 1;
  }
}

/** Counts a conclusion as `NAME: STATE NAME`. */
function count(counts: Map<string, Share>, form: string, found: string, wanted: string): void {
  const share = counts.get(form) ?? { right: 0, of: 0 };
  const [name = '', expected = ''] = wanted.split(/: (.*)/s);
  const isRight = found === expected;
  counts.set(form, { right: share.right + Number(isRight), of: share.of + 1 });
  console.log(isRight ? `ok ${form}: ${found}` : `WRONG ${form} of ${name}: ${found}`);
}

function* listForms(trial: Trial, application: BuiltLayer): Generator<Form> {
  const layers = [trial.layer, application];
  const same = `same ${trial.name}`;
  yield ['same layers', { layers }, `exact ${trial.name}`];
  yield ['same layers', { layers, isCompressed: true }, `exact ${trial.name}`];
  const empty = addLayer('empty', []);
  yield [
    'same layers',
    { layers: [empty, trial.layer, empty, application] },
    `exact ${trial.name}`,
  ];
  for (const [form, words] of REWRITING) {
    yield [form, { layers: [mergeLayerFiles(trial, application, words)] }, same];
  }
  const upgraded = upgradePackage(trial);
  if (upgraded !== undefined) {
    const layer = mergeLayerFiles({ root: upgraded }, application, []);
    yield ['upgraded package', { layers: [layer] }, `changed ${trial.name}`];
    rmSync(upgraded, { recursive: true });
  }
}

/** A copy in which one package has a newer version, with other content in its files. */
function upgradePackage({ root, inventory }: Trial): string | undefined {
  const records = RECORDS.find((path) => existsSync(join(root, path)));
  const owned = new Map(inventory.packages.map((item) => [item.name, item.ownedFiles]));
  const system = inventory.packages.filter(
    ({ name, type }) => (type === 'apk' || type === 'deb') && (owned.get(name) ?? []).length > 0,
  );
  const upgraded = system[Math.floor(system.length / 2)];
  if (records === undefined || upgraded === undefined) {
    return undefined;
  }
  const copy = join(folder, `root-${copies++}`);
  run('cp', ['-a', root, copy]);
  const file = join(copy, records);
  writeFileSync(file, bumpVersion(readFileSync(file, 'utf8'), upgraded.name));
  for (const { path } of owned.get(upgraded.name) ?? []) {
    const place = join(copy, path);
    const isFile = lstatSync(place, { throwIfNoEntry: false })?.isFile() === true;
    if (isFile) {
      appendFileSync(place, 'another build');
    }
  }
  return copy;
}

function bumpVersion(text: string, name: string): string {
  const own = new RegExp(`^P(?:ackage)?: ?${escapeExpression(name)}$`, 'm');
  return text
    .split('\n\n')
    .map((record) => (own.test(record) ? record.replace(/^(V(?:ersion)?: ?.+)$/m, '$1.9') : record))
    .join('\n\n');
}

/** A slimmed image only has the release: its base image is not known. */
async function trySlimmed(
  trial: Trial,
  application: BuiltLayer,
  counts: Map<string, Share>,
): Promise<void> {
  const { layer, root, name } = trial;
  const started = STARTED.find((path) => existsSync(join(root, path)));
  const tool = addLayer('tool', [
    { name: 'opt/tool', content: readFileSync('/usr/bin/env'), mode: 0o755 },
  ]);
  const layers = [layer, application, ...(started === undefined ? [tool] : [])];
  const target = writeLayout(join(folder, 'whole'), {
    layers,
    process: { Entrypoint: [`/${started ?? 'opt/tool'}`, '--help'] },
  });
  const slim = join(folder, 'slim');
  rmSync(slim, { recursive: true, force: true });
  const own = await startProgram(
    ['harden', 'emit', target, '-o', `oci-dir=${slim}`, '-q'],
    {},
    [],
    RUN_MS,
  ).ended;
  if (own.status !== 0) {
    throw new Error(`could not slim ${name}: ${own.stderr}`);
  }
  const { inventory } = await read(`oci-dir:${slim}`);
  const { state, packages } = concludeAll(inventory);
  const { distro } = trial.inventory;
  const { id, versionId } = inventory.distro ?? {};
  const isKnown = id === distro?.id && versionId === distro?.versionId;
  const title = distro?.prettyName ?? distro?.id;
  const text = `${state} ${packages?.release}, ${packages?.known} of ${packages?.of}`;
  const isRight = isKnown && packages?.release === title && packages?.known === packages?.of;
  count(
    counts,
    'slimmed',
    text,
    `${name}: ${isRight ? `unknown${text.slice(state.length)}` : title}`,
  );
}

function mergeLayerFiles(
  { root }: Pick<Trial, 'root'>,
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

function conclude(inventory: Inventory, isKnown = (_head: BaseHead): boolean => true): string {
  const { state, base } = concludeAll(inventory, isKnown);
  return [state, ...(base?.names ?? [])].join(' ');
}

function concludeAll(
  inventory: Inventory,
  isKnown = (_head: BaseHead): boolean => true,
): BaseConclusion {
  const { heads } = store.list();
  const readImage = store.createReader((message) => console.log(message));
  return identifyBase(inventory, { heads: heads.filter(isKnown), read: readImage });
}

/** Images with all updates of a release, of which only the state before them is known. */
async function tryUpdated(trials: readonly Trial[]): Promise<void> {
  for (const { name, root } of trials) {
    const [, before] = /^(.*)-updated$/.exec(name) ?? [];
    if (before !== undefined && trials.some((trial) => trial.name === before)) {
      const layer = createRootArchive(root, join(folder, 'updated.tar'));
      const { inventory } = await read(writeLayout(join(folder, 'layout'), { layers: [layer] }));
      const found = conclude(inventory, ({ names }) => !names[0]?.startsWith(name));
      const isWrong = /^(?:exact|same)/.test(found);
      failures += isWrong ? 1 : 0;
      console.log(`${isWrong ? 'WRONG' : 'ok'} ${name} without its own base images: ${found}`);
    }
  }
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
    const changed = bumpVersion(text, upgraded.name);
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
  const which = measureEach(trials, ({ inventory }) => {
    const { heads } = large.list();
    identifyBase(inventory, { heads, read: large.createReader(() => {}) });
  });
  const notify = (): void => {};
  // This is the whole work that `scan --base auto` adds.
  const attribution = measureEach(trials, ({ inventory }) => {
    assignOrigins(inventory, { folder: large.folder }, { notify, isOwnedOnly: false });
  });
  console.log(
    `store of ${STORE_BASES}: ${(bytes / 1e6).toFixed(1)} MB; CPU time of which: ${which.text}; of attribution: ${attribution.text}`,
  );
  const isQuick = which.median <= WHICH_MS_MAX && attribution.median <= ATTRIBUTION_MS_MAX;
  failures += isQuick && bytes <= STORE_BYTES_MAX ? 0 : 1;
}

/** Measures the CPU time for each trial. */
function measureEach(
  trials: readonly Trial[],
  measured: (trial: Trial) => void,
): { readonly median: number; readonly text: string } {
  const times = trials
    .map((trial) => {
      const start = process.cpuUsage();
      measured(trial);
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1_000;
    })
    .sort((left, right) => left - right);
  const median = times[Math.floor(times.length / 2)] ?? 0;
  const most = times.at(-1) ?? 0;
  return { median, text: `median ${median.toFixed(0)} ms, at most ${most.toFixed(0)} ms` };
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
