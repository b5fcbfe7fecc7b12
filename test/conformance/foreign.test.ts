import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDatabase } from '../../src/vulnerability/advisory/open-database.ts';
import {
  type ForeignDifference,
  listUnexplained,
  NOW,
  readForeignDifferences,
  readForeignDocuments,
  scoreForeign,
} from './foreign/score-foreign.ts';
import { importRecordedDatabase } from './recorded-database.ts';
import { withFolder } from './score.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';

const shared = findSharedMaterial();

test('documents of other programs lead to the findings of their packages', {
  skip: shared === undefined ? SKIP_REASON : false,
}, async (t) => {
  const documents = readForeignDocuments();
  assert.deepEqual(
    documents.map(({ document }) => document).toSorted(),
    readdirSync(join(import.meta.dirname, 'foreign', 'documents')).toSorted(),
    'every document is listed with its origin',
  );
  const listed = readForeignDifferences();
  const used = new Set<ForeignDifference>();
  let found = 0;
  await withFolder(async (folder) => {
    using database = openDatabase(await importRecordedDatabase(shared ?? '', folder, NOW));
    for (const document of documents) {
      const score = await scoreForeign(document, { folder, database });
      assert.ok(score.packages > 0, `${document.document} has packages`);
      found += score.findings;
      t.diagnostic(
        `${document.document}: ${score.packages} packages, ${score.findings} findings, ${score.lines.length} differences`,
      );
      assert.deepEqual(listUnexplained(document, score, { listed, used }), [], document.document);
    }
  });
  assert.ok(found > 300, `${found} findings`);
  assert.deepEqual(
    listed.filter((one) => !used.has(one)),
    [],
    'every listed difference is one',
  );
});
