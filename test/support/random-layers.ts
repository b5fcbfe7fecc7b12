import {
  createPaxHeader,
  createTar,
  type FixtureEntry,
} from '../../src/foundation/bytes/tar/tar.fixture.ts';
import { createRandom, isLucky, pick, type Random } from './random-version.ts';

/** Few names, so that entries collide, replace and link to each other. */
const NAMES = ['a', 'a', 'b', 'b', 'c', 'd'];
const HIDING_NAMES = ['.wh.a', '.wh.b', '.wh..wh..opq', '.wh..wh.plnk'];
const ODD_NAMES = ['..', '.', '', '.wh.', 'e'];
const CONTENTS = ['', 'x', 'one\n', 'two\n', 'z'.repeat(600)];
const LAYERS_MAX = 4;
const ENTRIES_MAX = 14;

/** Approximates the paths created so far, so that runtimes reject few of the entries. */
class Made {
  /** Each with a trailing slash. */
  #folders = [''];
  #files: string[] = [];
  /** Directories and links that the layer has named: it must not remove them again. */
  readonly #own = new Set<string>();

  isOwn(path: string): boolean {
    return this.#own.has(path);
  }

  startLayer(): void {
    this.#own.clear();
  }

  get folders(): readonly string[] {
    return this.#folders;
  }

  get files(): readonly string[] {
    return this.#files;
  }

  isFolder(path: string): boolean {
    return this.#folders.includes(`${path}/`);
  }

  addFolder(path: string): void {
    this.#files = this.#files.filter((other) => other !== path);
    this.#own.add(path);
    if (!this.isFolder(path)) this.#folders.push(`${path}/`);
  }

  addFile(path: string): void {
    this.remove(path);
    this.#files.push(path);
  }

  /** Removes a path and everything below it. */
  remove(path: string): void {
    this.#folders = this.#folders.filter((other) => !other.startsWith(`${path}/`));
    this.#files = this.#files.filter((other) => other !== path && !other.startsWith(`${path}/`));
  }
}

/** Creates the archives of some layers that affect each other; the same for the same seed. */
export function drawLayers(seed: number, run: number): Buffer[] {
  const random = createRandom(Math.imul(seed, 0x85_eb_ca_6b) ^ run);
  const isTame = isLucky(random, 80);
  const made = new Made();
  return Array.from({ length: 1 + Math.floor(random() * LAYERS_MAX) }, () => {
    const entries: FixtureEntry[] = [];
    made.startLayer();
    for (let left = 1 + Math.floor(random() * ENTRIES_MAX); left > 0; left--) {
      entries.push(isTame ? drawTameEntry(random, made) : drawWildEntry(random));
    }
    return createTar(entries);
  });
}

/** Creates an entry in an existing directory, or a link to an existing file. */
function drawTameEntry(random: Random, made: Made): FixtureEntry {
  const name = pick(random, made.folders) + pick(random, NAMES);
  const isFolder = made.isFolder(name);
  const kind = random() * 100;
  if (kind < 25 || made.isOwn(name) || (isFolder && kind < 45))
    return addFolder(name, random, made);
  if (kind < 50) {
    const path = isFolder ? `${name}/${pick(random, NAMES)}` : name;
    made.addFile(path);
    return { name: path, content: pick(random, CONTENTS) };
  }
  if (kind < 72 && !(isFolder && isLucky(random, 80))) return addLink(name, random, made);
  if (kind < 85 && made.files.length > 0 && !isFolder) {
    const linkName = pick(random, made.files);
    // A link to itself would be rejected.
    made.addFile(linkName === name ? `${name}2` : name);
    return linkName === name
      ? { name: `${name}2`, content: 'x' }
      : { name, typeFlag: '1', linkName };
  }
  if (kind < 87 && !isFolder) {
    made.remove(name);
    return { name, typeFlag: '6' };
  }
  return hide(name, random, made);
}

function hide(name: string, random: Random, made: Made): FixtureEntry {
  const nameAt = name.lastIndexOf('/') + 1;
  const folder = name.slice(0, nameAt);
  const isOpaque = isLucky(random, 30);
  for (const path of isOpaque ? NAMES.map((each) => folder + each) : [name]) made.remove(path);
  return { name: `${folder}.wh.${isOpaque ? '.wh..opq' : name.slice(nameAt)}` };
}

function addFolder(name: string, random: Random, made: Made): FixtureEntry {
  const below = isLucky(random, 30) ? `${name}/${pick(random, NAMES)}` : name;
  made.addFolder(name);
  made.addFolder(below);
  return { name: `${below}/`, typeFlag: '5', mode: 0o755 };
}

/** Adds a symbolic link, usually to a directory, through which later entries may be written. */
function addLink(name: string, random: Random, made: Made): FixtureEntry {
  const isToFolder = isLucky(random, 70);
  const target = pick(random, made.folders).replace(/\/$/, '');
  const up = '../'.repeat(name.split('/').length - 1);
  const linkName = isLucky(random, 50) ? `/${target}` : `${up}${target}` || '.';
  made.remove(name);
  if (isToFolder && isLucky(random, 50) && !target.startsWith(name)) made.addFolder(name);
  return { name, typeFlag: '2', linkName: isToFolder ? linkName : drawTarget(random) };
}

function drawWildEntry(random: Random): FixtureEntry {
  const name = drawPath(random, true);
  const kind = random() * 100;
  if (kind < 42) return { name, content: pick(random, CONTENTS) };
  if (kind < 60) return { name: `${name}/`, typeFlag: '5', mode: 0o755 };
  if (kind < 76) return { name, typeFlag: '2', linkName: drawTarget(random) };
  if (kind < 90) return { name, typeFlag: '1', linkName: drawPath(random, false) };
  if (kind < 94) return { name, typeFlag: '6' };
  if (kind < 95) return { ...createPaxHeader({ comment: 'c' }), typeFlag: 'g', name };
  if (kind < 98) return { name: drawWhiteout(random, name) };
  return { name: `${name}/`, content: 'slash' };
}

function drawPath(random: Random, isOdd: boolean): string {
  const depth = pick(random, [1, 1, 2, 2, 2, 3, 3, 4]);
  const names = Array.from({ length: depth }, () => pick(random, NAMES));
  if (isOdd && isLucky(random, 6)) {
    names[Math.floor(random() * names.length)] = pick(random, ODD_NAMES);
  }
  const path = names.join('/');
  return isOdd && isLucky(random, 14) ? drawWhiteout(random, path) : path;
}

function drawWhiteout(random: Random, path: string): string {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const tail = isLucky(random, 5) ? '/a' : '';
  return folder + pick(random, HIDING_NAMES) + tail;
}

function drawTarget(random: Random): string {
  const start = pick(random, ['', '', '/', '../', '../../', './', 'a/../']);
  const end = pick(random, ['', '', '', '', '/', '/..']);
  return start + drawPath(random, false) + end;
}
