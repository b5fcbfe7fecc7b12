import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import type { Assembly } from '../../foundation/core/cataloger.ts';
import { type FileEntry, FileTable } from '../../foundation/core/file-table.ts';
import type { InventoryPackage, Relationship } from '../../foundation/core/inventory.ts';
import type { RecordedDigest } from '../../foundation/core/package.ts';
import { createSquashedView } from '../../image/view/squashed-view.ts';
import { suppressOwnedBinaries } from './owned-binaries.ts';

function createPackage(key: string, more: Partial<InventoryPackage> = {}): InventoryPackage {
  return {
    key,
    name: key,
    version: '1',
    type: 'any',
    language: '',
    purl: '',
    foundBy: 'any',
    rule: '',
    confidence: 1,
    locations: [],
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: [],
    ...more,
  };
}

const PATH = '/usr/bin/redis-server';
const COPY = '/opt/redis-server';
const CONTENT = 'redis 7.0.15';
const DIGESTS = {
  md5: hash('md5', CONTENT, 'hex'),
  sha1: hash('sha1', CONTENT, 'hex'),
  sha256: hash('sha256', CONTENT, 'hex'),
};

/** `/bin` links to `/usr/bin`, which contains the program; `/usr/lib/redis` is a link to it. */
function makeView(): ReturnType<typeof createSquashedView> {
  const files = new FileTable();
  const plain = { mode: 0o755, uid: 0, gid: 0, sizeBytes: CONTENT.length };
  const entries: FileEntry[] = [
    { ...plain, path: PATH, type: 'regular' },
    { ...plain, path: COPY, type: 'regular' },
    { ...plain, path: '/bin', type: 'symlink', linkTarget: 'usr/bin' },
    { ...plain, path: '/usr/lib/redis', type: 'symlink', linkTarget: '../bin/redis-server' },
  ];
  for (const entry of entries) {
    const row = files.add(entry);
    if (entry.type === 'regular') {
      files.setDigests(row, hash('sha256', CONTENT, 'latin1'), hash('sha1', CONTENT, 'latin1'));
    }
  }
  return createSquashedView([{ diffId: undefined, files }]);
}

function at(...paths: string[]): Pick<InventoryPackage, 'locations'> {
  return {
    locations: paths.map((path) => ({ path, accessPath: path, evidence: 'primary' as const })),
  };
}

const REDIS = createPackage('redis', { version: '7.0.15', yieldsToOwner: true, ...at(PATH) });

interface Claim {
  readonly owner?: Partial<InventoryPackage>;
  readonly listed?: string;
  readonly recorded?: readonly Omit<RecordedDigest, 'path'>[];
  readonly binary?: InventoryPackage;
}

/** Whether the binary is kept, and the reported suppression. */
function judge(claims: readonly Claim[], others: readonly InventoryPackage[] = []) {
  const binary = claims[0]?.binary ?? REDIS;
  const owners = claims.map(({ owner, listed = PATH }, index) =>
    createPackage(`owner${index}`, { ownedFiles: [{ path: listed }], ...owner }),
  );
  const assemblies: Assembly[] = claims.map(({ listed = PATH, recorded = [] }, index) => ({
    packages: owners.slice(index, index + 1),
    recordedDigests: () => recorded.map((digest) => ({ path: listed, ...digest })),
    md5ByPath: new Map([[PATH, DIGESTS.md5]]),
  }));
  const relationships = owners.map(
    ({ key: from }): Relationship => ({
      kind: 'owns-package',
      from,
      to: binary.key,
      paths: [PATH],
    }),
  );
  const { packages, suppressed, problems, ...rest } = suppressOwnedBinaries({
    view: makeView(),
    packages: [binary, ...others],
    others: owners,
    relationships,
    assemblies,
    keysByPackage: new Map(owners.map((owner) => [owner, owner.key])),
  });
  return {
    isKept: packages.includes(binary),
    reasons: suppressed.map(({ by, reason }) => `${by}: ${reason}`),
    problems: problems.map(({ code, path }) => `${code} ${path}`),
    edges: rest.relationships.length,
  };
}

const BY_DIGEST = 'installed the file, whose digest matches the record';
const BY_NAME = 'lists the file without a digest, and has the same name and version';

test('suppresses a package if the digest of its owner matches, and lists the owner', () => {
  for (const algorithm of ['md5', 'sha1', 'sha256'] as const) {
    const recorded = [{ algorithm, digits: DIGESTS[algorithm] }];
    for (const listed of [PATH, '/bin/redis-server']) {
      assert.deepEqual(judge([{ listed, recorded }]), {
        isKept: false,
        reasons: [`owner0: owner0 ${BY_DIGEST}`],
        problems: [],
        edges: 0,
      });
    }
  }
});

