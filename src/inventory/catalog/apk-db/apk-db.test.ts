import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Budget } from '../../../foundation/core/budget.ts';
import { toBytes } from '../../../foundation/core/bytes.ts';
import type { FileView } from '../../../foundation/core/cataloger.ts';
import { DEFAULT_LIMITS, type Limits } from '../../../foundation/core/limits.ts';
import { type ApkFact, apkDb } from './apk-db.ts';

const PATH = '/lib/apk/db/installed';
const ALPINE = { id: 'alpine', idLike: [], versionId: '3.20.3' };
const VIEW: FileView = {
  layers: [],
  find: () => undefined,
  resolve: () => undefined,
  resolveHardLink: (ref) => ref,
  getRealPath: () => undefined,
  findRealFolder: () => undefined,
  list: () => [],
  listPaths: () => [],
};

const MUSL = `C:Q1y3A0D3mbMqSGnXZB5g5Z6HvFWGE=
P:musl
V:1.2.5-r0
A:x86_64
S:410560
I:667648
T:the musl c library (libc) implementation
U:https://musl.libc.org/
L:MIT
o:musl
m:Timo <timo@alpinelinux.org>
t:1711406638
c:4fe5ac8ef14faec0629665e3624fed7eb3ab7350
p:so:libc.musl-x86_64.so.1=1
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
Z:Q1lNXxgWq0Q4ZXh2Dr2GNVcLPEOd4=
F:var/tmp
M:0:0:1777
`;
const SSL_CLIENT = `P:ssl_client
V:1.36.1-r29
A:x86_64
L:GPL-2.0-only custom
o:busybox
D:so:libc.musl-x86_64.so.1 /bin/sh musl~1.2
F:usr/bin
R:ssl_client
Z:d41d8cd98f00b204e9800998ecf8427e
`;

function extract(content: string | Uint8Array, limits: Limits = DEFAULT_LIMITS) {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const { fact, problems } = apkDb.extract({
    path: PATH,
    role: 'installed',
    sizeBytes: bytes.length,
    mode: 0o644,
    content: toBytes(bytes),
    limits,
    budget: new Budget(limits),
  });
  assert.ok(fact !== undefined);
  return { fact, problems: (problems ?? []).map(({ code, line }) => `${code}:${line}`) };
}

function assemble(fact: ApkFact, earlier: readonly ApkFact[] = [], path = PATH) {
  return apkDb.assemble({
    budget: new Budget(DEFAULT_LIMITS),
    view: VIEW,
    distro: ALPINE,
    facts: [
      {
        path,
        role: 'installed',
        ref: { layer: 0, row: 0 },
        layer: `sha256:${earlier.length}`,
        fact,
        earlier: earlier.map((lower, index) => ({
          layer: `sha256:${earlier.length - 1 - index}`,
          fact: lower,
        })),
      },
    ],
  });
}

