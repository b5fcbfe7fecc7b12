import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { SECTIONS } from '../../../hardening/compare/difference.ts';
import { readDifferenceRules } from '../../../hardening/compare/difference-rules/difference-rules.ts';
import { plimsollRules } from '../../../vulnerability/decide/ignore-file/plimsoll-rules/plimsoll-rules.ts';
import { queueSeed, signEntries } from '../justify.fixture.ts';
import { exportRules } from './export-rules.ts';

const LOW = { severity: 'low', matches: [] } as const;
const APPROVED = {
  config: { User: 'app' },
  packages: [{ name: 'a, b: c', type: 'deb', version: '1' }],
};
const CHANGED = {
  config: { User: 'root', Env: ['FOO*=1'] },
  packages: [
    { name: 'a, b: c', type: 'deb', version: '2', key: 'newer' },
    { name: 'new', type: 'npm', version: '1' },
  ],
  found: { 'a, b: c': [{ ...LOW, id: 'CVE-2026-1' }], new: [{ ...LOW, id: 'CVE-2026-2' }] },
};

suite('signed justifications as rules', () => {
  const entries = signEntries(queueSeed(CHANGED, APPROVED));
  const options = { limits: DEFAULT_LIMITS, origin: 'rules.yaml' };

  test('are ignore rules with author, reason and end', () => {
    const { text, rules } = exportRules(entries, 'ignore-rules');
    const file = plimsollRules.read(Buffer.from(text), options);
    assert.equal(rules, 2);
    assert.deepEqual(
      file.rules.map(({ vulnerabilities, package: item, owner, reason, expiresAt }) => [
        vulnerabilities.join(),
        item.name?.value,
        item.type?.value,
        [owner, reason, expiresAt?.slice(0, 10)].join(' '),
      ]),
      [
        ['CVE-2026-1', 'a, b: c', 'deb', 'ops@example.org reviewed 2027-01-31'],
        ['CVE-2026-2', 'new', 'npm', 'ops@example.org reviewed 2027-01-31'],
      ],
    );
  });

  test('are accepted differences, except for names that would be patterns', () => {
    const { text, left } = exportRules(entries, 'accept');
    const rules = readDifferenceRules(Buffer.from(text), { ...options, sections: SECTIONS });
    const names = ['User', 'a, b: c', 'new', 'Env FOO*'];
    assert.deepEqual(
      names.map((name) => rules.filter(({ isNameMatch }) => isNameMatch?.(name)).length),
      [1, 1, 1, 0],
    );
    // Two findings, and the variable.
    assert.equal(left, 3);
    assert.match(exportRules([], 'accept').text, /^differences: \[\]$/m);
  });
});
