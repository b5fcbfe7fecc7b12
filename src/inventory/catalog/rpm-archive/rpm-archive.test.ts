import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { SIGNATURE_TAG, TAG } from '../../../foundation/bytes/rpm/header.ts';
import {
  createRpmHeader,
  type FixtureTag,
} from '../../../foundation/bytes/rpm/rpm-header.fixture.ts';
import { rpmArchive } from './rpm-archive.ts';

const SIGNATURE = Buffer.from(
  '88150305 0063cf0e42 702d426d350d275d 0108'.replaceAll(' ', ''),
  'hex',
);
const INTRODUCTION = Buffer.from('8eade80100000000', 'hex');
const TOOL: readonly FixtureTag[] = [
  { tag: TAG.name, text: 'tool' },
  { tag: TAG.version, text: '1.2' },
  { tag: TAG.release, text: '3.el9' },
  { tag: TAG.architecture, text: 'x86_64' },
  { tag: TAG.sourceRpm, text: 'tool-src-1.2-3.el9.src.rpm' },
  { tag: TAG.license, text: 'MIT' },
  { tag: TAG.size, numbers: [77] },
  { tag: TAG.provideNames, texts: ['tool'] },
  { tag: TAG.baseNames, texts: ['tool', 'tool.d'] },
  { tag: TAG.directoryNames, texts: ['/usr/bin/'] },
  { tag: TAG.directoryIndexes, numbers: [0, 0] },
  { tag: TAG.fileModes, shorts: [0o100755, 0o040755] },
  { tag: TAG.fileDigests, texts: ['abc', ''] },
  { tag: TAG.fileDigestAlgorithm, numbers: [8] },
];

function packRpm(tags: readonly FixtureTag[], signatures: readonly FixtureTag[] = []): Buffer {
  const lead = Buffer.alloc(96);
  lead.writeUInt32BE(0xedabeedb);
  const signature = Buffer.concat([INTRODUCTION, createRpmHeader(signatures)]);
  const padding = Buffer.alloc((8 - (signature.length % 8)) % 8);
  return Buffer.concat([lead, signature, padding, INTRODUCTION, createRpmHeader(tags)]);
}

suite('rpm-archive', () => {
  test('reads the package of an archive from its header', () => {
    const signatures = [
      { tag: SIGNATURE_TAG.rsa, bytes: SIGNATURE },
      { tag: SIGNATURE_TAG.pgp, bytes: SIGNATURE },
    ];
    const { packages, problems } = catalogFiles(rpmArchive, {
      '/tool.rpm': packRpm(TOOL, signatures),
    });
    assert.deepEqual(problems, []);
    const [found] = packages;
    assert.deepEqual(
      [found?.name, found?.version, found?.purl],
      [
        'tool',
        '0:1.2-3.el9',
        'pkg:rpm/tool@1.2-3.el9?arch=x86_64&epoch=0&upstream=tool-src-1.2-3.el9.src.rpm',
      ],
    );
    assert.deepEqual(found?.upstreams, [{ name: 'tool-src', version: '1.2-3.el9' }]);
    assert.deepEqual(found?.ownedFiles, []);
    assert.deepEqual(found?.metadata, {
      kind: 'rpm-archive',
      value: {
        name: 'tool',
        version: '1.2',
        epoch: 0,
        architecture: 'x86_64',
        release: '3.el9',
        sourceRpm: 'tool-src-1.2-3.el9.src.rpm',
        signatures: [
          {
            algo: 'RSA',
            hash: 'SHA256',
            created: 'Mon Jan 23 22:46:26 2023',
            issuer: '702d426d350d275d',
          },
        ],
        size: 77,
        vendor: '',
        files: [
          {
            path: '/usr/bin/tool',
            mode: 0o100755,
            size: 0,
            digest: { algorithm: 'sha256', value: 'abc' },
            userName: '',
            groupName: '',
            flags: '',
          },
          {
            path: '/usr/bin/tool.d',
            mode: 0o040755,
            size: 0,
            digest: { algorithm: '', value: '' },
            userName: '',
            groupName: '',
            flags: '',
          },
        ],
      },
    });
  });

  test('keeps the epoch, and file names without a directory', () => {
    const { packages } = catalogFiles(rpmArchive, {
      '/tool.src.rpm': packRpm([
        { tag: TAG.name, text: 'tool' },
        { tag: TAG.version, text: '1' },
        { tag: TAG.release, text: '2' },
        { tag: TAG.epoch, numbers: [3] },
        { tag: TAG.baseNames, texts: ['tool.spec'] },
        { tag: TAG.directoryNames, texts: [''] },
        { tag: TAG.directoryIndexes, numbers: [0] },
      ]),
    });
    assert.equal(packages[0]?.version, '3:1-2');
    assert.match(JSON.stringify(packages[0]?.metadata), /"path":"tool.spec"/);
  });

  test('reports files that are not archives, truncated, or without a name', () => {
    const whole = packRpm(TOOL);
    const cuts = [0, 95, 100, 120, whole.length - 1].map((length) => whole.subarray(0, length));
    for (const content of [...cuts, packRpm([]), Buffer.from('text')]) {
      const { packages, problems } = catalogFiles(rpmArchive, { '/a.rpm': content });
      assert.deepEqual([packages.length, problems], [0, ['P_MALFORMED /a.rpm:']]);
    }
  });
});
