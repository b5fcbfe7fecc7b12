import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { PageFile } from './page-file.ts';
import { PageFileWriter } from './page-file-writer.ts';

export type Entries = ReadonlyMap<string, string>;

/** Creates a temporary directory, and returns a function that names new files in it. */
export function createFileNames(t: TestContext): () => string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-pages-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  let count = 0;
  return () => path.join(folder, `${++count}.pages`);
}

/** Writes entries to a new file and returns its path and root. */
export function writeEntries(file: string, entries: Entries): { file: string; root: string } {
  using writer = new PageFileWriter(file);
  for (const [key, value] of [...entries].sort(([left], [right]) => (left < right ? -1 : 1))) {
    writer.addEntry(key, Buffer.from(value));
  }
  return { file, root: writer.finishFile().root };
}

export function openWritten({ file, root }: { file: string; root: string }): PageFile {
  return new PageFile('sample', file, root);
}

/** Returns the entries of a page file. */
export function readAll(file: PageFile): Map<string, string> {
  return new Map([...file.readEntries()].map(({ key, value }) => [key, value.toString()]));
}

/** Returns entries with values of very different lengths. */
export function createEntries(count: number, seed = 1): Map<string, string> {
  const entries = new Map<string, string>();
  const next = createRandom(seed);
  for (let at = 0; at < count; at++) {
    const key = `package-${Math.floor(next() * count * 4)}\0CVE-${2000 + Math.floor(next() * 30)}`;
    const length = next() < 0.01 ? 5000 : Math.floor(next() * 200);
    entries.set(key, `${next()}`.repeat(Math.ceil(length / 18)));
  }
  return entries;
}

/** Numbers between 0 and 1 that are the same in every run. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
