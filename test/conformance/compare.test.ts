import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { decide } from '../../src/assess/decide.ts';
import { evaluate } from '../../src/assess/evaluate.ts';
import { readInventory } from '../../src/assess/read-inventory.ts';
import type { AdvisoryDatabase } from '../../src/foundation/core/advisory.ts';
import { present } from '../../src/foundation/core/assert.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import { compareResults } from '../../src/hardening/compare/compare-results.ts';
import { createPairComparison } from '../../src/hardening/compare/comparison.ts';
import type { Difference } from '../../src/hardening/compare/difference.ts';
import { toFileRef } from '../../src/hardening/compare/file-changes.ts';
import type { Result } from '../../src/hardening/compare/finding-changes.ts';
import { toPackageRef } from '../../src/hardening/compare/package-changes.ts';
import { addDates } from '../../src/hardening/surface/dated-surface.ts';
import { listChangeSections } from '../../src/report/format/comparison/sections.ts';
import { table } from '../../src/report/format/comparison/table/table.ts';
import { buildDatabase } from '../../src/vulnerability/advisory/build-database.ts';
import { openDatabase } from '../../src/vulnerability/advisory/open-database.ts';
import { applyFiles, applyPackages } from '../support/apply-difference.ts';
import { assertGolden } from '../support/golden.ts';
import { invert } from '../support/invert-difference.ts';
import { runProgram } from '../support/run-program.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';
import { listCorpusTargets } from './targets.ts';

const shared = findSharedMaterial();
const SKIP = { skip: shared === undefined ? SKIP_REASON : false };
const SYSTEMS = /^(alpine|debian|rpm|wolfi)-/;
const ADVISORIES = join(import.meta.dirname, 'compare-advisories');
const NOW = '2025-11-26T00:00:00Z';

/** Creates a database from the excerpts beside this test. */
async function buildSampleDatabase(folder: string): Promise<string> {
  const database = join(folder, 'db');
  const feeds = [
    { provider: 'alpine-secdb', file: join(ADVISORIES, 'alpine-secdb-3.20.json') },
    { provider: 'debian-tracker', file: join(ADVISORIES, 'debian-tracker.json') },
    { provider: 'osv', file: join(ADVISORIES, 'severities.osv.json') },
  ];
  await buildDatabase(feeds, database, { limits: DEFAULT_LIMITS, progress: SILENT, now: NOW });
  return database;
}

async function look(input: string, folder: string, database: AdvisoryDatabase): Promise<Result> {
  const inventory = await readInventory(input, {
    temporaryFolder: folder,
    isReachRequested: true,
    isSurfaceRequested: true,
    files: { selection: 'all' },
  });
  const found = evaluate(inventory, database, { now: NOW });
  const findings = decide(found, inventory, {
    filters: { ignoredStates: [] },
    ignoreFiles: [],
    vexDocuments: [],
    isDerived: true,
    now: NOW,
  });
  const measured = present(inventory.surface, 'a surface that was asked for');
  const surface = addDates(measured, inventory, findings);
  return {
    inventory: { ...inventory, surface },
    findings,
    toolVersion: '0',
    listsEveryFile: true,
  };
}

/** Formats everything about a difference that fits on a line. */
function formatDifference(title: string, difference: Difference): string {
  const parts = listChangeSections(difference).map(({ id, summary }) => `${id}: ${summary}`);
  const { ranking } = difference.surface;
  const verdict =
    ranking.kind === 'dominance' || ranking.kind === 'weighted'
      ? `${ranking.kind} of the ${ranking.smaller === 'after' ? 'second' : 'first'}`
      : ranking.kind;
  return [title, ...parts, `surface: ${verdict}`].join('\n  ');
}

function pickLists(difference: Difference): Parameters<typeof invert>[0] {
  const { configuration, packages, files, executables, findings } = difference;
  return { configuration, packages, files, executables, findings };
}

