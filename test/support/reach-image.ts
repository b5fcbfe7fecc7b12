import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { Budget } from '../../src/foundation/core/budget.ts';
import { toBytes } from '../../src/foundation/core/bytes.ts';
import type { FileView, LayerFacts } from '../../src/foundation/core/cataloger.ts';
import { getFact } from '../../src/foundation/core/deferred-fact.ts';
import { FileTable } from '../../src/foundation/core/file-table.ts';
import type { Inventory } from '../../src/foundation/core/inventory.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import type { Reach } from '../../src/foundation/core/reach.ts';
import { getPathClass } from '../../src/foundation/core/reach-class.ts';
import type { ImageDescription } from '../../src/foundation/core/target.ts';
import { computeReach } from '../../src/hardening/reach/reach.ts';
import type { ReachAdditions } from '../../src/hardening/reach/reach-additions.ts';
import { reachRules } from '../../src/hardening/reach/rule/registry.generated.ts';
import type { ReachRule } from '../../src/hardening/reach/rule-contract.ts';
import {
  checkSteps,
  collectHeldTokens,
  collectWitnessTokens,
  createWitnessExtractor,
} from '../../src/hardening/reach/witness-check.ts';
import { Dispatch } from '../../src/image/read/dispatch.ts';
import { createFactFinder } from '../../src/image/view/fact-finder.ts';
import { createSquashedView } from '../../src/image/view/squashed-view.ts';
import { listVisibleFacts } from '../../src/image/view/visible-facts.ts';
import { createInventory, type PackageSeed } from './inventory.ts';
import { IMAGE } from './sample-report.ts';
import { createTinyElf, type TinyElf } from './tiny-elf.ts';

/** A file given by its content, a link by its target, an executable by its parts. */
export type ImageFile =
  | string
  | Uint8Array
  | { readonly link: string }
  | { readonly elf: TinyElf; readonly words?: readonly string[] };

/** A small image for a test of what its entry point can load. */
export interface ReachImage {
  /**
   * By path; directories are created. Files that start like a script or an ELF file are executable.
   */
  readonly files: Readonly<Record<string, ImageFile>>;
  readonly command: readonly string[];
  readonly environment?: readonly string[];
  readonly healthcheck?: readonly string[];
  readonly workingFolder?: string;
  readonly volumes?: readonly string[];
  /** Paths that each package installed, by package name. */
  readonly packages?: Readonly<Record<string, readonly string[]>>;
  /** Paths of Java archives (a colon separates an archive inside another), by package name. */
  readonly archives?: Readonly<Record<string, string>>;
  /** Paths of the Rust programs that crates were built into, by `name version` of the crate. */
  readonly crates?: Readonly<Record<string, string>>;
  /** Names of packages none of whose functions is in an executable. */
  readonly unlinked?: readonly string[];
  /** Its layer contains only files and no directories, as some image builders write them. */
  readonly isBare?: boolean;
  /** Names of required packages, by package name. */
  readonly requires?: Readonly<Record<string, readonly string[]>>;
  readonly additions?: ReachAdditions;
}

export interface FoundReach {
  readonly reach: Reach;
  /** Includes the findings. */
  readonly inventory: Inventory;
  /** `likely shell-script /bin/ls` of every reached file, sorted by path. */
  readonly lines: readonly string[];
  /** `commands /entry.sh it runs …` of everything that cannot be followed. */
  readonly doubts: readonly string[];
  /** Steps whose witness is not at the stated place. */
  readonly broken: readonly string[];
  classOf(path: string): string;
}

/** Returns what the entry point of the image can load, by all rules unless others are given. */
export function findReach(
  image: ReachImage,
  rules: readonly ReachRule<unknown>[] = reachRules,
): FoundReach {
  const layer = createLayer(image, rules);
  const inventory = createImageInventory(image);
  const view = createSquashedView([layer]);
  const findFact = createFactFinder(view, [layer]);
  const { additions = {} } = image;
  const reach = computeReach({ view, inventory, rules, findFact, additions });
  return {
    reach,
    inventory: { ...inventory, reach },
    lines: reach.files.map(({ path, strength, step }) => `${strength} ${step?.rule ?? ''} ${path}`),
    doubts: reach.opacities.map(({ path, what, scope }) => `${scope.kind} ${path} ${what}`),
    broken: listBrokenSteps(reach, image, inventory),
    classOf: (path) => getPathClass(path, findOwner(path, inventory), reach),
  };
}

/**
 * Returns `likely /bin/ls by "ls" in /entry.sh` of every file that a rule led to, sorted by path.
 */
export function listSteps({ reach }: FoundReach, rule: string): readonly string[] {
  return reach.files.flatMap(({ path, step }) =>
    step?.rule === rule
      ? [`${step.strength} ${path} by "${step.witness.token}" in ${step.witness.path}`]
      : [],
  );
}

export interface RuleReach extends FoundReach {
  /** The files that the rule led to, in the form of {@link listSteps}. */
  readonly own: readonly string[];
}

/**
 * Returns the files that one rule led to in an image, and asserts that all steps have their
 * witness. One package has installed all files, unless the image states otherwise.
 */
