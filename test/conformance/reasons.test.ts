import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { evaluate } from '../../src/assess/evaluate.ts';
import { readInventory } from '../../src/assess/read-inventory.ts';
import type { Advisory, AdvisoryDatabase } from '../../src/foundation/core/advisory.ts';
import { present } from '../../src/foundation/core/assert.ts';
import type { Comparison } from '../../src/foundation/core/comparison.ts';
import type { Finding, Findings } from '../../src/foundation/core/finding.ts';
import type { Inventory, InventoryPackage } from '../../src/foundation/core/inventory.ts';
import { openDatabase } from '../../src/vulnerability/advisory/open-database.ts';
import { decideAnswer } from '../../src/vulnerability/decide/derive/derived-decider.ts';
import { derivations } from '../../src/vulnerability/decide/derive/registry.generated.ts';
import { explainAbsence } from '../../src/vulnerability/explain/explain-absence.ts';
import { explainFindings } from '../../src/vulnerability/explain/explain-finding.ts';
import { listVendorAnswers } from '../../src/vulnerability/explain/vendor-answers.ts';
import { matchInventory } from '../../src/vulnerability/match/match-inventory.ts';
import { createRandom, pick, type Random } from '../support/random-version.ts';
import { importRecorded } from './match-score.ts';
import { withFolder } from './score.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';
import { listCaseTargets, listCorpusTargets } from './targets.ts';

const shared = findSharedMaterial();
const TARGETS =
  /^(alpine-3\.20|node-api-alpine|python-mini|alpine38-old|wolfi-old|deb10|lang-ruby)$/;
const DRAWN = 50;
const SEED = 20_261_125;

interface Scanned {
  readonly inventory: Inventory;
  readonly findings: Findings;
}

/**
 * Reads every statement under any key of a package from the database itself, independently of our
 * code.
 */
function findRows(
  item: InventoryPackage,
  { inventory }: Scanned,
  database: AdvisoryDatabase,
): readonly Advisory[] {
  const names = new Set([item.name, ...item.upstreams.map(({ name }) => name)]);
  const systems = inventory.distro === undefined ? [] : database.listReleases(inventory.distro);
  return [...names].flatMap((name) => [
    ...systems.flatMap((system) => database.findSystemPackage(system, item.type, name)),
    ...database.findPackage(item.type, name),
  ]);
}

const OUTCOMES: Readonly<Record<Comparison['operator'], (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '=': (order) => order === 0,
  '>=': (order) => order >= 0,
  '>': (order) => order > 0,
  '!=': (order) => order !== 0,
};

/** Asserts that every part of a range is printed as a comparison with a correct result. */
function assertComparisons(range: string, comparisons: readonly Comparison[]): void {
  for (const { operator, right } of comparisons) {
    assert.ok(Object.hasOwn(OUTCOMES, operator));
    assert.ok(range.includes(right), `${range} names ${right}`);
  }
}

