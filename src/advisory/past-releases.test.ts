import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import { type BuildOutcome, buildDatabase } from './build-database.ts';
import { findCurrentGeneration } from './generation.ts';
import { toLayerRoot } from './layer.ts';
import { openDatabase } from './open-database.ts';

const PROVIDER = 'ubuntu-tracker';
const OPTIONS = { progress: SILENT, limits: DEFAULT_LIMITS, now: '2026-01-03T00:00:00Z' };

interface World {
  readonly root: string;
  /** Builds the layer from documents with these lines, one document for each. */
  build(statuses: readonly string[], more?: { isLossAccepted: boolean }): Promise<BuildOutcome>;
  /** Returns the statements about a package in a release. */
  list(versionId: string, name: string): readonly string[];
}

function createWorld(t: TestContext): World {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-past-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const root = path.join(folder, 'db');
  const documents = path.join(folder, 'active');
  return {
    root,
    build: async (statuses, more) => {
      fs.rmSync(documents, { recursive: true, force: true });
      fs.mkdirSync(documents);
      for (const [number, status] of statuses.entries()) {
        const id = `CVE-2024-000${number + 1}`;
        const text = `Candidate: ${id}\nPublicDate: 2024-01-01\nDescription:\n text\nPriority: low\n${status}\n`;
        fs.writeFileSync(path.join(documents, id), text);
      }
      const inputs = [{ provider: PROVIDER, file: documents }];
      return await buildDatabase(inputs, root, { ...OPTIONS, ...more });
    },
    list: (versionId, name) => {
      using database = openDatabase(root);
      return database.listReleases({ id: 'ubuntu', idLike: [], versionId }).flatMap((release) =>
        database
          .findSystemPackage(release, 'deb', name)
          .map(({ vulnerability, ranges, record }) => {
            assert.equal(database.readRecord(record).id, vulnerability);
            return `${vulnerability} ${ranges.map(({ constraint }) => constraint).join()}`;
          }),
      );
    },
  };
}

const JAMMY = ['jammy_openssl: released (3.0.2-1)', 'jammy_curl: released (7.81-1)'];
const MANTIC = 'mantic_openssl: released (3.0.10-1)';

test('keeps the last state of a release that leaves the feed', async (t) => {
  const { build, list } = createWorld(t);
  await build([...JAMMY, MANTIC]);
  const before = list('23.10', 'openssl');
  assert.deepEqual(before, ['CVE-2024-0003 < 3.0.10-1']);
  for (let again = 0; again < 2; again++) {
    const { accounts, problems } = await build(JAMMY);
    assert.deepEqual(list('23.10', 'openssl'), before);
    const account = accounts.get(PROVIDER);
    assert.deepEqual(account?.pastReleases, { 'ubuntu 23.10': 1 });
    assert.deepEqual(account?.statements, { read: 3, kept: 3, leftOut: {} });
    assert.deepEqual(account?.records, { read: 3, kept: 3, leftOut: {} });
    assert.deepEqual(problems, []);
  }
  await build([...JAMMY, 'mantic_openssl: released (3.0.10-2)']);
  assert.deepEqual(list('23.10', 'openssl'), ['CVE-2024-0003 < 3.0.10-2'], 'the feed has it again');
});

test('drops a release that leaves the feed if losses are accepted', async (t) => {
  const { build, list } = createWorld(t);
  await build([...JAMMY, MANTIC]);
  const { accounts } = await build(JAMMY, { isLossAccepted: true });
  assert.deepEqual(list('23.10', 'openssl'), []);
  assert.equal(accounts.get(PROVIDER)?.pastReleases, undefined);
});

test('does not hide a feed that shrank', async (t) => {
  const { build, list } = createWorld(t);
  await build([MANTIC, 'noble_curl: released (8.5-1)', ...JAMMY]);
  await assert.rejects(build([MANTIC]), { code: 'E_DB_LOSS' });
  assert.deepEqual(list('22.04', 'curl'), ['CVE-2024-0004 < 7.81-1']);
});

test('reports a damaged layer, whose releases are lost', async (t) => {
  const { root, build } = createWorld(t);
  await build([...JAMMY, MANTIC]);
  const generation = findCurrentGeneration(toLayerRoot(root, PROVIDER));
  assert.ok(generation);
  const shard = path.join(generation, 'os-ubuntu.db');
  fs.writeFileSync(shard, fs.readFileSync(shard).fill(0));
  const { accounts, problems } = await build([...JAMMY, JAMMY[0] ?? '']);
  assert.match(
    problems[0]?.message ?? '',
    /^the last state of releases that left the feed was lost/,
  );
  assert.deepEqual(accounts.get(PROVIDER)?.parts, { 'releases of a damaged layer': 1 });
});