suite('every pair of the recorded systems', SKIP, () => {
  const folder = mkdtempSync(join(tmpdir(), 'compare-'));
  after(() => rmSync(folder, { recursive: true }));
  const results = new Map<string, Result>();
  const differences = new Map<string, Difference>();
  const getResult = (name: string): Result => present(results.get(name), name);

  before(async () => {
    using database = openDatabase(await buildSampleDatabase(folder));
    for (const { name, input } of listCorpusTargets(
      present(shared, 'the recorded material'),
      folder,
      SYSTEMS,
    )) {
      results.set(name, await look(input, folder, database));
    }
    const names = [...results.keys()];
    for (const [index, one] of names.entries()) {
      for (const other of names.slice(index + 1)) {
        differences.set(`${one} > ${other}`, compareResults(getResult(one), getResult(other)));
      }
    }
  });

  test('equals the recorded result', () => {
    const lines = [...differences].map(
      ([title, difference]) => `${formatDifference(title, difference)}\n`,
    );
    assert.equal(differences.size, (results.size * (results.size - 1)) / 2);
    assertGolden(new URL('golden/compare-pairs.txt', import.meta.url), lines.join(''));
  });

  test('Debian and Alpine produce the recorded page', () => {
    const difference = compareResults(getResult('debian-trixie-slim'), getResult('alpine-3.20'));
    let page = '';
    table.write(
      {
        tool: { name: 'plimsoll', version: '0' },
        comparison: createPairComparison(difference),
        page: { minutesPerFinding: 15 },
      },
      { write: (piece) => (page += piece) },
      { isColoured: false },
    );
    const shown = page.replaceAll(present(shared, 'the recorded material'), '');
    assertGolden(new URL('golden/debian-alpine.txt', import.meta.url), shown);
  });

  test('a system has no differences to itself', () => {
    for (const [name, result] of results) {
      const { findings, ...lists } = pickLists(compareResults(result, result));
      assert.deepEqual(
        lists,
        { configuration: [], packages: [], files: [], executables: [] },
        name,
      );
      assert.ok(findings.every(({ kind }) => kind === 'unchanged'));
    }
  });

  test('the inverse is the difference from the second to the first', () => {
    for (const [title, difference] of differences) {
      const [one = '', other = ''] = title.split(' > ');
      const back = compareResults(getResult(other), getResult(one));
      assert.deepEqual(invert(pickLists(difference)), pickLists(back), title);
    }
  });

  test('applying it to the first creates the second', () => {
    for (const [title, { packages, files }] of differences) {
      const sides = title.split(' > ').map((name) => getResult(name).inventory);
      const [had, has] = sides.map((side) => side.packages.map(toPackageRef));
      assert.deepEqual(applyPackages(packages, had ?? []), applyPackages([], has ?? []), title);
      const [held, holds] = sides.map((side) => side.files.map(toFileRef));
      assert.deepEqual(applyFiles(files, held ?? []), applyFiles([], holds ?? []), title);
    }
  });
});

suite('targets of several kinds', SKIP, () => {
  const folder = mkdtempSync(join(tmpdir(), 'compare-'));
  after(() => rmSync(folder, { recursive: true }));
  const getImagePath = (name: string): string =>
    join(present(shared, 'the recorded material'), 'corpus', 'images', `${name}.oci.tar`);
  let database = '';

  before(async () => {
    database = await buildSampleDatabase(folder);
  });

  async function compare(
    first: string,
    second: string,
    ...more: readonly string[]
  ): Promise<string> {
    const args = ['compare', first, second, '--offline', '--db', database, '--db-max-age', '0'];
    const ended = await runProgram([...args, '-q', ...more], {
      PLIMSOLL_CACHE_DIR: join(folder, 'cache'),
    });
    assert.equal(ended.status, 0, ended.stderr);
    return ended.stdout;
  }

  test('a saved result and a document of another program replace the image', async () => {
    const alpine = getImagePath('alpine-3.20');
    const saved = join(folder, 'saved.json');
    const scanned = await runProgram(
      [
        'scan',
        alpine,
        '--offline',
        '--db',
        database,
        '--db-max-age',
        '0',
        '-q',
        '-o',
        `json=${saved}`,
      ],
      { PLIMSOLL_CACHE_DIR: join(folder, 'cache') },
    );
    assert.equal(scanned.status, 0, scanned.stderr);
    const syft = join(folder, 'alpine.syft.json');
    const recorded = join(
      present(shared, 'the recorded material'),
      'corpus',
      'expected',
      'alpine-3.20.syft.json.zst',
    );
    writeFileSync(syft, zstdDecompressSync(readFileSync(recorded)));
    for (const document of [saved, syft]) {
      const told = JSON.parse(await compare(alpine, document, '-o', 'json'));
      assert.deepEqual(told.packages, [], document);
      assert.equal(told.after.packages, 14);
      assert.ok(told.findings.every(({ kind }: { readonly kind: string }) => kind !== 'resolved'));
      assert.equal(told.surface.ranking.kind, 'refused');
    }
  });
});