describe('apk-db', () => {
  it('creates a package from a record', () => {
    const [musl] = assemble(extract(MUSL).fact).packages ?? [];
    const location = {
      path: PATH,
      accessPath: PATH,
      layer: 'sha256:0',
      evidence: 'primary',
      line: 1,
    };
    assert.deepEqual(musl, {
      name: 'musl',
      version: '1.2.5-r0',
      type: 'apk',
      language: '',
      purl: 'pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.3',
      foundBy: 'apk-db',
      rule: 'a record of the installed apk database',
      confidence: 1,
      locations: [location],
      introducedIn: 'sha256:0',
      licenses: [
        { value: 'MIT', expression: 'MIT', kind: 'declared', urls: [], locations: [location] },
      ],
      cpes: [],
      upstreams: [{ name: 'musl' }],
      architecture: 'x86_64',
      ownedFiles: [{ path: '/lib' }, { path: '/lib/ld-musl-x86_64.so.1' }, { path: '/var/tmp' }],
      metadata: {
        kind: 'apk-db-entry',
        value: {
          package: 'musl',
          originPackage: 'musl',
          maintainer: 'Timo <timo@alpinelinux.org>',
          version: '1.2.5-r0',
          architecture: 'x86_64',
          url: 'https://musl.libc.org/',
          description: 'the musl c library (libc) implementation',
          size: 410_560,
          installedSize: 667_648,
          pullDependencies: [],
          provides: ['so:libc.musl-x86_64.so.1=1'],
          pullChecksum: 'Q1y3A0D3mbMqSGnXZB5g5Z6HvFWGE=',
          gitCommitOfApkPort: '4fe5ac8ef14faec0629665e3624fed7eb3ab7350',
          files: [
            { path: '/lib' },
            {
              path: '/lib/ld-musl-x86_64.so.1',
              ownerUid: '0',
              ownerGid: '0',
              permissions: '755',
              digest: {
                algorithm: "'Q1'+base64(sha1)",
                value: 'Q1lNXxgWq0Q4ZXh2Dr2GNVcLPEOd4=',
              },
            },
            { path: '/var/tmp', ownerUid: '0', ownerGid: '0', permissions: '1777' },
          ],
        },
      },
    });
  });

  it('connects packages by provided names, splits licenses and names the origin', () => {
    const { packages, dependencies } = assemble(extract(`${MUSL}\n${SSL_CLIENT}`).fact);
    assert.deepEqual(
      dependencies?.map(({ from, to }) => `${from.name} > ${to.name}`),
      ['musl > ssl_client'],
    );
    const client = packages?.[1];
    assert.equal(client?.locations[0]?.line, 22);
    assert.deepEqual(
      client?.licenses.map(({ value }) => value),
      ['GPL-2.0-only', 'custom'],
    );
    assert.match(client?.purl ?? '', /&upstream=busybox$/);
  });

  it('reads a database with CRLF line ends and without a final one', () => {
    const plain = extract(`${MUSL}\n${SSL_CLIENT}`).fact.records.map(({ entry }) => entry);
    const other = extract(`${MUSL}\n${SSL_CLIENT}`.trimEnd().replaceAll('\n', '\r\n'));
    assert.deepEqual(
      other.fact.records.map(({ entry }) => entry),
      plain,
    );
  });

  it('assigns a package to the layer that last changed its record', () => {
    const bottom = extract(MUSL).fact;
    const top = extract(`${MUSL}\n${SSL_CLIENT}`).fact;
    const changed = extract(MUSL.replace('r0', 'r1')).fact;
    const listLayers = (fact: ApkFact, earlier: readonly ApkFact[]) =>
      assemble(fact, earlier).packages?.map(({ name, introducedIn }) => `${name} ${introducedIn}`);
    assert.deepEqual(listLayers(top, [bottom, bottom]), ['musl sha256:0', 'ssl_client sha256:2']);
    assert.deepEqual(listLayers(top, [bottom, changed]), ['musl sha256:1', 'ssl_client sha256:2']);
    assert.deepEqual(listLayers(changed, [bottom]), ['musl sha256:1']);
  });

  it('prefixes the files of a database in another root with that root', () => {
    const [musl] = assemble(extract(MUSL).fact, [], `/rootfs/usr${PATH}`).packages ?? [];
    assert.equal(musl?.ownedFiles[0]?.path, '/rootfs/lib');
  });

  it('loses at most one record to malformed content', () => {
    const { fact, problems } = extract(
      `V:1\nnonsense\n\nP:no-version\n\nM:0:0:755\nZ:Q1x\nP:ok\nV:2\n:x\nS:many\nR:f\na:0\n`,
    );
    assert.deepEqual(
      fact.records.map(({ entry }) => [entry.package, entry.version, entry.size, entry.files]),
      [
        ['no-version', '', 0, []],
        ['ok', '2', 0, [{ path: '/f' }]],
      ],
    );
    assert.deepEqual(problems, ['P_MALFORMED:2', 'P_RECORD:1', 'P_RECORD:4', 'P_MALFORMED:10']);
  });

  it('keeps paths within the root', () => {
    const { fact } = extract('P:a\nV:1\nF:../../etc\nR:../../passwd\nF:\nR:top\n');
    assert.deepEqual(
      fact.records[0]?.entry.files.map(({ path }) => path),
      ['/etc', '/passwd', '/top'],
    );
  });

  it('skips a record that is too long', () => {
    const limits = { ...DEFAULT_LIMITS, recordBytesMax: 100 };
    const { fact, problems } = extract(`P:big\nV:1\nT:${'x'.repeat(200)}\n\nP:ok\nV:1\n`, limits);
    assert.deepEqual(
      fact.records.map(({ entry }) => entry.package),
      ['ok'],
    );
    assert.deepEqual(problems, ['P_LIMIT:1']);
  });

  it('tolerates invalid UTF-8 and a truncated database', () => {
    assert.deepEqual(extract(Buffer.from([0xff, 0xfe, 0x00])).fact.records, []);
    const { fact } = extract(MUSL.slice(0, MUSL.indexOf('-r0') + 2));
    assert.equal(fact.records[0]?.entry.version, '1.2.5-r');
    const latin1 = extract(Buffer.from('P:a\nV:1\nm:J\xf6rg\n', 'latin1'));
    assert.equal(latin1.fact.records[0]?.entry.maintainer, 'J\ufffdrg');
  });

  it('creates facts of plain JSON', () => {
    const { fact } = extract(`${MUSL}\n${SSL_CLIENT}`);
    assert.deepEqual(JSON.parse(JSON.stringify(fact)), fact);
  });
});
