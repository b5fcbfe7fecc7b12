import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSampleArchives } from './make-sample.ts';

const BYTES_MAX = 60_000;

for (const [name, bytes] of createSampleArchives()) {
  test(`${name} equals the output of its generator, and is small`, () => {
    const stored = readFileSync(join(import.meta.dirname, name));
    assert.ok(stored.equals(bytes), 'run: node examples/make-sample.ts');
    assert.ok(bytes.length < BYTES_MAX);
  });
}
