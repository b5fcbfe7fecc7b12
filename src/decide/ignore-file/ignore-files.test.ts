import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { IgnoreFile, IgnoreFileReader } from '../../core/ignore-rule.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { grypeRules } from './grype-rules/grype-rules.ts';
import { osvScannerToml } from './osv-scanner-toml/osv-scanner-toml.ts';
import { plimsollRules } from './plimsoll-rules/plimsoll-rules.ts';
import { ignoreFileReaders } from './registry.generated.ts';
import { trivyList } from './trivy-list/trivy-list.ts';
import { trivyYaml } from './trivy-yaml/trivy-yaml.ts';

function read(reader: IgnoreFileReader, text: string): IgnoreFile {
  return reader.read(Buffer.from(text), { limits: DEFAULT_LIMITS, origin: 'f' });
}

test('each file is read by the reader that its name selects', () => {
  const names = {
    '.plimsoll.yaml': 'plimsoll-rules',
    'config.yaml': 'plimsoll-rules',
    '.grype.yaml': 'grype-rules',
    '.trivyignore': 'trivy-list',
    '.trivyignore.yaml': 'trivy-yaml',
    'osv-scanner.toml': 'osv-scanner-toml',
  };
  for (const [name, id] of Object.entries(names)) {
    const found = ignoreFileReaders.filter((reader) => reader.recognize(name));
    assert.deepEqual(
      found.map((reader) => reader.id),
      [id],
    );
  }
  assert.ok(!ignoreFileReaders.some((reader) => reader.recognize('notes.txt')));
});

