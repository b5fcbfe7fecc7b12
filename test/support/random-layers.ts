import { type FixtureEntry, paxHeader, tarOf } from '../../src/bytes/tar/tar.fixture.ts';
import { pick, type Random, seededRandom } from './random-version.ts';

/** Few names, so that entries meet, replace and link to each other. */
const NAMES = ['a', 'a', 'b', 'b', 'c', 'd'];
const HIDING_NAMES = ['.wh.a', '.wh.b', '.wh..wh..opq', '.wh..wh.plnk'];
const ODD_NAMES = ['..', '.', '', '.wh.', 'e'];
const CONTENTS = ['', 'x', 'one\n', 'two\n', 'z'.repeat(600)];
const LAYERS_MAX = 4;
const ENTRIES_MAX = 14;

/** A chance of so many percent. */
function isLucky(random: Random, percent: number): boolean {
  return random() * 100 < percent;
}

/** What the entries so far have made, more or less: enough to seldom make what is refused. */
interface Made {
  readonly folders: string[];
  readonly files: string[];
}

/** The archives of some layers that act on each other; the same for the same seed. */
export function randomLayers(seed: number, run: number): Buffer[] {
  const random = seededRandom(Math.imul(seed, 0x85_eb_ca_6b) ^ run);
  const isTame = isLucky(random, 80);
  const made: Made = { folders: [''], files: [] };
  return Array.from({ length: 1 + Math.floor(random() * LAYERS_MAX) }, () => {
    const entries: FixtureEntry[] = [];
    for (let left = 1 + Math.floor(random() * ENTRIES_MAX); left > 0; left--) {
      entries.push(...(isTame ? tameEntry(random, made) : wildEntry(random)));
    }
    return tarOf(entries);
  });
}

/** An entry in a directory that was made before, or a link to a file that was. */
function tameEntry(random: Random, made: Made): FixtureEntry[] {
  const name = pick(random, made.folders) + pick(random, NAMES);
  const isFolder = made.folders.includes(`${name}/`);
  const kind = random() * 100;
  if (kind < 30 || (isFolder && kind < 50)) {
    const depth = isLucky(random, 30) ? `/${pick(random, NAMES)}` : '';
    made.folders.push(`${name}/`, `${name}${depth}/`);
    return [{ name: `${name}${depth}/`, typeFlag: '5', mode: 0o755 }];
  }
  if (kind < 55) {
    const below = isFolder ? `/${pick(random, NAMES)}` : '';
    made.files.push(name + below);
    return [{ name: name + below, content: pick(random, CONTENTS) }];
  }
  if (kind < 74) {
    const linkName = isLucky(random, 60)
      ? `/${pick(random, made.folders)}`.replace(/(.)\/$/, '$1')
      : randomTarget(random);
    if (!isFolder && isLucky(random, 50)) made.folders.push(`${name}/`);
    return [{ name, typeFlag: '2', linkName }];
  }
  if (kind < 88 && made.files.length > 0) {
    return [{ name, typeFlag: '1', linkName: pick(random, made.files) }];
  }
  return kind < 90 ? [{ name, typeFlag: '6' }] : [{ name: hidden(random, name) }];
}

function wildEntry(random: Random): FixtureEntry[] {
  const name = randomPath(random, true);
  const kind = random() * 100;
  if (kind < 42) return [{ name, content: pick(random, CONTENTS) }];
  if (kind < 60) return [{ name: `${name}/`, typeFlag: '5', mode: 0o755 }];
  if (kind < 76) return [{ name, typeFlag: '2', linkName: randomTarget(random) }];
  if (kind < 90) return [{ name, typeFlag: '1', linkName: randomPath(random, false) }];
  if (kind < 94) return [{ name, typeFlag: '6' }];
  if (kind < 95) return [{ ...paxHeader({ comment: 'c' }), typeFlag: 'g', name }];
  if (kind < 98) return [{ name: hidden(random, name) }];
  return [{ name: `${name}/`, content: 'slash' }];
}

function randomPath(random: Random, isOdd: boolean): string {
  const depth = pick(random, [1, 1, 2, 2, 2, 3, 3, 4]);
  const names = Array.from({ length: depth }, () => pick(random, NAMES));
  if (isOdd && isLucky(random, 6)) {
    names[Math.floor(random() * names.length)] = pick(random, ODD_NAMES);
  }
  const path = names.join('/');
  return isOdd && isLucky(random, 14) ? hidden(random, path) : path;
}

function hidden(random: Random, path: string): string {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const tail = isLucky(random, 5) ? '/a' : '';
  return folder + pick(random, HIDING_NAMES) + tail;
}

function randomTarget(random: Random): string {
  const start = pick(random, ['', '', '/', '../', '../../', './', 'a/../']);
  const end = pick(random, ['', '', '', '', '/', '/..']);
  return start + randomPath(random, false) + end;
}
