import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { Budget } from '../../src/core/budget.ts';
import { toBytes } from '../../src/core/bytes.ts';
import type { FileView, LayerFacts } from '../../src/core/cataloger.ts';
import { getFact } from '../../src/core/deferred-fact.ts';
import { FileTable } from '../../src/core/file-table.ts';
import type { Inventory } from '../../src/core/inventory.ts';
import { DEFAULT_LIMITS } from '../../src/core/limits.ts';
import type { Reach } from '../../src/core/reach.ts';
import { getPathClass } from '../../src/core/reach-class.ts';
import type { ImageDescription } from '../../src/core/target.ts';
import { computeReach } from '../../src/reach/reach.ts';
import { reachRules } from '../../src/reach/rule/registry.generated.ts';
import type { ReachRule } from '../../src/reach/rule-contract.ts';
import {
  checkSteps,
  collectHeldTokens,
  collectWitnessTokens,
  createWitnessExtractor,
} from '../../src/reach/witness-check.ts';
import { Dispatch } from '../../src/read/dispatch.ts';
import { factFinder } from '../../src/view/fact-finder.ts';
import { squash } from '../../src/view/squash.ts';
import { visibleFacts } from '../../src/view/visible-facts.ts';
import { inventoryOf, type PackageSeed } from './inventory.ts';
import { IMAGE } from './sample-report.ts';
import { type TinyElf, tinyElf } from './tiny-elf.ts';

/** A file by its content, a link by where it leads, an executable by its parts. */
export type ImageFile =
  | string
  | Uint8Array
  | { readonly link: string }
  | { readonly elf: TinyElf; readonly words?: readonly string[] };

/** A small image for a test of what its entry point can load. */
export interface ReachImage {
  /** By path; folders are made. What begins as a script or an ELF file may be run. */
  readonly files: Readonly<Record<string, ImageFile>>;
  readonly command: readonly string[];
  readonly environment?: readonly string[];
  readonly healthcheck?: readonly string[];
  readonly workingFolder?: string;
  readonly volumes?: readonly string[];
  /** Paths that each package installed, by its name. */
  readonly packages?: Readonly<Record<string, readonly string[]>>;
  /**
   * Paths of Java archives, in others after a colon, by the names of the packages that they are.
   */
  readonly archives?: Readonly<Record<string, string>>;
  /** Paths of the Rust programs that crates were built into, by `name version` of the crate. */
  readonly crates?: Readonly<Record<string, string>>;
  /** Names of packages none of whose functions is in an executable. */
  readonly unlinked?: readonly string[];
  /** Its layer names files alone and no folder, as some builders of images write them. */
  readonly isBare?: boolean;
  /** Names that packages need, by their name. */
  readonly requires?: Readonly<Record<string, readonly string[]>>;
}

export interface FoundReach {
  readonly reach: Reach;
  /** With what was found in it. */
  readonly inventory: Inventory;
  /** `likely shell-script /bin/ls` of every reached file, sorted by path. */
  readonly lines: readonly string[];
  /** `commands /entry.sh it runs …` of what cannot be followed. */
  readonly doubts: readonly string[];
  /** Steps whose witness is not where it is said to be. */
  readonly broken: readonly string[];
  classOf(path: string): string;
}

/** What the entry point of the image can load, by all rules where no others are given. */
export function foundReach(
  image: ReachImage,
  rules: readonly ReachRule<unknown>[] = reachRules,
): FoundReach {
  const layer = layerOf(image, rules);
  const inventory = inventoryFor(image);
  const view = squash([layer]);
  const reach = computeReach({ view, inventory, rules, factOf: factFinder(view, [layer]) });
  return {
    reach,
    inventory: { ...inventory, reach },
    lines: reach.files.map(({ path, strength, step }) => `${strength} ${step?.rule ?? ''} ${path}`),
    doubts: reach.opacities.map(({ path, what, scope }) => `${scope.kind} ${path} ${what}`),
    broken: brokenSteps(reach, image, inventory),
    classOf: (path) => getPathClass(path, ownerOf(path, inventory), reach),
  };
}

/** `likely /bin/ls by "ls" in /entry.sh` of every file that a rule led to, sorted by path. */
export function ledTo({ reach }: FoundReach, rule: string): readonly string[] {
  return reach.files.flatMap(({ path, step }) =>
    step?.rule === rule
      ? [`${step.strength} ${path} by "${step.witness.token}" in ${step.witness.path}`]
      : [],
  );
}

export interface RuleReach extends FoundReach {
  /** What the rule led to, as {@link ledTo} tells it. */
  readonly own: readonly string[];
}

/**
 * What one rule led to in an image whose steps all have their witness. One package has installed
 * all files, where the image does not say otherwise.
 */
export function ruleReach(rule: string, image: ReachImage): RuleReach {
  const found = foundReach({ packages: { all: Object.keys(image.files) }, ...image });
  assert.deepEqual(found.broken, []);
  return { ...found, own: ledTo(found, rule) };
}

/** Steps of an answer that the files of an image, be it another, do not show. */
export function brokenSteps(
  reach: Reach,
  image: ReachImage,
  { target } = inventoryFor(image),
): readonly string[] {
  const tokens = collectWitnessTokens(reach);
  const extractor = createWitnessExtractor(tokens);
  const layer = layerOf(image, [extractor]);
  const view: FileView = squash([layer]);
  const heldAt = collectHeldTokens(visibleFacts(view, [layer], extractor.id));
  return checkSteps(reach, { view, target: target as ImageDescription, tokens, heldAt })
    .filter(({ holds }) => !holds)
    .map(({ step }) => `${step.from} > ${step.to} ${step.rule} "${step.witness.token}"`);
}

