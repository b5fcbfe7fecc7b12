import { posix } from 'node:path';
import type { Budget } from '../../../foundation/core/budget.ts';
import type { AssemblyInput, FileView } from '../../../foundation/core/cataloger.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { FileRefMap } from '../../../foundation/core/file-ref-map.ts';
import type { Location } from '../../../foundation/core/package.ts';
import type { DpkgDiversion, DpkgFile, DpkgRecord } from '../../ecosystem/dpkg/dpkg-record.ts';
import type { DpkgFact } from './dpkg-fact.ts';

/** A file beside the database that complements a record, and its content. */
export interface Companion {
  readonly location: Location;
  readonly fact: DpkgFact | undefined;
}

/**
 * Creates one finder for all databases of a directory, because an image may have one for each
 * package.
 */
export class CompanionFinders {
  readonly #input: AssemblyInput<DpkgFact>;
  readonly #facts: FileRefMap<DpkgFact>;
  readonly #byFolder = new Map<string, CompanionFinder>();

  constructor(input: AssemblyInput<DpkgFact>) {
    this.#input = input;
    this.#facts = new FileRefMap(input.facts.map(({ ref, fact }) => [ref, fact]));
  }

  getFinder(path: string): CompanionFinder {
    const folder = posix.dirname(path);
    const known = this.#byFolder.get(folder);
    const finder = known ?? new CompanionFinder(folder, this.#input, this.#facts);
    this.#byFolder.set(folder, finder);
    return finder;
  }
}

/** `/var/lib/dpkg` or similar at the end of a path, without its first name. */
const PLACE = /\/[^/]+(\/lib\/[do]pkg(?:\/(?:status\.d|info))?)$/;

/**
 * Returns the root that a database describes: the root of the image if a link leads from the
 * image's own database path to it.
 */
function findRoot(folder: string, view: FileView): string {
  const [whole = '', place = ''] = PLACE.exec(folder) ?? [];
  const root = folder.slice(0, folder.length - whole.length);
  const real = root === '' ? undefined : view.findRealFolder(folder);
  const isOfImage =
    real !== undefined &&
    ['/var', '/usr'].some((start) => view.findRealFolder(start + place) === real);
  return isOfImage && place !== '' ? '' : root;
}

/** Finds the files that belong to the records of the databases in one directory. */
export class CompanionFinder {
  /** Root directory that the database describes; empty for the root itself. */
  readonly root: string;
  readonly #view: FileView;
  readonly #budget: Budget;
  readonly #facts: FileRefMap<DpkgFact>;
  readonly #infoFolder: string;
  readonly #conffilesFolder: string;
  readonly #infoNames: ReadonlyMap<string, readonly string[]>;
  readonly #diversions: ReadonlyMap<string, DpkgDiversion>;

  constructor(
    folder: string,
    { view, budget }: AssemblyInput<DpkgFact>,
    facts: FileRefMap<DpkgFact>,
  ) {
    this.#view = view;
    this.#budget = budget;
    this.root = findRoot(folder, view);
    this.#facts = facts;
    this.#conffilesFolder = posix.join(folder, 'info');
    // Images without dpkg itself keep the digests beside the stanza.
    this.#infoFolder = folder.endsWith('/status.d') ? folder : this.#conffilesFolder;
    this.#infoNames = Map.groupBy(view.list(this.#infoFolder), toPackageName);
    this.#diversions = this.#readDiversions(folder);
  }

  #readDiversions(folder: string): ReadonlyMap<string, DpkgDiversion> {
    const fact = this.#openCompanion(posix.join(folder, 'diversions'))?.fact;
    const diversions = fact?.kind === 'diversions' ? fact.diversions : [];
    return new Map(diversions.map((diversion) => [diversion.from, diversion]));
  }

  /** Returns the path at which dpkg keeps a file of the package. */
  resolveDiversion(path: string, { package: name }: DpkgRecord): string {
    const diversion = this.#diversions.get(path);
    return diversion === undefined || diversion.by === name ? path : diversion.to;
  }

