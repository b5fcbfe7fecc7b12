import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DocumentContent } from '../../foundation/core/document.ts';
import { DEFAULT_LIMITS, type Limits } from '../../foundation/core/limits.ts';
import { spdxTagValue } from './read.ts';

const DESCRIPTION = {
  kind: 'sbom',
  userInput: 'a',
  name: 'a',
  path: 'a',
  origin: 'file',
} as const;

function read(text: string, limits: Partial<Limits> = {}): DocumentContent {
  return spdxTagValue.read(Buffer.from(text), {
    limits: { ...DEFAULT_LIMITS, ...limits },
    description: DESCRIPTION,
  });
}

const DOCUMENT = `SPDXVersion: SPDX-2.2
DocumentName: debian
SPDXID: SPDXRef-DOCUMENT
# a comment: with a colon

PackageName: libc6
SPDXID: SPDXRef-Package-1
PackageVersion: 2.36-9
PackageLicenseDeclared: LicenseRef-x
PackageDescription: <text>Several lines,
PackageName: forged
</text>
ExternalRef: SECURITY cpe23Type cpe:2.3:a:gnu:glibc:2.36:*:*:*:*:*:*:*
ExternalRef: PACKAGE-MANAGER purl pkg:deb/debian/libc6@2.36-9?distro=debian-12&upstream=glibc
PackageAttributionText: <text>SrcName: glibc</text>

FileName: ./lib/libc.so
SPDXID: SPDXRef-File-1
FileComment: <text>layerID: sha256:${'a'.repeat(64)}</text>

PackageName: app
SPDXID: SPDXRef-Package-2
ExternalRef: PACKAGE-MANAGER purl pkg:npm/app@1

LicenseID: LicenseRef-x
ExtractedText: <text>words
of it</text>
LicenseName: Own words

Relationship: SPDXRef-Package-1 DEPENDENCY_OF SPDXRef-Package-2
Relationship: SPDXRef-Package-1 OTHER SPDXRef-Package-2
RelationshipComment: <text>ownership-by-file-overlap: x</text>
Relationship: broken
`;

describe('an SPDX document of tags and values', () => {
  it('equals one in JSON', () => {
    const { inventory } = read(DOCUMENT.replaceAll('\n', '\r\n'));
    const [libc, app, ...others] = inventory.packages;
    assert.deepEqual(others, []);
    assert.deepEqual([libc?.name, libc?.version, app?.name], ['libc6', '2.36-9', 'app']);
    assert.deepEqual(libc?.upstreams, [{ name: 'glibc' }]);
    assert.deepEqual(libc?.ownedFiles, [{ path: '/lib/libc.so' }]);
    assert.equal(libc?.licenses[0]?.value, 'Own words');
    assert.equal(inventory.target.name, 'debian');
    assert.deepEqual(
      inventory.relationships.map(({ kind }) => kind),
      ['dependency-of', 'owns-package'],
    );
    assert.deepEqual(
      inventory.problems.map(({ code }) => code),
      ['P_RECORD'],
    );
  });

  it('has our own properties in an annotation, possibly on several lines', () => {
    const { inventory } = read(
      `${DOCUMENT}Annotator: Tool: x\nSPDXREF: SPDXRef-Package-2\nAnnotationComment: <text>plimsoll:properties [\n["plimsoll:key","k"],\n["plimsoll:type","deb"]\n]</text>\n`,
    );
    assert.equal(inventory.packages[1]?.type, 'deb');
  });

  it('is recognized by its first line with content', () => {
    const recognizeText = (text: string) => spdxTagValue.recognize(Buffer.from(text));
    assert.equal(recognizeText(`\ufeff\n# x\n${DOCUMENT}`), 1);
    assert.equal(recognizeText('DocumentName: a\nSPDXVersion: SPDX-2.3'), 0);
    assert.equal(recognizeText('SPDXVersion: SPDX-3.0'), 0);
    assert.equal(recognizeText(''), 0);
  });
});

describe('a hostile SPDX document of tags and values', () => {
  it('stops at an unterminated text', () => {
    const { inventory } = read(`${DOCUMENT}PackageDescription: <text>${'x\n'.repeat(1_000)}`);
    assert.equal(inventory.packages.length, 2);
  });

  // If steps grew with the square of its length, none of these would finish.
  it('is read to its end if it is long', () => {
    for (const text of [
      'PackageDescription: <text>\n'.repeat(1_000_000),
      `Relationship: ${'a '.repeat(500_000)}\n`.repeat(20),
      'ExternalRef: '.repeat(1_000_000),
    ]) {
      assert.deepEqual(read(`SPDXVersion: SPDX-2.3\n${text}`).inventory.packages, []);
    }
  });

  it('reads the operating system from a comment of Tern on a layer', () => {
    const layer = `PackageName: ${'4e'.repeat(32)}.tar\nSPDXID: SPDXRef-a\nPackageComment: <text>Layer 1:
\tinfo: Found 'Alpine Linux v3.20' in /etc/os-release.</text>\n`;
    const { distro } = read(`SPDXVersion: SPDX-2.2\n\n${layer}`).inventory;
    assert.deepEqual([distro?.id, distro?.versionId], ['alpine', '3.20']);
  });

  it('is limited, and rejected without a version', () => {
    assert.throws(() => read(DOCUMENT, { documentValuesMax: 5 }), { code: 'E_LIMIT' });
    assert.throws(() => read(DOCUMENT, { documentBytesMax: 5 }), { code: 'E_LIMIT' });
    assert.throws(() => read('PackageName: a'), { code: 'E_DOCUMENT_INVALID' });
  });
});