suite('the reasons of findings and of their absence', {
  skip: shared === undefined ? SKIP_REASON : false,
}, () => {
  const scanned: Scanned[] = [];
  let database: AdvisoryDatabase;
  let release: () => void;
  let whole: Promise<void>;

  before(async () => {
    await new Promise<void>((ready, failed) => {
      whole = withFolder(async (folder) => {
        await importRecorded(shared ?? '', join(folder, 'db'));
        using opened = openDatabase(join(folder, 'db'));
        database = opened;
        const targets = [
          ...listCorpusTargets(shared ?? '', folder, TARGETS),
          ...listCaseTargets(shared ?? '', folder).filter(({ name }) => TARGETS.test(name)),
        ];
        for (const { input } of targets) {
          const inventory = await readInventory(input, { temporaryFolder: folder });
          scanned.push({ inventory, findings: evaluate(inventory, opened) });
        }
        const done = new Promise<void>((end) => {
          release = end;
        });
        ready();
        await done;
      });
      whole.catch(failed);
    });
  });

  after(async () => {
    release();
    await whole;
  });

  test(`of ${DRAWN} random findings equal the rows of the database`, () => {
    const random = createRandom(SEED);
    for (let number = 0; number < DRAWN; number += 1) {
      const { one, finding, item } = drawFinding(scanned, random);
      const question = { id: finding.id, package: item.key };
      const [explained] = explainFindings(question, one.inventory, one.findings);
      assert.equal(explained?.state, 'open');
      assert.equal(explained.package.key, item.key);
      assert.ok(explained.places.length > 0 || one.inventory.target.kind === 'sbom');
      const rows = findRows(item, one, database);
      for (const step of explained.statements.filter(({ by }) => by !== 'cpe')) {
        const row = rows.find(
          (each) =>
            each.provider === step.source &&
            each.vulnerability === step.vulnerability &&
            each.ranges.some(({ constraint }) => step.range.includes(constraint)),
        );
        assert.ok(row, `${step.key}: the row of ${step.vulnerability}, ${step.range}`);
        assert.equal(row.effect, 'affected');
      }
      for (const step of explained.statements) {
        assertComparisons(step.range, step.comparisons);
        assert.ok(step.comparisons.length === 0 || step.comparisons.some(({ holds }) => holds));
      }
      assert.notEqual(explained.remedy, '');
    }
  });

  test(`of ${DRAWN} random statements without a finding are correct for each row of the database`, () => {
    const random = createRandom(SEED);
    let drawn = 0;
    for (let tries = 0; drawn < DRAWN && tries < DRAWN * 100; tries += 1) {
      const one = pick(random, scanned);
      const item = pick(random, one.inventory.packages);
      const rows = findRows(item, one, database);
      const row = rows.length === 0 ? undefined : pick(random, rows);
      if (row === undefined || isFound(one.findings, item, row)) {
        continue;
      }
      const options = {};
      const answer = explainAbsence(
        { id: row.vulnerability, package: item.key },
        { ...one, database, options },
      );
      if (answer.unjudged.length > 0) {
        assert.match(answer.summary, /could not be evaluated|did not match/);
        continue;
      }
      drawn += 1;
      const rejections = answer.considered.flatMap((each) => each.rejections);
      const about = rejections.filter(({ source }) => source === row.provider);
      assert.ok(
        about.length > 0,
        `${row.vulnerability} on ${item.purl}, ${one.inventory.target.name}: ${answer.summary}`,
      );
      for (const { why, comparisons, detail } of about) {
        assert.notEqual(detail, '');
        assert.ok(why !== 'version-outside' || comparisons.length > 0 || detail.includes('not'));
      }
      assertFellAway(
        row,
        about.map(({ why }) => why),
      );
    }
    assert.equal(drawn, DRAWN);
  });

  test('of a source answer are proven by its row, and change with the version', () => {
    for (const [rule, version] of ANSWERED) {
      const { one, answer } = present(findAnswer(rule, scanned, database), `a case of ${rule}`);
      const { advisory, package: item } = answer;
      const rows = findRows(item, one, database);
      const row = rows.find(
        (each) =>
          each.vulnerability === advisory.vulnerability &&
          each.provider === advisory.provider &&
          each.ranges.some(({ constraint }) => answer.range.includes(constraint)),
      );
      assert.ok(row, `${rule}: the row of ${advisory.vulnerability} on ${item.purl}`);
      assertComparisons(row.ranges.map(({ constraint }) => constraint).join(), answer.comparisons);
      const changed = { ...one.inventory, packages: [{ ...item, version }] };
      const again = [...listVendorAnswers(changed, database, {})].find(
        (each) => each.advisory.vulnerability === advisory.vulnerability,
      );
      const decision = again && decideAnswer(derivations, again);
      assert.notEqual(decision?.evidence?.rule, rule, `${rule} on ${item.purl} ${version}`);
    }
  });

  test('of a single look-up equal those of the complete matching', () => {
    const one = present(scanned[0], 'a scanned target');
    const again = matchInventory(one.inventory, database);
    assert.deepEqual(
      again.findings.map(({ id, packageKey }) => `${packageKey} ${id}`),
      one.findings.findings.map(({ id, packageKey }) => `${packageKey} ${id}`),
    );
  });
});

/** Rules based on a source's answer, and a version of the package for which each is wrong. */
const ANSWERED: readonly (readonly [rule: string, version: string])[] = [
  ['vendor-fixed', '0'],
  ['version-before-flaw', '99999'],
];

function findAnswer(rule: string, scanned: readonly Scanned[], database: AdvisoryDatabase) {
  for (const one of scanned) {
    for (const answer of listVendorAnswers(one.inventory, database, {})) {
      const isOnPackage = answer.advisory.product === undefined;
      if (isOnPackage && decideAnswer(derivations, answer)?.evidence?.rule === rule) {
        return { one, answer };
      }
    }
  }
  return undefined;
}

function drawFinding(
  scanned: readonly Scanned[],
  random: Random,
): { readonly one: Scanned; readonly finding: Finding; readonly item: InventoryPackage } {
  const one = pick(
    random,
    scanned.filter(({ findings }) => findings.findings.length > 0),
  );
  const finding = pick(random, one.findings.findings);
  const item = one.inventory.packages.find(({ key }) => key === finding.packageKey);
  return { one, finding, item: present(item, 'the package of a finding') };
}

function isFound({ findings, ignored }: Findings, item: InventoryPackage, row: Advisory): boolean {
  return [...findings, ...ignored.map(({ finding }) => finding)].some(
    ({ packageKey, matches, aliases, id }) =>
      packageKey === item.key &&
      [id, ...aliases, ...matches.map(({ record }) => record.id)].includes(row.vulnerability),
  );
}

/** Checks the row itself, independently of the explanation. */
function assertFellAway(row: Advisory, whys: readonly string[]): void {
  if (row.status === 'rejected') {
    assert.ok(whys.includes('withdrawn'));
  } else if (row.effect === 'unaffected') {
    assert.ok(whys.some((why) => why !== 'outweighed'));
  } else if (row.qualifiers === undefined) {
    assert.ok(whys.some((why) => why !== 'not-qualified'));
  }
}
