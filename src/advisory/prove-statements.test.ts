import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import { describeDatabase } from './describe-database.ts';
import { importDatabase } from './import-database.ts';
import { openDatabase } from './open-database.ts';
import {
  type ProofDocument,
  parseProof,
  proveStatements,
  verifyStatements,
} from './prove-statements.ts';
import { writeGrypeDatabase } from './provider/grype-v6/grype-database.fixture.ts';

const OPTIONS = { progress: SILENT, limits: DEFAULT_LIMITS, now: '2026-01-03T00:00:00Z' };

async function importSample(t: TestContext, sql = ''): Promise<string> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-prove-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const root = path.join(folder, 'db');
  await importDatabase(writeGrypeDatabase(folder, sql), root, OPTIONS);
  return root;
}

/** Returns the statements of a proof after it was written to a file and parsed. */
function listProven(proof: ProofDocument): readonly string[] {
  const parsed = parseProof(Buffer.from(JSON.stringify(proof)), 'proof.json', DEFAULT_LIMITS);
  return verifyStatements(parsed).map(({ layer, shard, release, advisory }) => {
    const { vulnerability, packageName = '', product } = advisory;
    return `${layer} ${shard} ${release} ${vulnerability} ${product?.product ?? packageName}`;
  });
}

suite('a proof of statements', () => {
  test('proves what a search finds, without the database', async (t) => {
    const root = await importSample(t);
    using database = openDatabase(root);
    const systems = database.listReleases({ id: 'alpine', idLike: [], versionId: '3.9' });
    assert.deepEqual(listProven(proveStatements(root, [{ name: 'MUSL' }], systems)), [
      'base os-alpine 3.9 CVE-2020-0001 Musl',
    ]);
    const all = listProven(proveStatements(root, [{ name: 'musl' }], undefined));
    assert.ok(all.includes('base os-alpine 3.10 CVE-2020-0001 Musl'));
    assert.ok(all.includes('base cpe  CVE-2020-0001 Musl'));
    const npm = proveStatements(root, [{ name: 'left-pad', ecosystem: 'npm' }], undefined);
    assert.deepEqual(listProven(npm), ['base ecosystem-npm  GHSA-aaaa-bbbb-cccc left-pad']);
  });

  test('proves that there are none', async (t) => {
    const root = await importSample(t);
    const proof = proveStatements(root, [{ name: 'right-pad', ecosystem: 'npm' }], undefined);
    assert.deepEqual(listProven(proof), []);
    assert.deepEqual(
      proof.proofs.map(({ shard }) => shard),
      ['ecosystem-npm'],
    );
  });

  test('is refused if it is about another package or was changed', async (t) => {
    const root = await importSample(t);
    const proof = proveStatements(root, [{ name: 'left-pad', ecosystem: 'npm' }], undefined);
    const [first] = proof.proofs;
    assert.ok(first);
    const text = Buffer.from(first.proof.pages[0] ?? '', 'base64').toString('latin1');
    assert.ok(text.includes('GHSA-aaaa'));
    const forged = Buffer.from(text.replace('GHSA-aaaa', 'GHSA-aaab'), 'latin1').toString('base64');
    for (const changed of [
      { ...first, name: 'right-pad' },
      { ...first, ecosystem: 'gem', kind: 'system' as const },
      { ...first, proof: { ...first.proof, pages: [forged] } },
    ]) {
      assert.throws(() => listProven({ ...proof, proofs: [changed] }), { code: 'E_PROOF_INVALID' });
    }
    for (const content of ['{}', '[]', '{"type":"plimsoll-statement-proof-2"}']) {
      assert.throws(() => parseProof(Buffer.from(content), 'x', DEFAULT_LIMITS), {
        code: 'E_PROOF_INVALID',
      });
    }
  });

  test('has the same root if the same statements are imported in another order', async (t) => {
    const reordered = `
      UPDATE vulnerability_handles SET id = 1000 - id;
      UPDATE affected_package_handles SET vulnerability_id = 1000 - vulnerability_id, id = 500 - id;
      UPDATE unaffected_package_handles SET vulnerability_id = 1000 - vulnerability_id;
      UPDATE affected_cpe_handles SET vulnerability_id = 1000 - vulnerability_id;
    `;
    const listRoots = (root: string): readonly string[] =>
      describeDatabase(root)
        .shards.filter(({ kind }) => kind !== 'meta')
        .map(({ name, digest }) => `${name} ${digest}`);
    const roots = listRoots(await importSample(t));
    assert.ok(roots.length > 5);
    assert.deepEqual(listRoots(await importSample(t, reordered)), roots);
    const changed = "UPDATE blobs SET value = replace(value, '1.1.24-r3', '1.1.24-r4')";
    assert.notDeepEqual(listRoots(await importSample(t, changed)), roots);
  });
});