  resolveDiversions(files: readonly DpkgFile[], record: DpkgRecord): readonly DpkgFile[] {
    return this.#diversions.size === 0
      ? files
      : files.map((file) => ({ ...file, path: this.resolveDiversion(file.path, record) }));
  }

  findMd5sums(record: DpkgRecord): Companion | undefined {
    return this.#findFirst(listInfoPaths(this.#infoFolder, record, '.md5sums'));
  }

  findConffiles(record: DpkgRecord): Companion | undefined {
    return this.#findFirst(listInfoPaths(this.#conffilesFolder, record, '.conffiles'));
  }

  findList(record: DpkgRecord): Companion | undefined {
    return this.#findFirst(listInfoPaths(this.#infoFolder, record, '.list'));
  }

  findCopyright(record: DpkgRecord): Companion | undefined {
    return this.#findFirst([`${this.root}/usr/share/doc/${record.package}/copyright`]);
  }

  findChangelog(record: DpkgRecord): Companion | undefined {
    const folder = `${this.root}/usr/share/doc/${record.package}`;
    return this.#findFirst([`${folder}/changelog.Debian.gz`]);
  }

  /** Returns everything in the info directory that has the name of the package. */
  listEvidence(record: DpkgRecord): Location[] {
    return (this.#infoNames.get(record.package) ?? [])
      .map((name) => this.#openCompanion(joinInfoPath(this.#infoFolder, name))?.location)
      .filter((location) => location !== undefined);
  }

  #findFirst(paths: readonly string[]): Companion | undefined {
    for (const path of paths) {
      const found = this.#openCompanion(path);
      if (found !== undefined) {
        return { ...found, location: { ...found.location, evidence: 'supporting' } };
      }
    }
    return undefined;
  }

  #openCompanion(accessPath: string): Companion | undefined {
    const found = this.#view.resolve(accessPath);
    const layer = found && this.#view.layers[found.ref.layer];
    if (found === undefined || layer?.files.getType(found.ref.row) !== 'regular') {
      return undefined;
    }
    const { diffId } = layer;
    const location = {
      path: found.path,
      accessPath,
      ...defined({ layer: diffId }),
    };
    const fact = this.#facts.get(found.ref);
    return { location, fact: this.#budget.takeList(getListEntries(fact)) ? fact : undefined };
  }
}

function getListEntries(fact: DpkgFact | undefined): readonly unknown[] {
  switch (fact?.kind) {
    case 'files':
      return fact.files;
    case 'list':
      return fact.paths;
    default:
      return [];
  }
}

/**
 * Returns primary evidence first, then supporting evidence, then the rest; each by path, without
 * duplicates.
 */
export function sortEvidence(locations: readonly Location[]): Location[] {
  const byPlace = new Map<string, Location>();
  for (const location of locations) {
    const place = `${location.path}\0${location.accessPath}`;
    if (!byPlace.has(place)) {
      byPlace.set(place, location);
    }
  }
  return [...byPlace.values()].sort(
    (left, right) =>
      rank(left) - rank(right) ||
      compareText(left.path, right.path) ||
      compareText(left.accessPath, right.accessPath),
  );
}

function rank({ evidence }: Location): number {
  return evidence === 'primary' ? 0 : evidence === 'supporting' ? 1 : 2;
}

/** `libc6:amd64` if several architectures can be installed together, else `libc6`. */
function listInfoPaths(folder: string, record: DpkgRecord, suffix: string): string[] {
  const { package: name, architecture } = record;
  const plain = joinInfoPath(folder, name + suffix);
  return architecture === '' || architecture === 'all'
    ? [plain]
    : [joinInfoPath(folder, `${name}:${architecture}${suffix}`), plain];
}

/** Of names in records, only those with a slash may lead elsewhere. */
function joinInfoPath(folder: string, name: string): string {
  return name.includes('/') ? posix.join(folder, name) : `${folder}/${name}`;
}

/** `python3.13.list` belongs to `python3.13`: the suffixes contain no dot. */
function toPackageName(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(0, dot);
}
