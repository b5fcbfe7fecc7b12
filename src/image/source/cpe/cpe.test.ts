import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { SILENT } from '../../../foundation/core/progress.ts';
import { createSpill } from '../../read/spill.ts';
import { openTarget } from '../open-target.ts';
import { cpe } from './cpe.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-test-'));
after(() => rmSync(folder, { recursive: true }));

const limits = DEFAULT_LIMITS;
const options = { limits, progress: SILENT, spill: createSpill({ folder, limits }) };

async function readDocument(target: string): Promise<string> {
  const { document } = await openTarget(target, [cpe], options);
  assert.equal(document?.format, 'cpe-list');
  return Buffer.from(document?.content ?? []).toString();
}

describe('CPEs as targets', () => {
  it('are accepted as the argument in either binding', async () => {
    for (const name of ['cpe:2.3:a:b:c:1:*:*:*:*:*:*:*', 'cpe:/a:b:c:1']) {
      assert.equal(await readDocument(name), name);
      const { description } = await openTarget(name, [cpe], options);
      assert.deepEqual([description.name, description.userInput], [name, name]);
    }
  });

  it('may be a list in a file', async () => {
    const path = join(folder, 'list');
    writeFileSync(path, 'cpe:/a:b:c:1\n');
    assert.equal(await readDocument(`cpe:${path}`), 'cpe:/a:b:c:1\n');
    await assert.rejects(openTarget('cpe:none', [cpe], options), { code: 'E_TARGET_UNKNOWN' });
  });
});
