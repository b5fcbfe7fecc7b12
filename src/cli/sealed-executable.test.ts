import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import {
  compareProgram,
  formatProgramStatement,
  readProgramManifest,
} from '../compliance/attest/program-manifest.ts';
import { signStatement } from '../compliance/attest/sign-envelope.ts';
import { DEFAULT_LIMITS } from '../foundation/core/limits.ts';
import { readSealedExecutable, sealExecutable } from './sealed-executable.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-sealed-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'program');
const { publicKey, privateKey } = generateKeyPairSync('ed25519');

/** Returns whether `self verify` would accept the executable. */
function isAsSigned(): boolean {
  const program = readSealedExecutable(path);
  const manifest = program && readProgramManifest(program.manifest, [publicKey], DEFAULT_LIMITS);
  return (
    program !== undefined &&
    manifest?.signature === 'verified' &&
    compareProgram(manifest, program.digestFiles()).length === 0
  );
}

it('detects a flipped bit in each byte of an executable, and a missing or an added one', () => {
  // Longer than one piece, so that several are read.
  writeFileSync(path, Buffer.alloc(1024 * 1024 + 5, 'code'));
  assert.equal(readSealedExecutable(path), undefined);
  sealExecutable(path, (files) =>
    JSON.stringify(signStatement(formatProgramStatement(files, 'program@1'), privateKey)),
  );
  assert.ok(isAsSigned());
  const sealed = readFileSync(path);
  const start = 1024 * 1024;
  const places = [0, 1024, ...Array.from(sealed.keys()).slice(start)];
  for (const place of places) {
    const flipped = Buffer.from(sealed);
    flipped[place] = (flipped[place] ?? 0) ^ 1;
    writeFileSync(path, flipped);
    assert.ok(!isAsSigned(), `byte ${place} of ${sealed.length}`);
  }
  for (const other of [
    sealed.subarray(1),
    sealed.subarray(0, -1),
    Buffer.concat([sealed, sealed]),
  ]) {
    writeFileSync(path, other);
    assert.ok(!isAsSigned());
  }
});

it('finds no manifest in a file that is shorter than its end', () => {
  writeFileSync(path, 'short');
  assert.equal(readSealedExecutable(path), undefined);
});
