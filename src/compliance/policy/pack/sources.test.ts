import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { findSharedMaterial, SKIP_REASON } from '../../../../test/conformance/shared-material.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import {
  getRecord,
  getRecords,
  getText,
  type JsonRecord,
} from '../../../foundation/syntax/json/member.ts';
import { parseJson } from '../../../foundation/syntax/json/parse-json.ts';
import { loadPolicies } from '../load-policies.ts';
import type { Control } from '../policy.ts';

const MATERIAL = findSharedMaterial();
const SHARED = MATERIAL === undefined ? undefined : join(MATERIAL, 'policy');

function readShared(path: string): JsonRecord {
  const bytes = readFileSync(join(SHARED ?? '', path));
  const document = parseJson(String(path.endsWith('.zst') ? zstdDecompressSync(bytes) : bytes));
  assert.ok(isRecord(document), path);
  return document;
}

function listControls(id: string): readonly Control[] {
  return loadPolicies([], undefined, [id]).flatMap(({ pack }) => pack?.controls ?? []);
}

/** Lists every record with its name, at any depth. */
function listNamed(record: JsonRecord): readonly [string, JsonRecord][] {
  return Object.entries(record).flatMap(([name, value]): [string, JsonRecord][] =>
    isRecord(value) ? [[name, value], ...listNamed(value)] : [],
  );
}

interface ClassRule {
  readonly force: string;
  /** Such as `14`, or `month` for one month; empty without a period. */
  readonly period: string;
  /** Such as `days`. */
  readonly unit: string;
}

/** The force and the period of a rule of FedRAMP by class; of one without classes, by `all`. */
function listClassRules(rule: JsonRecord): ReadonlyMap<string, ClassRule> {
  const classes = getRecord(rule, 'varies_by_class') ?? { all: rule };
  return new Map(
    Object.entries(classes).flatMap(([name, value]): [string, ClassRule][] => {
      if (!isRecord(value)) {
        return [];
      }
      const [number, unit] = [value['timeframe_num'], getText(value, 'timeframe_type')];
      const text = typeof number === 'number' ? String(number) : '';
      const period = number === 1 && unit === 'months' ? 'month' : text;
      return [[name, { force: getText(value, 'force'), period, unit }]];
    }),
  );
}

/** Lists the numbers of a text in their order, and `month` without a number; not names like N5. */
function listPeriods(text: string): readonly string[] {
  return text.match(/(?<!Rev\. )(?<!-)\b\d+\b(?!-)|\bmonth\b/g) ?? [];
}

/** Asserts that a requirement has exactly the periods of the rule, and names its classes. */
function assertPeriods(
  { id, requirement }: Control,
  own: readonly (readonly [string, ClassRule])[],
  rule: JsonRecord,
): void {
  const periods = own
    .map(([, { period }]) => period)
    .filter((period, index, all) => period !== '' && period !== all[index - 1]);
  const stated = periods.length === 0 ? listPeriods(getText(rule, 'statement')) : periods;
  assert.deepEqual(listPeriods(requirement), stated, id);
  const units = own.flatMap(([, { unit }]) => (unit === '' ? [] : [unit]));
  const statedUnits = requirement.match(/\b(?:day|month)s?\b/g) ?? [];
  if (units.length > 0) {
    assert.deepEqual(
      [...new Set(statedUnits.map((unit) => `${unit.replace(/s$/, '')}s`))].toSorted(),
      [...new Set(units)].toSorted(),
      id,
    );
  }
  const classes = [...requirement.matchAll(/\(class ([A-Z, ]+)\)/g)].flatMap(([, names = '']) =>
    names.toLowerCase().split(', '),
  );
  if (classes.length > 0) {
    assert.deepEqual(
      classes,
      own.map(([name]) => name),
      id,
    );
  }
}

