/**
 * Runs the staged program in a plain Node, and writes the code that V8 compiled.
 *
 * node record-code.ts ARGUMENT...
 *
 * The working directory contains the staged files of the executable. The code of each module that
 * the run loads is written to the directory `compiled`, unless an earlier run did so.
 */
import crypto from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import vm from 'node:vm';

const folder = process.cwd();

function listPackageFiles(): readonly string[] {
  return globSync('package/**', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

// Compiled code contains the types of compared numbers, which depend on seeds of hash tables.
let count = 0;
crypto.randomBytes = (sizeBytes: number) => {
  count += 1;
  return Buffer.alloc(sizeBytes, count);
};

/** The part of `node:sea` that the program uses. */
const sea = {
  getAssetKeys: listPackageFiles,
  getRawAsset: (name: string) => new Uint8Array(readFileSync(join(folder, name))).buffer,
  getAsset: (name: string, encoding?: BufferEncoding) =>
    encoding === undefined ? sea.getRawAsset(name) : readFileSync(join(folder, name), { encoding }),
};

/** The module of the loader, which exports the scripts by their paths. */
const loader = { exports: new Map<string, vm.Script>() };

process.once('exit', (status) => {
  if (status !== 0) return;
  // The code is only accepted by a Node with the same flags.
  setFlagsFromString('--sparkplug');
  setFlagsFromString('--initial-old-space-size=0');
  for (const [path, script] of loader.exports) {
    const target = join(folder, 'compiled', path);
    if (existsSync(target)) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, script.createCachedData());
  }
});

const require = createRequire(import.meta.url);
const load = vm.compileFunction(readFileSync(join(folder, 'loader.js'), 'utf8'), [
  'module',
  'require',
]) as (module: typeof loader, require: (name: string) => unknown) => void;
load(loader, (name) => (name === 'node:sea' ? sea : (require(name) as unknown)));
