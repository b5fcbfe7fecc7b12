import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { ROOT } from '../../../../test/support/run-program.ts';
import { readPolicy } from '../file/read-policy.ts';
import { type ImportedBundle, importAnchoreBundle } from './import-bundle.ts';
import { ANCHORE_TRIGGERS } from './translate-rule.ts';

interface Seed {
  readonly gate: string;
  readonly trigger: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly action?: string;
}

function importRules(...rules: readonly Seed[]): ImportedBundle {
  const policies = [
    {
      id: 'p',
      rules: rules.map(({ gate, trigger, params = {}, action = 'STOP' }) => {
        const list = Object.entries(params).map(([name, value]) => ({ name, value }));
        return { gate, trigger, action, params: list };
      }),
    },
  ];
  const bundle = { id: 'b', name: 'shop', version: '1_0', policies };
  return importAnchoreBundle(Buffer.from(JSON.stringify(bundle)), 'bundle.json');
}

suite('a policy bundle of Anchore', () => {
  test('has 40 known triggers, each of which is translated or named with the reason', () => {
    assert.equal(ANCHORE_TRIGGERS.length, 40);
    for (const name of ANCHORE_TRIGGERS) {
      const [gate = '', trigger = ''] = name.split('.');
      const { translated, losses } = importRules({ gate, trigger });
      assert.ok(translated === 1 || losses.length > 0, name);
    }
  });

  test('keeps actions, severities, scores and fixes', () => {
    const { text, losses } = importRules({
      gate: 'vulnerabilities',
      trigger: 'package',
      params: {
        package_type: 'os',
        severity_comparison: '>',
        severity: 'medium',
        cvss_v3_base_score_comparison: '>=',
        cvss_v3_base_score: '7.5',
        fix_available: 'true',
        max_days_since_fix: '30',
      },
    });
    const [rule] = readPolicy(Buffer.from(text), 'x').rules;
    assert.deepEqual(
      rule?.conditions.map((condition) => condition.text),
      [
        'severity: high or worse',
        'system-package: true',
        'cvss: at least 7.5',
        'fix: true',
        'fix-age: over 30 days',
      ],
    );
    assert.equal(rule.action, 'fail');
    assert.match(losses.join('\n'), /a missing score is unknown, not -1/);
  });

  test('ignores issues that the vendor will not fix only if the bundle does', () => {
    const rule = { gate: 'vulnerabilities', trigger: 'package' };
    assert.match(importRules(rule).text, /fix-state: not wont-fix/);
    const all = importRules({ ...rule, params: { vendor_only: 'false' } });
    assert.doesNotMatch(all.text, /fix-state/);
  });

  test('names removed gates, invalid patterns, exceptions and allowed images', () => {
    const { losses, translated } = importRules(
      { gate: 'ANCHORESEC', trigger: 'VULNHIGH' },
      { gate: 'files', trigger: 'name_match', params: { regex: '*\\.pem' } },
      { gate: 'always', trigger: 'always', action: 'HALT' },
    );
    assert.equal(translated, 0);
    assert.match(losses[0] ?? '', /ANCHORESEC VULNHIGH: the gate is not one/);
    assert.match(losses[1] ?? '', /is not valid in RE2/);
    assert.match(losses[2] ?? '', /the action "HALT" is unknown/);
  });

  test('cannot add rules or control a terminal through its names', () => {
    const { text } = importRules({
      gate: 'x\nrules: [{ id: evil, for: image, then: warn }]\u001b[2J',
      trigger: 'y',
    });
    assert.deepEqual(readPolicy(Buffer.from(text), 'x').rules, []);
    assert.ok(!text.includes('\u001b'));
  });

  test('that is none is rejected', () => {
    for (const content of ['', '[]', '{}', '{"policies": 1}']) {
      assert.throws(() => importAnchoreBundle(Buffer.from(content), 'b.json'), {
        code: 'E_POLICY',
      });
    }
  });
});

const RECORDED = join(ROOT, '..', 'shared', 'policy', 'anchore-bundles');

suite('recorded bundles', {
  skip: !existsSync(RECORDED) && 'the recorded bundles are absent',
}, () => {
  for (const name of existsSync(RECORDED) ? readdirSync(RECORDED) : []) {
    test(`${name}: no rule is lost silently`, () => {
      const packed = readFileSync(join(RECORDED, name));
      const bytes = name.endsWith('.zst') ? zstdDecompressSync(packed) : packed;
      const { policies } = JSON.parse(bytes.toString('utf8')) as {
        policies: { rules: unknown[] }[];
      };
      const { translated, losses } = importAnchoreBundle(bytes, name);
      const count = policies.reduce((sum, { rules }) => sum + rules.length, 0);
      const lost = losses.filter(
        (loss) => !/^(?:a part of|a mapping|the exception|the allowed)/.test(loss),
      );
      assert.equal(translated + lost.length, count);
    });
  }
});