test('keeps both packages and reports a problem if the digest of the owner differs', () => {
  const wrong = { algorithm: 'sha1', digits: hash('sha1', 'x', 'hex') };
  const kept = { isKept: true, reasons: [], problems: [`P_CHANGED ${PATH}`], edges: 0 };
  assert.deepEqual(judge([{ recorded: [wrong] }]), kept);
  const named = { name: 'redis', version: '7.0.15-r0' };
  assert.deepEqual(judge([{ owner: named, recorded: [wrong] }]), kept);
  const half = [wrong, { algorithm: 'sha256', digits: DIGESTS.sha256 }];
  assert.deepEqual(judge([{ recorded: half }]), kept);
});

test('does not compare the digest of a link with the target of the link', () => {
  const recorded = [{ algorithm: 'sha1', digits: hash('sha1', '../bin/redis-server', 'hex') }];
  const linked = judge([{ listed: '/usr/lib/redis', recorded }]);
  assert.deepEqual([linked.isKept, linked.problems], [true, []]);
  const owner = { name: 'redis', version: '7.0.15-r0' };
  assert.equal(judge([{ owner, listed: '/usr/lib/redis', recorded }]).isKept, false);
});

test('accepts one of several owners, because a package may divert a file of another', () => {
  const wrong = { algorithm: 'sha1', digits: hash('sha1', 'x', 'hex') };
  const right = { algorithm: 'sha1', digits: DIGESTS.sha1 };
  const both = judge([{ recorded: [wrong] }, { recorded: [right] }]);
  assert.deepEqual([both.isKept, both.problems], [false, []]);
  assert.deepEqual(both.reasons, [`owner1: owner1 ${BY_DIGEST}`]);
});

test('suppresses only the same name and version for a record without a known digest', () => {
  for (const [owner, isKept] of [
    [{ name: 'redis', version: '7.0.15' }, false],
    [{ name: 'redis7', version: '5:7.0.15-1~deb12u1' }, false],
    [{ name: 'redis-7.0', version: '7.0.15-r0' }, false],
    [{ name: 'server', version: '7.0.15-r0', upstreams: [{ name: 'redis' }] }, false],
    [{ name: 'zz7015', version: '7.0.15' }, true],
    [{ name: 'redis', version: '7.0.150' }, true],
    [{ name: 'redis', version: '9' }, true],
    [{ name: 'redis-tools-of-mine', version: '7.0.15' }, true],
  ] as const) {
    for (const recorded of [[], [{ algorithm: 'sha512', digits: 'ab' }]]) {
      const result = judge([{ owner, recorded }]);
      const { name } = owner;
      assert.deepEqual(
        [result.isKept, result.reasons, result.problems],
        [isKept, isKept ? [] : [`owner0: ${name} ${BY_NAME}`], []],
        JSON.stringify(owner),
      );
    }
  }
});

test('keeps a package with a file that has no owner', () => {
  const recorded = [{ algorithm: 'sha1', digits: DIGESTS.sha1 }];
  const binary = { ...REDIS, ...at(PATH, COPY) };
  assert.equal(judge([{ binary, recorded }]).isKept, true);
  const [first, second] = binary.locations;
  assert.ok(first && second);
  const supporting = { ...second, evidence: 'supporting' as const };
  const led = { ...REDIS, locations: [first, supporting] };
  assert.equal(judge([{ binary: led, recorded }]).isKept, false);
});

test('keeps programs in language packages, and packages that do not yield', () => {
  const recorded = [{ algorithm: 'sha1', digits: DIGESTS.sha1 }];
  assert.equal(judge([{ owner: { language: 'javascript' }, recorded }]).isKept, true);
  const binary = { ...REDIS, yieldsToOwner: false };
  assert.equal(judge([{ binary, recorded }]).isKept, true);
});

test('a recognized program yields to the note in its file if both state the same', () => {
  for (const [name, version, isKept] of [
    ['redis', '7.0.15', false],
    ['Redis', '7.0.15-1.fc40', false],
    ['redis', '7.0.159', true],
    ['redis', '9.9', true],
    ['safe-tool', '9.9', true],
  ] as const) {
    const noted = createPackage('noted', {
      name,
      version,
      yieldsToOwner: true,
      namesItsFile: true,
      ...at(PATH),
    });
    const { isKept: isRedisKept, reasons } = judge([{ owner: { language: 'c' } }], [noted]);
    assert.equal(isRedisKept, isKept, `${name} ${version}`);
    assert.equal(reasons.length, isKept ? 0 : 1);
    const twice = { ...REDIS, ...at(PATH, COPY) };
    const copied = judge([{ owner: { language: 'c' }, binary: twice }], [noted]);
    assert.equal(copied.isKept, true);
  }
});
