import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import {
  beginGeneration,
  commitGenerations,
  discardGeneration,
  findCurrentGeneration,
} from './generation.ts';

const NOW = '2026-01-01T00:00:00Z';
/** Greater than any process ID on Linux, so that no process has it. */
const DEAD_PID = 4_194_305;

function createTemporaryRoot(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-generation-'));
}

function listGenerations(root: string): readonly string[] {
  return fs.readdirSync(root).filter((name) => name.startsWith('generation-'));
}

test('has no current generation until one is committed', (t) => {
  const root = createTemporaryRoot();
  t.after(() => fs.rmSync(root, { recursive: true }));
  const generation = beginGeneration(root, NOW);
  assert.equal(findCurrentGeneration(root), undefined);
  commitGenerations([generation]);
  assert.equal(findCurrentGeneration(root), generation.folder);
});

test('keeps the direct predecessor and removes those before it', (t) => {
  const root = createTemporaryRoot();
  t.after(() => fs.rmSync(root, { recursive: true }));
  const generations = [1, 2, 3].map(() => {
    const generation = beginGeneration(root, NOW);
    commitGenerations([generation]);
    return path.basename(generation.folder);
  });
  assert.deepEqual(new Set(listGenerations(root)), new Set(generations.slice(1)));
  assert.equal(findCurrentGeneration(root), path.join(root, generations[2] ?? ''));
});

test('removes the remains of a dead import, but not of a running one', (t) => {
  const root = createTemporaryRoot();
  t.after(() => fs.rmSync(root, { recursive: true }));
  const alive = beginGeneration(root, NOW);
  const dead = path.join(
    root,
    path.basename(alive.folder).replace(`-${process.pid}-`, `-${DEAD_PID}-`),
  );
  fs.mkdirSync(dead);
  fs.writeFileSync(path.join(dead, 'half.db'), 'x');
  beginGeneration(root, NOW);
  assert.equal(fs.existsSync(dead), false);
  assert.equal(fs.existsSync(alive.folder), true);
});

test('waits some hours before an import on another machine counts as dead', (t) => {
  const root = createTemporaryRoot();
  t.after(() => fs.rmSync(root, { recursive: true }));
  const foreign = path.join(root, 'generation-00000000-1-abcdef');
  fs.mkdirSync(foreign);
  const changed = fs.statSync(foreign).mtimeMs;
  beginGeneration(root, new Date(changed + 3600_000).toISOString());
  assert.equal(fs.existsSync(foreign), true);
  beginGeneration(root, new Date(changed + 7 * 3600_000).toISOString());
  assert.equal(fs.existsSync(foreign), false);
});

test('never removes a current generation, even if its import died at once', (t) => {
  const root = createTemporaryRoot();
  t.after(() => fs.rmSync(root, { recursive: true }));
  const name = path.basename(beginGeneration(root, NOW).folder);
  const dead = name.replace(`-${process.pid}-`, `-${DEAD_PID}-`);
  fs.renameSync(path.join(root, name), path.join(root, dead));
  fs.writeFileSync(path.join(root, 'current'), `${dead}\n`);
  beginGeneration(root, NOW);
  assert.equal(findCurrentGeneration(root), path.join(root, dead));
  assert.equal(fs.existsSync(path.join(root, dead)), true);
});

test('removes an abandoned generation and follows no pointer out of the directory', (t) => {
  const root = createTemporaryRoot();
  t.after(() => fs.rmSync(root, { recursive: true }));
  const generation = beginGeneration(root, NOW);
  discardGeneration(generation);
  assert.deepEqual(listGenerations(root), []);
  fs.writeFileSync(path.join(root, 'current'), '../elsewhere\n');
  assert.equal(findCurrentGeneration(root), undefined);
});
