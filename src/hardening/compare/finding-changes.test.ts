import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory, type PackageSeed } from '../../../test/support/inventory.ts';
import { IMAGE, SAMPLE_FINDINGS } from '../../../test/support/sample-report.ts';
import type { DatabaseDescription } from '../../foundation/core/advisory.ts';
import type { FindingChange } from '../../foundation/core/change.ts';
import type { Decision } from '../../foundation/core/decision.ts';
import type { Finding } from '../../foundation/core/finding.ts';
import { formatChanges, toChangeRecord, toResultRecord } from './change-text.ts';
import { listFindingChanges, type Result } from './finding-changes.ts';

const [SAMPLE] = SAMPLE_FINDINGS.findings;
const DATABASE = SAMPLE_FINDINGS.database as DatabaseDescription;

interface Look {
  readonly packages: readonly PackageSeed[];
  /** IDs by the name of the package that has them. */
  readonly found?: Readonly<Record<string, readonly string[]>>;
  readonly aside?: Readonly<Record<string, readonly string[]>>;
  readonly aliases?: readonly string[];
  readonly toolVersion?: string;
  readonly database?: DatabaseDescription | undefined;
  readonly imageId?: string;
}

const DECISION: Decision = {
  kind: 'vex',
  effect: 'set-aside',
  status: 'not_affected',
  reason: 'the code is not there',
  author: 'Example Ltd',
  source: 'vex.json, statement 1',
  trace: [],
};

function look({ packages, found = {}, aside = {}, aliases = [], ...more }: Look): Result {
  const target = { ...IMAGE, imageId: more.imageId ?? IMAGE.imageId };
  const inventory = createInventory({ packages, target });
  const createFindings = (ids: Readonly<Record<string, readonly string[]>>): Finding[] =>
    Object.entries(ids).flatMap(([name, list]) =>
      list.map((id) => ({
        ...(SAMPLE as Finding),
        packageKey: inventory.packages.find((item) => item.name === name)?.key ?? '',
        id,
        aliases,
      })),
    );
  return {
    inventory,
    findings: {
      database: 'database' in more ? more.database : DATABASE,
      findings: createFindings(found),
      dispositioned: createFindings(aside).map((finding) => ({ finding, decisions: [DECISION] })),
      ignored: [],
      unevaluated: [],
      alerts: [],
    },
    toolVersion: more.toolVersion ?? '1.0.0',
  };
}

const A: PackageSeed = { name: 'a', type: 'apk', version: '1' };

function formatFindingChanges(changes: readonly FindingChange[]): string[] {
  return changes.map(({ kind, cause, before, after }) =>
    [kind, cause ?? '-', (after ?? before)?.finding.id, (after ?? before)?.package.name].join(' '),
  );
}

const OTHER_IMAGE = `sha256:${'9'.repeat(64)}`;

