import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { isRecord } from '../../src/foundation/syntax/json/guard.ts';
import { withFolder } from './score.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';
import { SYFT_ANSWERS } from './syft-answers.ts';
import { listCorpusTargets } from './targets.ts';

const material = findSharedMaterial();
const answers = Object.entries(SYFT_ANSWERS);

describe('recorded answers of Syft', { skip: material === undefined ? SKIP_REASON : false }, () => {
  const recorded = answers.flatMap(([number, answer]) =>
    answer.kind === 'recorded' ? [{ number, ...answer }] : [],
  );
  const byTarget = Map.groupBy(recorded, ({ target }) => target);
  for (const [name, points] of byTarget) {
    const numbers = points.map(({ number }) => number).join(', ');
    test(`about ${name} differ from ours as stated in points ${numbers}`, () =>
      withFolder(async (folder) => {
        const shared = material ?? '';
        const [target] = listCorpusTargets(shared, folder, new RegExp(`^${name}$`));
        assert.ok(target !== undefined);
        const file = join(shared, 'corpus', 'expected', `${name}.syft.json.zst`);
        const answer: unknown = JSON.parse(zstdDecompressSync(readFileSync(file)).toString());
        assert.ok(isRecord(answer));
        const inventory = await readInventory(target.input, { name, temporaryFolder: folder });
        for (const { number, isTheirs, isOurs } of points) {
          assert.equal(isTheirs(answer), true, `${number}: Syft's answer`);
          assert.equal(isOurs(inventory), true, `${number}: our answer`);
        }
      }));
  }
});

const checkout = process.env['PLIMSOLL_PEER_SYFT'] ?? '';

test('the sources of Syft contain the lines, and lack the texts, that the points rely on', {
  skip: checkout === '' ? 'PLIMSOLL_PEER_SYFT names no checkout' : false,
}, () => {
  const files = globSync(['syft/**/*.go', 'internal/**/*.go'], { cwd: checkout });
  const sources = files
    .filter((path) => !path.endsWith('_test.go'))
    .map(
      (path) => [path.replaceAll('\\', '/'), readFileSync(join(checkout, path), 'utf8')] as const,
    );
  assert.ok(sources.length > 500, `${sources.length} sources`);
  const byPath = new Map(sources);
  for (const [number, answer] of answers) {
    if (answer.kind === 'source') {
      assert.ok(byPath.get(answer.path)?.includes(answer.line), `${number}: ${answer.path}`);
    } else if (answer.kind === 'absent') {
      for (const text of answer.texts) {
        const found = sources.filter(([, content]) => content.includes(text));
        assert.deepEqual(
          found.map(([path]) => path),
          [],
          `${number}: ${text}`,
        );
      }
    }
  }
});
