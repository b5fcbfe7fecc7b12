import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { emitTarget } from '../../src/assess/emit-target.ts';
import { readInventory } from '../../src/assess/read-inventory.ts';
import type { ReadTarget } from '../../src/assess/read-target.ts';
import { UserError } from '../../src/foundation/core/error.ts';
import type { Inventory } from '../../src/foundation/core/inventory.ts';
import type { KeptFile } from '../../src/hardening/harden/removal-plan.ts';
import { findSharedMaterial, SKIP_REASON } from '../conformance/shared-material.ts';

const SCRATCH = mkdtempSync(join(tmpdir(), 'plimsoll-emit-hostile-'));
after(() => rmSync(SCRATCH, { recursive: true, force: true }));

const shared = findSharedMaterial();
/** Larger inputs are bombs and mazes, which the reading alone takes minutes for: see `sweep.ts`. */
const INPUT_BYTES_MAX = 256 * 1024;

function listInputs(): readonly string[] {
  const inputs = join(SCRATCH, 'inputs');
  mkdirSync(inputs);
  const script = 'zstd -dc --long=27 "$1" | tar -x -C "$2" --no-same-owner';
  const archive = join(shared ?? '', 'corpus', 'hostile.tar.zst');
  const { status, stderr } = spawnSync('sh', ['-c', script, 'sh', archive, inputs]);
  assert.equal(status, 0, String(stderr));
  return readdirSync(inputs)
    .map((name) => join(inputs, name))
    .filter((path) => countBytes(path) <= INPUT_BYTES_MAX);
}

function countBytes(path: string): number {
  const status = statSync(path);
  return status.isDirectory()
    ? readdirSync(path).reduce((sum, name) => sum + countBytes(join(path, name)), 0)
    : status.size;
}

const READING = { temporaryFolder: SCRATCH, files: { selection: 'all' as const } };

function listVisible({ files }: Inventory): readonly string[] {
  return files
    .filter(({ type }) => type !== 'directory')
    .map(({ path, type, sha256 = '' }) => `${path} ${type === 'hardlink' ? '' : sha256}`)
    .toSorted();
}

/** Emits an image with everything that is in it; `undefined` if it is refused. */
async function emitWhole(target: string, output: string): Promise<Inventory | undefined> {
  let read: ReadTarget | undefined;
  try {
    const inventory = await readInventory(target, {
      ...READING,
      onRead: (found) => {
        read = found;
      },
    });
    if (read === undefined) {
      return undefined;
    }
    const kept = inventory.files
      .filter(({ type }) => type !== 'directory')
      .map((file): KeptFile => ({ ...file, because: 'request' }));
    const packages = inventory.packages.map(({ key, name, version, type }) => ({
      key,
      name,
      version,
      type,
      isKept: true,
      kept: [],
      dropped: [],
    }));
    using resources = new DisposableStack();
    await emitTarget({ userInput: target, read, inventory, plan: { kept, packages } }, READING, {
      form: 'oci-dir',
      output,
      layers: 'one',
      compression: 'none',
      planDigest: `sha256:${'0'.repeat(64)}`,
      resources,
    });
    return inventory;
  } catch (error) {
    assert.ok(error instanceof UserError, String(error instanceof Error ? error.stack : error));
    assert.notEqual(error.message, '');
    return undefined;
  }
}

/** Records are written anew, and files with several names may have another first name. */
const REPLACED = /\/lib\/(?:dpkg|apk|opkg|rpm)\/|\/rpm\/|\/RECORD /;

test('hostile images are refused or emitted completely, and nothing else is written', {
  skip: shared === undefined ? SKIP_REASON : false,
}, async () => {
  let emitted = 0;
  for (const target of listInputs()) {
    const place = mkdtempSync(join(SCRATCH, 'o'));
    const before = readdirSync(SCRATCH);
    const inventory = await emitWhole(target, join(place, 'slim'));
    assert.deepEqual(readdirSync(SCRATCH), before, target);
    assert.deepEqual(readdirSync(place), inventory === undefined ? [] : ['slim'], target);
    if (inventory !== undefined) {
      emitted++;
      const again = await readInventory(`oci-dir:${join(place, 'slim')}`, READING);
      const isSame = (line: string): boolean => !REPLACED.test(line);
      assert.deepEqual(
        listVisible(again).filter(isSame),
        listVisible(inventory).filter(isSame),
        target,
      );
    }
  }
  assert.ok(emitted > 5, `${emitted} inputs were emitted`);
});
