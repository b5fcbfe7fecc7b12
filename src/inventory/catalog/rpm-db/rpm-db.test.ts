import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TAG } from '../../../foundation/bytes/rpm/header.ts';
import { createRpmDatabase } from '../../../foundation/bytes/rpm/rpm-database.fixture.ts';
import {
  createRpmHeader,
  type FixtureTag,
} from '../../../foundation/bytes/rpm/rpm-header.fixture.ts';
import { Budget } from '../../../foundation/core/budget.ts';
import { toBytes } from '../../../foundation/core/bytes.ts';
import type { FileView } from '../../../foundation/core/cataloger.ts';
import { DEFAULT_LIMITS, type Limits } from '../../../foundation/core/limits.ts';
import type { RpmFact } from './record.ts';
import { rpmDb } from './rpm-db.ts';

const PATH = '/var/lib/rpm/rpmdb.sqlite';
const VIEW: FileView = {
  layers: [],
  find: () => undefined,
  resolve: (path) => (path === '/usr/bin/bash' ? { ref: { layer: 0, row: 0 }, path } : undefined),
  resolveHardLink: (ref) => ref,
  getRealPath: () => undefined,
  findRealFolder: () => undefined,
  list: () => [],
  listPaths: () => [],
};
const SIGNATURE = Buffer.from(
  '88150305 0063cf0e42 702d426d350d275d 0108'.replaceAll(' ', ''),
  'hex',
);

const BASH: readonly FixtureTag[] = [
  { tag: TAG.name, text: 'bash' },
  { tag: TAG.version, text: '5.1.8' },
  { tag: TAG.release, text: '6.el9' },
  { tag: TAG.architecture, text: 'x86_64' },
  { tag: TAG.sourceRpm, text: 'bash-5.1.8-6.el9.src.rpm' },
  { tag: TAG.license, text: 'GPLv3+' },
  { tag: TAG.vendor, text: '(none)' },
  { tag: TAG.size, numbers: [7_716_255] },
  { tag: TAG.headerRsa, bytes: SIGNATURE },
  { tag: TAG.provideNames, texts: ['bash', '/bin/sh'] },
  { tag: TAG.requireNames, texts: ['libc.so.6()(64bit)', '(a if b)'] },
  { tag: TAG.baseNames, texts: ['bash', 'gone'] },
  { tag: TAG.directoryNames, texts: ['/usr/bin/'] },
  { tag: TAG.directoryIndexes, numbers: [0, 0] },
  { tag: TAG.fileModes, shorts: [0o100755, 0o100644] },
  { tag: TAG.fileFlags, numbers: [0, 1 | 16] },
  { tag: TAG.fileDigestAlgorithm, numbers: [8] },
];
const GLIBC: readonly FixtureTag[] = [
  { tag: TAG.name, text: 'glibc' },
  { tag: TAG.version, text: '2.34' },
  { tag: TAG.release, text: '83.el9' },
  { tag: TAG.epoch, numbers: [0] },
  { tag: TAG.modularityLabel, text: 'core:el9' },
  { tag: TAG.sourceRpm, text: 'glibc-common-2.34-83.el9.src.rpm' },
  { tag: TAG.provideNames, texts: ['libc.so.6()(64bit)'] },
  { tag: TAG.requireNames, texts: ['/usr/bin/bash'] },
];

function extract(
  content: Uint8Array,
  role = 'database',
  path = PATH,
  limits: Limits = DEFAULT_LIMITS,
) {
  return rpmDb.extract({
    path,
    role,
    sizeBytes: content.length,
    mode: 0o644,
    content: toBytes(content),
    limits,
    budget: new Budget(limits),
  });
}

function assemble(
  fact: RpmFact,
  earlier: readonly { layer: string; fact: RpmFact }[] = [],
  distroId = 'rhel',
) {
  return rpmDb.assemble({
    budget: new Budget(DEFAULT_LIMITS),
    view: VIEW,
    distro: { id: distroId, idLike: ['fedora'], versionId: '9.2' },
    facts: [
      { path: PATH, role: 'database', ref: { layer: 1, row: 0 }, layer: 'sha256:b', fact, earlier },
    ],
  });
}

function readFact(...headers: readonly (readonly FixtureTag[])[]): RpmFact {
  const { fact } = extract(createRpmDatabase(headers.map((tags) => createRpmHeader(tags))));
  assert.ok(fact !== undefined);
  return fact;
}