type Rules = ConstructorParameters<typeof Dispatch>[0];

function layerOf({ files, isBare }: ReachImage, extractors: Rules): LayerFacts {
  const table = new FileTable();
  const dispatch = new Dispatch(extractors);
  const facts: LayerFacts['facts'][number][] = [];
  const common = { uid: 0, gid: 0 };
  const folders = new Set(isBare === true ? [] : Object.keys(files).flatMap(parents));
  for (const path of [...folders].toSorted()) {
    table.add({ path, type: 'directory', mode: 0o755, sizeBytes: 0, ...common });
  }
  for (const [path, file] of Object.entries(files)) {
    if (typeof file === 'object' && 'link' in file) {
      const link = { type: 'symlink', mode: 0o777, sizeBytes: 0, linkTarget: file.link } as const;
      table.add({ path, ...link, ...common });
      continue;
    }
    const content = contentOf(file);
    const mode = isProgram(content) ? 0o755 : 0o644;
    const budget = new Budget(DEFAULT_LIMITS);
    const row = table.add({ path, type: 'regular', mode, sizeBytes: content.length, ...common });
    for (const { extractor, want } of dispatch.wanting(path, content)) {
      const { role } = want;
      const wanted = {
        path,
        role,
        sizeBytes: content.length,
        mode,
        limits: DEFAULT_LIMITS,
        budget,
      };
      const isCut = want.isHeadOnly === true && content.length > DEFAULT_LIMITS[want.maxBytes];
      const shown = isCut ? content.subarray(0, DEFAULT_LIMITS[want.maxBytes]) : content;
      const fact = getFact(extractor.extract({ ...wanted, content: toBytes(shown) }));
      if (fact !== undefined) {
        // Facts are kept as JSON between the two steps.
        const kept: unknown = JSON.parse(JSON.stringify(fact));
        facts.push({ extractor: extractor.id, role, row, fact: kept });
      }
    }
  }
  return { diffId: `sha256:${'1'.repeat(64)}`, files: table, facts, problems: [], contentBytes: 0 };
}

function contentOf(file: Exclude<ImageFile, { readonly link: string }>): Buffer {
  if (typeof file === 'string' || file instanceof Uint8Array) {
    return Buffer.from(file);
  }
  const { elf, words = [] } = file;
  const text = { name: '.rodata', bytes: Buffer.from(`\0${words.join('\0')}\0`) };
  return Buffer.from(tinyElf({ ...elf, contents: [...(elf.contents ?? []), text] }));
}

function isProgram(content: Buffer): boolean {
  return ['#!', '\x7fELF'].some((magic) => content.toString('latin1', 0, 4).startsWith(magic));
}

function parents(path: string): readonly string[] {
  const folder = posix.dirname(path);
  return folder === '/' ? [] : [folder, ...parents(folder)];
}

function inventoryFor(image: ReachImage): Inventory {
  const { packages = {}, archives = {}, crates = {}, requires = {}, unlinked = [] } = image;
  return inventoryOf({
    target: { ...IMAGE, config: configOf(image) },
    packages: [
      ...Object.entries(packages).map(([name, paths]) => ({
        key: name,
        name,
        type: 'deb',
        ownedFiles: paths.map((path) => ({ path })),
        ...(unlinked.includes(name) ? { symbols: [] } : {}),
      })),
      ...Object.entries(archives).map(([name, virtualPath]) => archivePackage(name, virtualPath)),
      ...Object.entries(crates).map(([crate, path]) => cratePackage(crate, path)),
    ],
    relationships: [
      ...Object.entries(requires).flatMap(([to, names]) =>
        names.map((from) => ({ kind: 'dependency-of', from, to }) as const),
      ),
      ...Object.entries(packages).flatMap(([from, paths]) =>
        paths
          .filter((path) => path in image.files)
          .map((path) => ({ kind: 'contains-file', from, path }) as const),
      ),
    ],
  });
}

/** What was packed into an archive has its coordinates behind the path of that. */
function archivePackage(name: string, virtualPath: string): PackageSeed {
  const end = virtualPath.lastIndexOf('.jar') + '.jar'.length;
  const [path = ''] = virtualPath.split(':', 1);
  const accessPath = virtualPath.slice(0, end);
  const metadata = { kind: 'java-archive', value: { virtualPath } };
  return { key: name, name, type: 'java-archive', locations: [{ path, accessPath }], metadata };
}

function cratePackage(crate: string, path: string): PackageSeed {
  const [name = '', version = ''] = crate.split(' ');
  return { key: name, name, version, type: 'rust-crate', locations: [{ path, accessPath: path }] };
}

function configOf(image: ReachImage): Uint8Array {
  const { command, environment = [], healthcheck, workingFolder = '/', volumes = [] } = image;
  const config = {
    Entrypoint: command,
    Env: ['PATH=/usr/bin:/bin', ...environment],
    WorkingDir: workingFolder,
    ...(healthcheck === undefined ? {} : { Healthcheck: { Test: healthcheck } }),
    Volumes: Object.fromEntries(volumes.map((path) => [path, {}])),
  };
  return Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', config }));
}

function ownerOf(path: string, { packages }: Inventory): string | undefined {
  return packages.find(({ ownedFiles }) => ownedFiles.some((one) => one.path === path))?.key;
}
