import { ELF_WANT, readElf } from '../../../../foundation/bytes/elf/elf.ts';
import { listLiteralBlocks } from '../../../../foundation/bytes/elf/strings.ts';
import { readFullSymbols } from '../../../../foundation/bytes/elf/symbols.ts';
import { readExecutableImages } from '../../../../foundation/bytes/executable/executable-image.ts';
import { toBuffer } from '../../../../foundation/core/bytes.ts';
import type { Extraction, WantedFile } from '../../../../foundation/core/cataloger.ts';
import type { InventoryPackage } from '../../../../foundation/core/inventory.ts';
import type { ReachClass } from '../../../../foundation/core/reach.ts';
import {
  AUDIT_SECTIONS,
  type AuditedCrate,
  readAuditData,
} from '../../../../inventory/ecosystem/rust/audit-data.ts';
import { findSurestClass, listCountedFiles } from '../../classify.ts';
import { ownFact } from '../../own-fact.ts';
import type {
  InsideInput,
  InsideReach,
  MemberState,
  ReachRule,
  ReachWorld,
} from '../../rule-contract.ts';

/** Crates of a Rust program that keeps its symbols. */
export interface RustFact {
  /** Name and version, separated by a space, of crates without a name in the program. */
  readonly unnamed: readonly string[];
}

/**
 * A program names the functions of its crates in its symbols, and their source files if they may
 * panic. A crate that neither names was inlined into its callers or is unused.
 */
export const rust: ReachRule<RustFact> = {
  id: 'rust',
  version: 1,
  title: 'the executable contains symbols of the crate',
  spec: 'cargo-auditable, PARSING.md; The Rust Reference and RFC 2603, symbol names',
  wants: [ELF_WANT],
  extract,
  findEdges: () => [],
  inside: findInside,
};

/** Every Rust program has functions of this crate, unless its symbols were stripped. */
const CORE: Pick<AuditedCrate, 'name' | 'version'> = { name: 'core', version: '' };
/** Crates of code in other languages, whose functions have other names. */
const FOREIGN = /[-_](?:sys|src|ffi)$/;

function extract({ content, limits }: WantedFile): Extraction<RustFact> {
  const elf = readElf(content, limits);
  if (
    elf === undefined ||
    AUDIT_SECTIONS.every((name) => elf.sections.findNamed(name) === undefined)
  ) {
    return {};
  }
  const symbols = readFullSymbols(elf);
  const crates = readExecutableImages(content, limits)
    .flatMap((image) => readAuditData(image, limits)?.crates ?? [])
    .filter((crate) => crate?.isRuntime === true && !FOREIGN.test(crate.name))
    .filter((crate) => crate !== undefined);
  if (symbols === undefined || crates.length === 0) {
    return {};
  }
  const literals = listLiteralBlocks(elf).map((block) => block.content);
  return { deferred: { content: [symbols.strings, ...literals], make: createFactMaker(crates) } };
}

function createFactMaker(crates: readonly AuditedCrate[]) {
  return ([strings, ...literals]: readonly Uint8Array[]): RustFact | undefined => {
    const symbols = toBuffer(strings);
    const texts = literals.map(toBuffer);
    if (!isInSymbols(CORE, symbols)) {
      return undefined;
    }
    const unnamed = crates.filter(
      (crate) => !isInSymbols(crate, symbols) && !isInSources(crate, texts),
    );
    return unnamed.length === 0
      ? undefined
      : { unnamed: unnamed.map(({ name, version }) => `${name} ${version}`) };
  };
}

type Crate = Pick<AuditedCrate, 'name' | 'version'>;

/** Matches both symbol manglings: the name after its length, or as the start of a path. */
function isInSymbols({ name }: Crate, symbols: Buffer): boolean {
  const written = name.replaceAll('-', '_');
  return symbols.includes(`${written.length}${written}`) || symbols.includes(`${written}..`);
}

/** Cargo keeps the sources of a crate in a directory of its name and version. */
function isInSources({ name, version }: Crate, texts: readonly Buffer[]): boolean {
  return texts.some((text) => text.includes(`/${name}-${version}/`));
}

/** A crate without symbols in a program is at most "possible", even if the program is loaded. */
function findInside(
  { packages, classify }: InsideInput,
  world: ReachWorld,
): InsideReach | undefined {
  const states = new Map<string, MemberState>();
  for (const item of packages.filter(({ type }) => type === 'rust-crate')) {
    const paths = listCountedFiles(item, world);
    const isUnnamed = (path: string): boolean => isUnnamedCrate(item, path, world);
    if (paths.some(isUnnamed)) {
      const reach = findSurestClass(paths, (path) =>
        isUnnamed(path) ? limitToPossible(classify(path)) : classify(path),
      );
      if (reach !== undefined) {
        states.set(item.key, { reach });
      }
    }
  }
  return states.size === 0 ? undefined : { members: [], opacities: [], packages: states };
}

function isUnnamedCrate(
  { name, version }: InventoryPackage,
  path: string,
  world: ReachWorld,
): boolean {
  const fact = ownFact(rust, path, world);
  return fact?.unnamed.includes(`${name} ${version}`) === true;
}

function limitToPossible(reach: ReachClass): ReachClass {
  return reach === 'required' || reach === 'likely' ? 'possible' : reach;
}