suite('finding changes', () => {
  test('the same finding on the same package is kept, also under another of its IDs', () => {
    const before = look({ packages: [A], found: { a: ['CVE-1'] } });
    assert.deepEqual(formatFindingChanges(listFindingChanges(before, before)), ['kept - CVE-1 a']);
    const renamed = look({ packages: [A], found: { a: ['GHSA-1'] }, aliases: ['CVE-1'] });
    const [change] = listFindingChanges(before, renamed);
    assert.deepEqual([change?.kind, change?.detail], ['kept', 'nothing changed']);
  });

  test('an added or removed package is a change of the image or of the catalogers', () => {
    const none = look({ packages: [] });
    const one = look({ packages: [A], found: { a: ['CVE-1'] } });
    const other = look({ packages: [A], found: { a: ['CVE-1'] }, imageId: OTHER_IMAGE });
    assert.deepEqual(formatFindingChanges(listFindingChanges(none, one)), [
      'introduced catalog CVE-1 a',
    ]);
    assert.deepEqual(formatFindingChanges(listFindingChanges(none, other)), [
      'introduced image CVE-1 a',
    ]);
    const [gone] = listFindingChanges(other, none);
    assert.deepEqual(
      [gone?.kind, gone?.cause, gone?.detail],
      ['resolved', 'image', 'a 1 was removed'],
    );
  });

  test('another version resolves, introduces or keeps a finding', () => {
    const before = look({ packages: [A], found: { a: ['CVE-1', 'CVE-2'] } });
    const packages = [{ ...A, key: 'new', version: '2' }];
    const found = { a: ['CVE-2', 'CVE-3'] };
    const after = look({ packages, found, imageId: OTHER_IMAGE });
    const changes = listFindingChanges(before, after);
    assert.deepEqual(formatFindingChanges(changes), [
      'kept - CVE-2 a',
      'introduced image CVE-3 a',
      'resolved image CVE-1 a',
    ]);
    assert.equal(changes[0]?.detail, 'a 1 was updated to a 2, which is affected, too');
    assert.equal(changes[2]?.detail, 'a 1 was updated to 2');
  });

  test('a moved file, which changes the key of the package, makes no new findings', () => {
    const before = look({ packages: [A], found: { a: ['CVE-1'] } });
    const packages = [{ ...A, key: 'elsewhere' }];
    const after = look({ packages, found: { a: ['CVE-1'] }, imageId: OTHER_IMAGE });
    const [change] = listFindingChanges(before, after);
    assert.deepEqual([change?.kind, change?.detail], ['kept', 'nothing changed']);
  });

  test('moved lines are not a change', () => {
    const at = (line: number): PackageSeed => ({
      ...A,
      locations: [{ path: '/lock', accessPath: '/lock', line }],
    });
    const before = look({ packages: [at(1)], found: { a: ['CVE-1'] } });
    const after = look({ packages: [at(90)], found: { a: ['CVE-1'] }, imageId: OTHER_IMAGE });
    assert.deepEqual(formatFindingChanges(listFindingChanges(before, after)), ['kept - CVE-1 a']);
  });

  test('a renamed package is recognized by the source that both were built from', () => {
    const upstreams = [{ name: 'openssl' }];
    const before = look({
      packages: [{ name: 'libssl1', type: 'apk', version: '1', upstreams }],
      found: { libssl1: ['CVE-1', 'CVE-2'] },
    });
    const after = look({
      packages: [{ name: 'libssl3', type: 'apk', version: '3', upstreams }],
      found: { libssl3: ['CVE-1'] },
      imageId: OTHER_IMAGE,
    });
    const changes = listFindingChanges(before, after);
    assert.deepEqual(formatFindingChanges(changes), [
      'kept - CVE-1 libssl3',
      'resolved image CVE-2 libssl1',
    ]);
    assert.equal(changes[1]?.detail, 'libssl1 1 was replaced by libssl3 3');
  });

  test('the cause on the same package is other data, else another program', () => {
    const [provider] = [
      { id: 'nvd', version: '', processor: '', capturedAt: '', inputDigest: 'x' },
    ];
    const newer = { ...DATABASE, builtAt: '2026-12-01T00:00:00Z', providers: [provider as never] };
    const before = look({ packages: [A] });
    const found = { a: ['CVE-1'] };
    const [byData] = listFindingChanges(before, look({ packages: [A], found, database: newer }));
    assert.deepEqual(
      [byData?.cause, byData?.detail],
      ['data', 'it is now known by the database of 2026-12-01T00:00:00Z'],
    );
    const [byProgram] = listFindingChanges(
      before,
      look({ packages: [A], found, toolVersion: '2.0.0' }),
    );
    assert.deepEqual(
      [byProgram?.cause, byProgram?.detail],
      ['matcher', 'it is now known on the same data, by versions 1.0.0 and 2.0.0'],
    );
    const [bySame] = listFindingChanges(before, look({ packages: [A], found }));
    assert.equal(
      bySame?.detail,
      'it is now known on the same data, by version 1.0.0 with other options or from another build',
    );
    const [lost] = listFindingChanges(
      look({ packages: [A], found }),
      look({ packages: [A], database: undefined }),
    );
    assert.deepEqual(
      [lost?.kind, lost?.cause, lost?.detail],
      ['resolved', 'data', 'no source reports it any more without a database'],
    );
  });

  test('a database rebuilt from the same data is not a cause', () => {
    const again = { ...DATABASE, builtAt: '2026-12-01T00:00:00Z', path: '/elsewhere' };
    const after = look({ packages: [A], found: { a: ['CVE-1'] }, database: again });
    assert.equal(listFindingChanges(look({ packages: [A] }), after)[0]?.cause, 'matcher');
  });

  test('a new decision resolves a finding, and a removed one introduces it', () => {
    const open = look({ packages: [A], found: { a: ['CVE-1'] } });
    const decided = look({ packages: [A], aside: { a: ['CVE-1'] } });
    const [gone] = listFindingChanges(open, decided);
    assert.deepEqual(
      [gone?.kind, gone?.cause, gone?.detail],
      ['resolved', 'decision', 'suppressed: the code is not there'],
    );
    const [back] = listFindingChanges(decided, open);
    assert.deepEqual([back?.kind, back?.cause], ['introduced', 'decision']);
  });
});

suite('output of changes', () => {
  const before = look({ packages: [A], found: { a: ['CVE-1'] }, database: undefined });
  const packages = [{ ...A, name: 'b\u001b[31m' }];
  const after = look({ packages, found: { 'b\u001b[31m': ['CVE-2'] }, imageId: OTHER_IMAGE });
  const changes = listFindingChanges(before, after);

  test('prints counts, then each difference with its cause, for a person', () => {
    assert.deepEqual(formatChanges(changes, { before, after }), [
      'Before  example/shop: 1 open finding, vulnerabilities were not evaluated, by version 1.0.0',
      'After   example/shop: 1 open finding, database of 2026-11-24T00:00:00Z, by version 1.0.0',
      '1 new finding, 1 gone, 0 unchanged',
      '',
      'New',
      '  CVE-2 on b\\u{1b}[31m 1 (apk): low',
      '    image: b\\u{1b}[31m 1 was added',
      '',
      'Gone',
      '  CVE-1 on a 1 (apk): low',
      '    image: a 1 was removed',
    ]);
  });

  test('prints the same for a program', () => {
    const record = toChangeRecord(changes[0] as FindingChange);
    assert.deepEqual(JSON.parse(JSON.stringify(record)), {
      kind: 'resolved',
      cause: 'image',
      detail: 'a 1 was removed',
      before: {
        id: 'CVE-1',
        aliases: [],
        severity: 'low',
        package: { key: 'key-of-a-apk', name: 'a', version: '1', type: 'apk', purl: '' },
      },
    });
    assert.deepEqual(toResultRecord(after), {
      target: 'example/shop',
      toolVersion: '1.0.0',
      databaseBuiltAt: '2026-11-24T00:00:00Z',
      findings: 1,
      dispositioned: 0,
    });
  });
});