export function findRuleReach(rule: string, image: ReachImage): RuleReach {
  const found = findReach({ packages: { all: Object.keys(image.files) }, ...image });
  assert.deepEqual(found.broken, []);
  return { ...found, own: listSteps(found, rule) };
}

/**
 * Returns the steps of an answer that the files of an image, possibly another one, do not prove.
 */
export function listBrokenSteps(
  reach: Reach,
  image: ReachImage,
  { target } = createImageInventory(image),
): readonly string[] {
  const tokens = collectWitnessTokens(reach);
  const extractor = createWitnessExtractor(tokens);
  const layer = createLayer(image, [extractor]);
  const view: FileView = createSquashedView([layer]);
  const heldAt = collectHeldTokens(listVisibleFacts(view, [layer], extractor.id));
  return checkSteps(reach, {
    view,
    target: target as ImageDescription,
    tokens,
    extractedOffsets: heldAt,
  })
    .filter(({ holds }) => !holds)
    .map(({ step }) => `${step.from} > ${step.to} ${step.rule} "${step.witness.token}"`);
}

type Rules = ConstructorParameters<typeof Dispatch>[0];

function createLayer({ files, isBare }: ReachImage, extractors: Rules): LayerFacts {
  const table = new FileTable();
  const dispatch = new Dispatch(extractors);
  const facts: LayerFacts['facts'][number][] = [];
  const common = { uid: 0, gid: 0 };
  const folders = new Set(isBare === true ? [] : Object.keys(files).flatMap(listParents));
  for (const path of [...folders].toSorted()) {
    table.add({ path, type: 'directory', mode: 0o755, sizeBytes: 0, ...common });
  }
  for (const [path, file] of Object.entries(files)) {
    if (typeof file === 'object' && 'link' in file) {
      const link = { type: 'symlink', mode: 0o777, sizeBytes: 0, linkTarget: file.link } as const;
      table.add({ path, ...link, ...common });
      continue;
    }
    const content = createContent(file);
    const mode = isProgram(content) ? 0o755 : 0o644;
    const budget = new Budget(DEFAULT_LIMITS);
    const row = table.add({ path, type: 'regular', mode, sizeBytes: content.length, ...common });
    for (const { extractor, want } of dispatch.findWants(path, content)) {
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
        // Facts are stored as JSON between the two steps.
        const kept: unknown = JSON.parse(JSON.stringify(fact));
        facts.push({ extractor: extractor.id, role, row, fact: kept });
      }
    }
  }
  return { diffId: `sha256:${'1'.repeat(64)}`, files: table, facts, problems: [], contentBytes: 0 };
}

export function createContent(file: Exclude<ImageFile, { readonly link: string }>): Buffer {
  if (typeof file === 'string' || file instanceof Uint8Array) {
    return Buffer.from(file);
  }
  const { elf, words = [] } = file;
  const text = { name: '.rodata', bytes: Buffer.from(`\0${words.join('\0')}\0`) };
  return Buffer.from(createTinyElf({ ...elf, contents: [...(elf.contents ?? []), text] }));
}

export function isProgram(content: Buffer): boolean {
  return ['#!', '\x7fELF'].some((magic) => content.toString('latin1', 0, 4).startsWith(magic));
}

function listParents(path: string): readonly string[] {
  const folder = posix.dirname(path);
  return folder === '/' ? [] : [folder, ...listParents(folder)];
}

function createImageInventory(image: ReachImage): Inventory {
  const { packages = {}, archives = {}, crates = {}, requires = {}, unlinked = [] } = image;
  return createInventory({
    target: { ...IMAGE, config: createConfig(image) },
    packages: [
      ...Object.entries(packages).map(([name, paths]) => ({
        key: name,
        name,
        type: 'deb',
        ownedFiles: paths.map((path) => ({ path })),
        ...(unlinked.includes(name) ? { symbols: [] } : {}),
      })),
      ...Object.entries(archives).map(([name, virtualPath]) =>
        createArchivePackage(name, virtualPath),
      ),
      ...Object.entries(crates).map(([crate, path]) => createCratePackage(crate, path)),
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

/** A package inside an archive has its coordinates after the path of the archive. */
function createArchivePackage(name: string, virtualPath: string): PackageSeed {
  const end = virtualPath.lastIndexOf('.jar') + '.jar'.length;
  const [path = ''] = virtualPath.split(':', 1);
  const accessPath = virtualPath.slice(0, end);
  const metadata = { kind: 'java-archive', value: { virtualPath } };
  return { key: name, name, type: 'java-archive', locations: [{ path, accessPath }], metadata };
}

function createCratePackage(crate: string, path: string): PackageSeed {
  const [name = '', version = ''] = crate.split(' ');
  return { key: name, name, version, type: 'rust-crate', locations: [{ path, accessPath: path }] };
}

function createConfig(image: ReachImage): Uint8Array {
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

function findOwner(path: string, { packages }: Inventory): string | undefined {
  return packages.find(({ ownedFiles }) => ownedFiles.some((one) => one.path === path))?.key;
}
