import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { type StatementSeed, writeAdvisorySource } from '../../test/support/advisory-database.ts';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import { buildDatabase } from './build-database.ts';
import { exportDatabase } from './database-archive.ts';
import { describeDatabase } from './describe-database.ts';
import { fillDatabase } from './fill-database.ts';

const OPTIONS = { progress: SILENT, limits: DEFAULT_LIMITS, now: '2026-01-03T00:00:00Z' };

type Statement = Pick<StatementSeed, 'ecosystem' | 'provider' | 'name'>;

/** Creates this many statements, each about a different package. */
function createStatements(ecosystem: string, count: number, provider = ecosystem): Statement[] {
  return Array.from({ length: count }, (_, index) => ({ ecosystem, provider, name: `p${index}` }));
}

class Folder {
  readonly folder: string;
  readonly root: string;
  #files = 0;

  constructor(t: TestContext) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-loss-'));
    this.root = path.join(this.folder, 'db');
    t.after(() => fs.rmSync(this.folder, { recursive: true }));
  }

  write(statements: readonly Statement[]): string {
    const file = path.join(this.folder, `${this.#files++}.db`);
    const seeds = statements.map((statement, index) => ({
      id: `CVE-2030-${String(index + 1).padStart(4, '0')}`,
      ranges: [{ scheme: 'semver', constraint: '< 2', fix: '2' }],
      ...statement,
    }));
    writeAdvisorySource(file, { statements: seeds });
    return file;
  }

  async import(statements: readonly Statement[], isLossAccepted = false): Promise<void> {
    await fillDatabase(this.write(statements), this.root, { ...OPTIONS, isLossAccepted });
  }
}

const OLD = [
  ...createStatements('npm', 30),
  ...createStatements('python', 6),
  ...createStatements('go', 4),
];

suite('a replacing database', () => {
  for (const [name, next, message] of [
    [
      'in all',
      [
        ...createStatements('npm', 10),
        ...createStatements('python', 4),
        ...createStatements('go', 2),
      ],
      /lost 24 of 40/,
    ],
    [
      'of one ecosystem',
      [
        ...createStatements('npm', 14),
        ...createStatements('python', 60),
        ...createStatements('go', 60),
      ],
      /lost 16 of 30 statements about npm/,
    ],
    [
      'of one small ecosystem',
      [...createStatements('npm', 30), ...createStatements('python', 6)],
      /lost 4 of 4 statements about go, and 1 more/,
    ],
    [
      'of one provider',
      [
        ...createStatements('npm', 30),
        ...createStatements('python', 6, 'npm'),
        ...createStatements('go', 4),
      ],
      /lost all statements of python/,
    ],
    ['of everything', createStatements('rust', 1), /lost 39 of 40 statements, and 6 more/],
  ] as const) {
    test(`is rejected if it has lost more than half ${name}, and the old one is kept`, async (t) => {
      const folder = new Folder(t);
      await folder.import(OLD);
      const before = describeDatabase(folder.root, true);
      await assert.rejects(folder.import(next), { code: 'E_DB_LOSS', message });
      assert.deepEqual(describeDatabase(folder.root, true), before);
      assert.equal(before.isValid, true);
      await folder.import(next, true);
      assert.notEqual(describeDatabase(folder.root).path, before.path);
    });
  }

  test('may lose up to a half, and some of the few statements of a small ecosystem', async (t) => {
    const folder = new Folder(t);
    await folder.import(OLD);
    await folder.import([
      ...createStatements('npm', 15),
      ...createStatements('python', 6),
      ...createStatements('go', 1),
    ]);
    await folder.import(OLD);
  });

  test('is refused as an exported archive, and if it is built from feeds', async (t) => {
    const small = new Folder(t);
    await small.import(createStatements('npm', 3));
    const archive = path.join(small.folder, 'archive.tar');
    const pieces: Uint8Array[] = [];
    exportDatabase(small.root, (piece) => pieces.push(Uint8Array.from(piece)));
    fs.writeFileSync(archive, Buffer.concat(pieces));
    const folder = new Folder(t);
    await folder.import(OLD);
    await assert.rejects(fillDatabase(archive, folder.root, OPTIONS), { code: 'E_DB_LOSS' });
    const feed = path.join(folder.folder, 'osv.json');
    const build = async (count: number, isLossAccepted = false): Promise<void> => {
      const affected = Array.from({ length: count }, (_, index) => ({
        package: { ecosystem: 'npm', name: `p${index}` },
        versions: ['1.0.0'],
      }));
      fs.writeFileSync(feed, JSON.stringify([{ id: 'GHSA-aaaa-bbbb-cccc', affected }]));
      const inputs = [{ provider: 'osv', file: feed }];
      await buildDatabase(inputs, folder.root, { ...OPTIONS, isLossAccepted });
    };
    await build(30);
    const before = describeDatabase(folder.root, true);
    await assert.rejects(build(14), { code: 'E_DB_LOSS', message: /lost 16 of 30 statements/ });
    assert.deepEqual(describeDatabase(folder.root, true), before);
    await build(14, true);
    assert.equal(describeDatabase(folder.root, true).isValid, true);
  });

  test('is refused if it has less than half of the facts', async (t) => {
    const folder = new Folder(t);
    const file = path.join(folder.folder, 'kev.json');
    const build = async (count: number, isLossAccepted = false): Promise<void> => {
      const vulnerabilities = Array.from({ length: count }, (_, index) => ({
        cveID: `CVE-2030-${1000 + index}`,
      }));
      fs.writeFileSync(file, JSON.stringify({ vulnerabilities }));
      const inputs = [{ provider: 'kev', file }];
      await buildDatabase(inputs, folder.root, { ...OPTIONS, isLossAccepted });
    };
    await build(30);
    await assert.rejects(build(14), { code: 'E_DB_LOSS', message: /lost 16 of 30 facts/ });
    await build(15);
    await build(1, true);
  });

  test('replaces a damaged one, and fills an empty directory', async (t) => {
    const folder = new Folder(t);
    await folder.import(OLD);
    fs.writeFileSync(path.join(describeDatabase(folder.root).path, 'manifest.json'), '{');
    await folder.import(createStatements('npm', 1));
    assert.equal(describeDatabase(folder.root, true).isValid, true);
  });
});
