import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { it } from 'node:test';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { SILENT } from '../../../foundation/core/progress.ts';
import { createSpill } from '../../read/spill.ts';
import { purl } from './purl.ts';

it('accepts a package URL as the document itself', async () => {
  const text = 'pkg:npm/lodash@4.17.20';
  assert.equal(await purl.recognize(text), 1);
  assert.equal(await purl.recognize('pkg'), 0);
  const limits = DEFAULT_LIMITS;
  using spill = createSpill({ folder: tmpdir(), limits });
  const { document, description } = await purl.open(text, { limits, spill, progress: SILENT });
  assert.equal(Buffer.from(document?.content ?? []).toString(), text);
  assert.equal(document?.format, 'purl-list');
  assert.deepEqual(description, {
    kind: 'sbom',
    userInput: text,
    name: text,
    path: text,
    origin: 'argument',
  });
});