suite('the sources of the packs', { skip: SHARED === undefined ? SKIP_REASON : false }, () => {
  test('fedramp-vdr has every rule for providers with its force and its numbers', () => {
    const document = readShared('fedramp/fedramp-consolidated-rules.json.zst');
    const rules = listNamed(getRecord(document, 'FRR') ?? {}).filter(([name]) =>
      /^V[DE]R-[A-Z]{3}-[A-Z]{3}$/.test(name),
    );
    assert.equal(rules.length, 41);
    const controls = new Map(listControls('fedramp-vdr').map((one) => [one.id, one]));
    for (const [id, rule] of rules) {
      const classes = listClassRules(rule);
      const isProvider = !/^VER-(?:FRP|AGM)-/.test(id);
      const required = [...classes].filter(([, { force }]) => force !== 'MAY');
      const control = controls.get(id);
      assert.equal(control !== undefined, isProvider && required.length > 0, id);
      if (control === undefined) {
        continue;
      }
      const named = [...(control.applies?.text.matchAll(/"([A-D])"/g) ?? [])].map(([, name = '']) =>
        name.toLowerCase(),
      );
      const own = required.filter(([name]) => named.length === 0 || named.includes(name));
      assert.deepEqual(
        [...new Set(own.map(([, { force }]) => force))],
        [control.force],
        `${id}: ${JSON.stringify([...classes])}`,
      );
      assertPeriods(control, own, rule);
    }
  });

  test('fedramp-vdr has the ratings of impact', () => {
    const text = JSON.stringify(readShared('fedramp/fedramp-consolidated-rules.json.zst'));
    const requirements = new Map(
      listControls('fedramp-vdr').map(({ id, requirement }) => [id, requirement]),
    );
    const ratings = [...text.matchAll(/"\*\*(N\d)\*\*: Exploitation/g)].map(([, name]) => name);
    const [estimated, reachable, internal] = ['EVA-EPA', 'TFR-IRI', 'TFR-NRI'].map((id) =>
      requirements.get(`VER-${id}`),
    );
    assert.ok(estimated?.includes(` ${ratings[0]} to ${ratings.at(-1)}.`), ratings.join());
    const above = / internet-reachable likely[^"]*N-rating > (\d)/.exec(text)?.[1];
    const equal = /NOT internet-reachable[^"]*N-rating = (\d)/.exec(text)?.[1];
    assert.ok(reachable?.includes(` above N${above},`), `N${above}`);
    assert.ok(internal?.includes(` the impact N${equal},`), `N${equal}`);
  });

  test('key security indicators of FedRAMP exist', () => {
    const indicators = listNamed(
      getRecord(readShared('fedramp/fedramp-consolidated-rules.json.zst'), 'KSI') ?? {},
    ).map(([name]) => name);
    const own = listControls('fedramp-vdr').filter(({ id }) => id.startsWith('KSI-'));
    assert.equal(own.length, 5);
    assert.deepEqual(
      own.filter(({ id }) => !indicators.includes(id)).map(({ id }) => id),
      [],
    );
  });

  test('bod-26-04 names the number of rows and the version of the table', () => {
    const text = readFileSync(join(SHARED ?? '', 'ssvc/cisa_bod_26_04_1_0_0.csv'), 'utf8');
    const rows = text.trim().split('\n').length - 1;
    const controls = listControls('bod-26-04');
    const sections = controls.map(({ source }) => source.section);
    assert.deepEqual(sections.slice(0, 2), [
      `decision table, ${rows} rows`,
      `decision table, ${rows} rows`,
    ]);
    const [control] = controls;
    assert.ok(control);
    assert.match(control.source.title, / 1\.0\.0$/);
    assert.match(control.requirement, /\d days/);
    const days = new Set([...text.matchAll(/,(\d+) days/g)].map(([, number]) => Number(number)));
    assert.deepEqual(
      listPeriods(control.requirement).map(Number),
      [...days].toSorted((left, right) => left - right),
    );
  });

  test('nist-800-53 has the IDs and titles of the catalog; five controls are marked', () => {
    const titles = new Map(
      ['high', 'privacy'].flatMap((name) =>
        listCatalog(readShared(`oscal/800-53-rev5-${name}.catalog.json.zst`)),
      ),
    );
    assert.ok(titles.size > 400);
    const unverified: string[] = [];
    for (const { id, source } of listControls('nist-800-53')) {
      const key = id.toLowerCase().replace('(', '.').replace(')', '');
      const title = titles.get(key);
      if (title === undefined) {
        unverified.push(key);
        assert.equal(source.mark, 'unread', key);
      } else {
        assert.equal(source.section, `${id} ${title}`);
        assert.equal(source.mark, 'primary', key);
      }
    }
    assert.deepEqual(unverified.toSorted(), ['cm-14', 'ia-5.7', 'sc-8.2', 'si-2.6', 'sr-4']);
  });

  test('ssdf has the IDs of the machine-readable edition', () => {
    const text = JSON.stringify(readShared('cyclonedx/nist-ssdf-1.1.cdx.json.zst'));
    for (const { id } of listControls('ssdf')) {
      assert.ok(text.includes(`"${id}"`), id);
    }
  });

  test('cis-docker has the IDs of section 4', () => {
    const lines = readFileSync(join(SHARED ?? '', 'cis/section-4.tsv'), 'utf8')
      .trim()
      .split('\n');
    const ids = lines.slice(1).map((line) => line.split('\t')[0]);
    const own = listControls('cis-docker').map(({ id }) => id);
    assert.deepEqual(own, [...ids, '5.8']);
  });
});

/** Lists IDs and titles of the controls in a catalog of OSCAL. */
function listCatalog(record: JsonRecord): readonly [string, string][] {
  const groups = getRecords(getRecord(record, 'catalog') ?? record, 'groups');
  const listChildren = (parent: JsonRecord): readonly [string, string][] =>
    getRecords(parent, 'controls').flatMap((control) => [
      [getText(control, 'id'), getText(control, 'title')] as [string, string],
      ...listChildren(control),
    ]);
  return groups.flatMap(listChildren);
}
