import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { COMPLIANCE_ROWS } from '../../../../test/support/compliance-rows.ts';
import { isVerifiedMark } from '../../../foundation/core/control.ts';
import { readStatements } from '../file/read-statements.ts';
import { loadPolicies } from '../load-policies.ts';
import { readPolicyTests } from '../policy-test/read-policy-tests.ts';
import { runPolicyTests } from '../policy-test/run-policy-tests.ts';
import { listPackIds } from './pack-folder.ts';

const TESTS = 'packs/rules.test.yaml';
const PACKS = loadPolicies([], undefined, listPackIds());
const CONTROLS = PACKS.flatMap(({ pack }) =>
  (pack?.controls ?? []).map((control) => ({ ...control, key: `${pack?.id}/${control.id}` })),
);

suite('the packs', () => {
  const bytes = readFileSync(join(import.meta.dirname, '../../../..', TESTS));
  const file = readPolicyTests(bytes, TESTS, (path) => assert.fail(path));

  test('have the expected outcome for the facts of each test', () => {
    assert.deepEqual(
      file.policies.map((one) => (one.kind === 'pack' ? one.id : one.path)),
      listPackIds(),
    );
    const results = runPolicyTests(PACKS, file.tests);
    assert.deepEqual(
      results.flatMap(({ differences }) => differences),
      [],
    );
  });

  test('have facts that pass, that fail, and that are unknown for each automatic control', () => {
    const tested = new Map<string, Set<string>>();
    for (const { id, outcome } of file.tests.flatMap(({ rules }) => rules)) {
      tested.set(id, (tested.get(id) ?? new Set()).add(outcome === 'warn' ? 'fail' : outcome));
    }
    const empty = CONTROLS.flatMap(({ key, kind, rules, appliesRule }) => {
      const own = [...rules, ...(appliesRule === undefined ? [] : [appliesRule])];
      assert.ok(kind === 'manual' || rules.length > 0, key);
      return own.flatMap((rule) =>
        ['pass', 'fail', 'unknown'].flatMap((outcome) =>
          tested.get(rule)?.has(outcome) === true ? [] : [`${key}: ${rule} ${outcome}`],
        ),
      );
    });
    assert.deepEqual(empty, []);
    assert.ok(CONTROLS.filter(({ kind }) => kind === 'automatic').length > 90);
  });

  test('cover all rows of the catalog of requirements, or state why not', () => {
    assert.equal(COMPLIANCE_ROWS.size, 114);
    const keys = new Set(CONTROLS.map(({ key }) => key));
    for (const [row, covering] of COMPLIANCE_ROWS) {
      if (typeof covering === 'string') {
        assert.match(covering, /\w+ \w+/, row);
      } else {
        assert.ok(covering.length > 0, row);
        assert.deepEqual(
          covering.filter((key) => !keys.has(key)),
          [],
          row,
        );
      }
    }
  });

  test('state limits: no container STIG, and FIPS modules that are only present', () => {
    const findPack = (id: string): (typeof PACKS)[number]['pack'] =>
      PACKS.find(({ name }) => name === id)?.pack;
    assert.match(findPack('disa-container')?.notes.join() ?? '', /No container STIG exists/);
    const fips = CONTROLS.filter(({ rules }) => rules.includes('fips-module-absent'));
    assert.ok(fips.length > 0);
    for (const { key, kind, cannotAnswer = '' } of fips) {
      assert.equal(kind, 'partial', key);
      assert.match(cannotAnswer, /in use|present/, key);
    }
    const texts = JSON.stringify(CONTROLS);
    assert.doesNotMatch(texts, /FIPS[^.]*validated in use/i);
  });

  test('mark every requirement that was not read in the text of its authority', () => {
    const unverified = CONTROLS.filter(({ source }) => !isVerifiedMark(source.mark));
    for (const id of ['cra', 'pci-dss-4.0.1', 'nis2', 'dora', 'disa-container', 'nist-800-190']) {
      const own = CONTROLS.filter(({ key }) => key.startsWith(`${id}/`));
      assert.ok(own.length > 0, id);
      assert.ok(
        own.every((control) => unverified.includes(control)),
        id,
      );
    }
  });

  test('of your own have the form in the documentation', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../../docs/compliance.md'), 'utf8');
    const examples = [...page.matchAll(/```yaml\n([^]*?)```/g)].map(([, text = '']) => text);
    const pack = Buffer.from(examples.find((text) => text.startsWith('pack:')) ?? '');
    const policies = loadPolicies([{ name: 'shop.yaml', bytes: pack }]);
    assert.deepEqual(
      policies.flatMap(({ rules }) => rules.map(({ id, action }) => `${id} ${action}`)),
      ['too-big warn', 'runs-as-root fail'],
    );
    const statements = Buffer.from(examples.find((text) => text.startsWith('statements:')) ?? '');
    assert.equal(readStatements(statements, 's.yaml')[0]?.control, 'cis-docker/4.5');
  });

  test('have whole sentences as requirements, and rules of the strictest force', () => {
    for (const { key, title, requirement, cannotAnswer } of CONTROLS) {
      assert.match(requirement, /^[A-Z].*\.$/, key);
      assert.match(title, /^[a-zA-Z].*[^.]$/, key);
      assert.doesNotMatch(cannotAnswer ?? '', /\.$/, key);
    }
    const rules = PACKS.flatMap((policy) => policy.rules);
    assert.equal(rules.find(({ id }) => id === 'runs-as-root')?.action, 'fail');
    assert.equal(rules.find(({ id }) => id === 'many-layers')?.action, 'warn');
  });
});
