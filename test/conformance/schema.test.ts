import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import { withFolder, writeReport } from './score.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';
import { listCorpusTargets } from './targets.ts';

const QUICK = /^(alpine-3\.20|alpine-3\.8|debian-trixie-slim|rpm-rocky9|polyglot-image)$/;
const shared = findSharedMaterial();

test('syft-json is valid under the published schema, with and without parity', {
  skip: shared === undefined ? SKIP_REASON : false,
}, async () => {
  const folder = shared ?? '';
  const packed = readFileSync(join(folder, 'schemas', 'syft-json-16.schema.json.gz'));
  const schema: unknown = JSON.parse(gunzipSync(packed).toString('utf8'));
  const validate = new Ajv2020({ strict: false, validateFormats: false, allErrors: false }).compile(
    schema as object,
  );
  await withFolder(async (temporaryFolder) => {
    const targets = listCorpusTargets(folder, temporaryFolder, QUICK);
    assert.equal(targets.length, 5);
    for (const { name, input } of targets) {
      const inventory = await readInventory(input, { name, temporaryFolder, progress: SILENT });
      for (const isParity of [false, true]) {
        const file = join(temporaryFolder, 'out.json');
        const tool = { name: 'plimsoll', version: '0' };
        writeReport({ tool, inventory, configuration: {} }, 'syft-json', file, { isParity });
        const isValid = validate(JSON.parse(readFileSync(file, 'utf8')));
        assert.ok(isValid, `${name}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
      }
    }
  });
});
