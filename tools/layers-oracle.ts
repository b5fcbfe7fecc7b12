/**
 * Compares our view of generated images with the root file system that a container runtime unpacks.
 *
 * npm run oracle -- layers --unpack PROGRAM [--runs N] [--seed N] [--from N] [--keep DIRECTORY]
 *
 * PROGRAM is run as `PROGRAM ROOT LAYER…`: it unpacks archives of layers one over the other into
 * the directory ROOT, and prints a line for each, which ends in `<nil>` if it was accepted. A small
 * program around `Apply` of containerd's package `archive` suffices. Paths, types, targets of links
 * and digests must be equal; an image that the runtime rejects must have a problem. `--record N`
 * writes the results of the first N images to the sample that a test compares with.
 */
import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type FileListing, sortListing } from '../test/support/list-view.ts';
import { drawLayers } from '../test/support/random-layers.ts';
import { unpackOurselves } from '../test/support/unpacked-view.ts';

const SHOWN_MAX = 10;
const SAMPLE = join(import.meta.dirname, '..', 'test', 'support', 'layers-sample.json');

const { values } = parseArgs({
  options: {
    unpack: { type: 'string' },
    runs: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    keep: { type: 'string' },
    record: { type: 'string' },
  },
});
const [runs, seed, from] = [Number(values.runs), Number(values.seed), Number(values.from)];

/** Returns the files that the program unpacked; `refused` if it rejected a layer. */
function unpackByProgram(program: string, directory: string, layers: readonly Buffer[]) {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  const paths = layers.map((layer, number) => {
    const path = join(directory, `${number}.tar`);
    writeFileSync(path, layer);
    return path;
  });
  const root = join(directory, 'root');
  const { stdout, error } = spawnSync(program, [root, ...paths], { encoding: 'utf8' });
  if (error !== undefined) throw error;
  const isTaken = stdout
    .trimEnd()
    .split('\n')
    .every((line) => line.endsWith('<nil>'));
  return isTaken ? listDirectory(root) : 'refused';
}

function listDirectory(root: string): FileListing {
  const listing: Record<string, string> = {};
  const pending = [''];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const name of readdirSync(join(root, folder))) {
      const path = `${folder}/${name}`;
      const text = describe(join(root, path));
      listing[path] = text;
      if (text === 'directory') pending.push(path);
    }
  }
  return sortListing(listing);
}

function describe(path: string): string {
  const status = lstatSync(path);
  if (status.isDirectory()) return 'directory';
  if (status.isSymbolicLink()) return `symlink ${readlinkSync(path)}`;
  if (status.isFIFO()) return 'fifo';
  return `regular ${hash('sha256', readFileSync(path)).slice(0, 16)}`;
}

interface Tally {
  refused: number;
  files: number;
  doubtful: number;
  readonly failed: number[];
}

async function compare(run: number, place: Place, tally: Tally): Promise<void> {
  const layers = drawLayers(seed, run);
  const theirs = unpackByProgram(place.program, place.directory, layers);
  const { files, problems } = await unpackOurselves(layers);
  if (theirs === 'refused') {
    tally.refused++;
  } else {
    tally.files += Object.keys(theirs).length;
    tally.doubtful += problems.length > 0 ? 1 : 0;
  }
  const isSame =
    theirs === 'refused' ? problems.length > 0 : JSON.stringify(files) === JSON.stringify(theirs);
  if (isSame) return;
  tally.failed.push(run);
  if (tally.failed.length > SHOWN_MAX) return;
  console.log(`run ${run} differs (--seed ${seed} --from ${run} --runs 1)`);
  console.log(`  ours: ${JSON.stringify(files)} ${JSON.stringify(problems)}`);
  console.log(`  theirs: ${JSON.stringify(theirs)}`);
  if (values.keep !== undefined) {
    mkdirSync(values.keep, { recursive: true });
    for (const [number, layer] of layers.entries()) {
      writeFileSync(join(values.keep, `${seed}-${run}-${number}.tar`), layer);
    }
  }
}

interface Place {
  readonly program: string;
  readonly directory: string;
}

async function compareAll(place: Place): Promise<boolean> {
  const tally: Tally = { refused: 0, files: 0, doubtful: 0, failed: [] };
  for (let run = from; run < from + runs; run++) {
    await compare(run, place, tally);
  }
  const { refused, files, doubtful, failed } = tally;
  console.log(
    `${runs} images (seed ${seed}, from ${from}) with ${files} files; ${refused} are refused, ${doubtful} doubtful`,
  );
  console.log(`${failed.length} differences`);
  return failed.length === 0;
}

function record({ program, directory }: Place, count: number): void {
  const lines = Array.from({ length: count }, (_, run) =>
    JSON.stringify(unpackByProgram(program, directory, drawLayers(seed, run))),
  );
  writeFileSync(SAMPLE, `{"seed":${seed},"answers":[\n${lines.join(',\n')}\n]}\n`);
  console.log(`${count} answers were recorded`);
}

if (values.unpack === undefined) {
  console.log('skipped: set --unpack to a program that unpacks layers');
} else {
  const scratch = mkdtempSync(join(tmpdir(), 'plimsoll-layers-oracle-'));
  const place = { program: values.unpack, directory: join(scratch, 'image') };
  try {
    if (values.record === undefined) {
      process.exitCode = (await compareAll(place)) ? 0 : 1;
    } else {
      record(place, Number(values.record));
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