describe('the rpm database', () => {
  it('reads fixes from the changelog in the header, the newest entry first', () => {
    const { packages = [] } = assemble(
      readFact([
        ...BASH,
        {
          tag: TAG.changelogNames,
          texts: ['A B <a@example.org> - 5.1.8-6', 'A B <a@example.org>'],
        },
        {
          tag: TAG.changelogTexts,
          texts: [
            '- Fix CVE-2022-3715\n- Revert CVE-2019-18276',
            '- fix CVE-2019-18276, CVE-2016-7543',
          ],
        },
      ]),
    );
    assert.deepEqual(packages[0]?.changelogFixes, [
      { id: 'CVE-2022-3715', version: '5.1.8-6', path: PATH, isRecorded: true },
      { id: 'CVE-2016-7543', version: '', path: PATH, isRecorded: true },
    ]);
  });

  it('creates a package from each header, with the epoch if there is one', () => {
    const { packages = [] } = assemble(readFact(BASH, GLIBC));
    assert.deepEqual(
      packages.map(({ name, version, purl }) => [name, version, purl]),
      [
        [
          'bash',
          '5.1.8-6.el9',
          'pkg:rpm/redhat/bash@5.1.8-6.el9?arch=x86_64&distro=rhel-9.2&upstream=bash-5.1.8-6.el9.src.rpm',
        ],
        [
          'glibc',
          '0:2.34-83.el9',
          'pkg:rpm/redhat/glibc@2.34-83.el9?distro=rhel-9.2&epoch=0&upstream=glibc-common-2.34-83.el9.src.rpm',
        ],
      ],
    );
  });

  it('uses the ID of any unknown distribution as the namespace', () => {
    const { packages = [] } = assemble(readFact(BASH), [], 'constructor');
    assert.match(packages[0]?.purl ?? '', /^pkg:rpm\/constructor\/bash@/);
  });

  it('reports the module, and the source package if its name differs', () => {
    const { packages = [] } = assemble(readFact(BASH, GLIBC));
    assert.deepEqual(
      packages.map(({ upstreams, modularity }) => [upstreams, modularity]),
      [
        [[], ''],
        [[{ name: 'glibc-common', version: '2.34-83.el9' }], 'core:el9'],
      ],
    );
  });

  it('keeps existing files, with the flags in the order of rpm --verify', () => {
    const { packages = [] } = assemble(readFact(BASH));
    const [bash] = packages;
    assert.deepEqual(bash?.ownedFiles, [{ path: '/usr/bin/bash' }]);
    assert.deepEqual(bash?.metadata?.value['files'], [
      {
        path: '/usr/bin/bash',
        mode: 0o100755,
        size: 0,
        digest: { algorithm: 'sha256', value: '' },
        userName: '',
        groupName: '',
        flags: '',
      },
    ]);
  });

  it('formats signatures like rpm', () => {
    const { packages = [] } = assemble(readFact(BASH));
    assert.deepEqual(packages[0]?.metadata?.value['signatures'], [
      {
        algo: 'RSA',
        hash: 'SHA256',
        created: 'Mon Jan 23 22:46:26 2023',
        issuer: '702d426d350d275d',
      },
    ]);
  });

  it('connects requirements with providers, including files', () => {
    const { dependencies = [] } = assemble(readFact(BASH, GLIBC));
    assert.deepEqual(
      dependencies.map(({ from, to }) => `${from.name} > ${to.name}`),
      ['glibc > bash', 'bash > glibc'],
    );
  });

  it('assigns a package to the lowest layer from which its record is unchanged', () => {
    const { packages = [] } = assemble(readFact(BASH, GLIBC), [
      { layer: 'sha256:a', fact: readFact(BASH) },
    ]);
    assert.deepEqual(
      packages.map(({ name, introducedIn }) => [name, introducedIn]),
      [
        ['bash', 'sha256:a'],
        ['glibc', 'sha256:b'],
      ],
    );
  });

  it('loses one record to a damaged header', () => {
    const { fact, problems } = extract(
      createRpmDatabase([createRpmHeader(BASH), Buffer.from('damaged')]),
    );
    assert.equal(fact?.records.length, 1);
    assert.equal(problems?.[0]?.code, 'P_RECORD');
  });

  it('reports an empty database', () => {
    assert.equal(extract(createRpmDatabase([])).problems?.[0]?.code, 'P_MALFORMED');
    assert.equal(extract(Buffer.alloc(8_192)).problems?.[0]?.code, 'P_MALFORMED');
  });

  it('reports that a write-ahead log beside it is not read', () => {
    assert.deepEqual(extract(Buffer.alloc(0), 'log'), {});
    assert.equal(extract(Buffer.alloc(32), 'log').problems?.[0]?.code, 'P_UNSUPPORTED');
  });
});

describe('the manifest of distroless images', () => {
  const LINE =
    'bash\t5.1.8-1.cm2\t1653\t1640\tMicrosoft\t(none)\t3565139\tx86_64\t0\tbash-5.1.8-1.cm2.src.rpm';

  it('keeps the last line, also without a newline at its end', () => {
    const { fact, problems } = extract(
      Buffer.from(`${LINE}\n${LINE.replace('bash', 'zlib')}`),
      'manifest',
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(
      fact?.records.map(({ name, version, release }) => [name, version, release]),
      [
        ['bash', '5.1.8', '1.cm2'],
        ['zlib', '5.1.8', '1.cm2'],
      ],
    );
  });

  it('creates packages of the distro, with its version', () => {
    const { fact } = extract(Buffer.from(LINE), 'manifest');
    assert.ok(fact !== undefined);
    const { packages = [] } = assemble(fact, [], 'mariner');
    assert.match(packages[0]?.purl ?? '', /^pkg:rpm\/mariner\/bash@.*distro=mariner-9\.2/);
  });

  it('reports an invalid line with its number', () => {
    const { fact, problems } = extract(Buffer.from(`${LINE}\nnonsense\n`), 'manifest');
    assert.equal(fact?.records.length, 1);
    assert.equal(problems?.[0]?.line, 2);
  });

  it('stops at recordsMax packages, and reports it', () => {
    const limits = { ...DEFAULT_LIMITS, recordsMax: 2 };
    const content = Buffer.from(`${LINE}\n`.repeat(5));
    const { fact, problems = [] } = extract(content, 'manifest', PATH, limits);
    assert.equal(fact?.records.length, 2);
    assert.deepEqual(
      problems.map(({ code, line }) => [code, line]),
      [['P_LIMIT', 3]],
    );
  });
});