suite('our own ignore rules', () => {
  const readRule = (text: string): IgnoreFile => read(plimsollRules, `ignore:\n  - ${text}\n`);

  test('are read completely', () => {
    const { rules } = readRule(
      '{ vulnerability: [CVE-1, GHSA-2], package: { name: "lib*", purl: "pkg:deb/x" }, fix-state: wont-fix, match-type: cpe, reason: r, owner: o, ticket: T-1, expires: 2027-01-31, until-fixed: true }',
    );
    assert.deepEqual(rules, [
      {
        source: 'f: ignore 1',
        vulnerabilities: ['CVE-1', 'GHSA-2'],
        isAliasEnough: true,
        package: { name: { kind: 'glob', value: 'lib*' }, purl: 'pkg:deb/x' },
        fixStates: ['wont-fix'],
        matchKinds: ['cpe'],
        reason: 'r',
        owner: 'o',
        ticket: 'T-1',
        expiresAt: '2027-01-31',
        isUntilFixed: true,
      },
    ]);
    assert.deepEqual(readRule('{ package: zlib, reason: r }').rules[0]?.package.name, {
      kind: 'text',
      value: 'zlib',
    });
    assert.deepEqual(read(plimsollRules, 'severity: low\n').rules, []);
    assert.deepEqual(read(plimsollRules, '').rules, []);
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    ['{ vulnerability: CVE-1 }', /f: ignore 1: missing reason/],
    ['{ reason: r }', /missing vulnerability or package/],
    ['{ vulnerability: CVE-1, reason: r, because: x }', /unknown keys: because/],
    ['{ package: { nam: x }, reason: r }', /unknown keys: nam/],
    ['{ vulnerability: CVE-1, reason: r, expires: soon }', /invalid date "soon"/],
    ['{ vulnerability: CVE-1, reason: r, expires: 2027-13-01 }', /invalid date/],
    ['{ fix-state: fixd, reason: r }', /invalid value "fixd" for fix-state/],
    ['{ match-type: guess, reason: r }', /invalid value "guess" for match-type/],
    ['text', /expected a rule with keys and values/],
  ];
  for (const [text, message] of wrong) {
    test(`reports the error and ends the run: ${text}`, () => {
      assert.throws(() => readRule(text), { code: 'E_CONFIG', message });
    });
  }

  test('an invalid file ends the run', () => {
    assert.throws(() => read(plimsollRules, 'ignore: yes'), { code: 'E_CONFIG' });
    assert.throws(() => read(plimsollRules, '[}'), { code: 'E_CONFIG' });
  });
});

suite("other tools' rules", () => {
  test('Grype rules keep their own semantics of names and aliases', () => {
    const { rules, problems } = read(
      grypeRules,
      [
        'ignore:',
        '  - { vulnerability: CVE-1, include-aliases: true, reason: r, namespace: "debian:distro:debian:12" }',
        '  - { fix-state: not-fixed, match-type: exact-indirect-match, package: { name: "linux-.*", version: "1", type: deb, language: c, location: "/usr/**", upstream-name: linux } }',
        '  - { fix-state: maybe }',
        '  - { match-type: maybe }',
        '  - { vex-status: affected }',
        '  - text',
      ].join('\n'),
    );
    assert.equal(rules[0]?.isAliasEnough, true);
    assert.equal(rules[0].namespace, 'debian:distro:debian:12');
    assert.equal(rules[1]?.isAliasEnough, false);
    assert.deepEqual(rules[1].package.name, { kind: 'expression', value: 'linux-.*' });
    assert.deepEqual(rules[1].package.upstream, { kind: 'text', value: 'linux' });
    assert.deepEqual(rules[1].package.path, { kind: 'glob', value: '/usr/**' });
    assert.deepEqual(rules[1].matchKinds, ['indirect']);
    assert.equal(rules.length, 2);
    assert.equal(problems.length, 4);
    assert.match(problems[2] ?? '', /unknown keys: vex-status; the rule was ignored/);
    assert.throws(() => read(grypeRules, '- 1'), { code: 'E_CONFIG' });
  });

  test('Trivy lists have one ID with a date per line', () => {
    const { rules, problems } = read(
      trivyList,
      '# all\n\nCVE-1\nCVE-2 exp:2027-01-31 # why\nCVE-3 until 2027\n',
    );
    assert.deepEqual(
      rules.map(({ source, vulnerabilities, expiresAt }) => [
        source,
        ...vulnerabilities,
        expiresAt,
      ]),
      [
        ['f:3', 'CVE-1', undefined],
        ['f:4', 'CVE-2', '2027-01-31'],
      ],
    );
    assert.deepEqual(problems, ['f:5: unsupported options "until 2027"; the line was ignored']);
  });

  test('Trivy YAML matches any of several paths and package URLs', () => {
    const { rules, problems } = read(
      trivyYaml,
      'vulnerabilities:\n  - {id: CVE-1, paths: [a, "b/*"], purls: ["pkg:npm/x"], expired_at: 2027-01-31, statement: s}\n  - {id: CVE-2}\n  - {paths: [a]}\nsecrets: []\n',
    );
    assert.equal(rules.length, 3);
    assert.deepEqual(
      rules.map(({ package: item }) => item.path?.kind),
      ['text', 'glob', undefined],
    );
    assert.equal(rules[0]?.reason, 's');
    assert.equal(rules[0].expiresAt, '2027-01-31');
    assert.equal(problems.length, 1);
    assert.throws(() => read(trivyYaml, 'text'), { code: 'E_CONFIG' });
  });

  test('OSV-Scanner TOML ignores IDs and packages', () => {
    const { rules, problems } = read(
      osvScannerToml,
      [
        '[[IgnoredVulns]]',
        'id = "GO-1"',
        'ignoreUntil = 2027-01-31',
        'reason = "r"',
        '[[IgnoredVulns]]',
        'reason = "r"',
        '[[PackageOverrides]]',
        'name = "lib"',
        'version = "1"',
        'ecosystem = "PyPI"',
        'vulnerability.ignore = true',
        'effectiveUntil = "2027-02-01"',
        '[[PackageOverrides]]',
        'name = "kept"',
        'license.override = ["MIT"]',
        '[[PackageOverrides]]',
        'group = "dev"',
        'ignore = true',
        '[[PackageOverrides]]',
        'name = "x"',
        'ecosystem = "npm"',
        'ignore = true',
      ].join('\n'),
    );
    assert.deepEqual(
      rules.map(({ vulnerabilities, package: item }) => [
        vulnerabilities,
        item.name?.value,
        item.type?.value,
      ]),
      [
        [['GO-1'], undefined, undefined],
        [[], 'lib', 'python'],
        [[], 'x', 'npm'],
      ],
    );
    assert.match(rules[0]?.expiresAt ?? '', /^2027-01-31/);
    assert.equal(rules[1]?.expiresAt, '2027-02-01');
    assert.equal(problems.length, 2);
    assert.throws(() => read(osvScannerToml, '='), { code: 'E_CONFIG' });
  });
});
