import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_LIMITS } from '../foundation/core/limits.ts';
import { SILENT } from '../foundation/core/progress.ts';
import type { PublishedArchives } from '../foundation/core/published-archives.ts';
import type { OpenDocument } from '../foundation/core/target.ts';
import { computePackageKey } from '../foundation/identity/package-key.ts';
import { readDocument } from './read-document.ts';
import { recognizeListed } from './recognize-listed.ts';

const SHA1 = 'ad32909314fe2ba02cec036434c0addd19bcc580';

function createArchives(...artifactIds: readonly string[]): PublishedArchives {
  const artifacts = artifactIds.map((artifactId) => ({ groupId: 'g', artifactId, version: '7' }));
  return { identity: 'x', find: (sha1) => (sha1 === SHA1 ? artifacts : []) };
}

function openContent(document: unknown): OpenDocument {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  return {
    description: { kind: 'sbom', userInput: 'a', name: 'a', path: 'a', origin: 'file' },
    layers: [],
    problems: [],
    document: { content: Buffer.from(text) },
    close: async () => undefined,
  };
}

/** Returns the only package of a document, recognized with an index of published archives. */
function recognizeApp(document: unknown, archives = createArchives('found')) {
  const { inventory } = readDocument(openContent(document), {
    limits: DEFAULT_LIMITS,
    progress: SILENT,
    recognize: (read) => recognizeListed(read, archives),
  });
  const [only, ...others] = inventory.packages;
  assert.ok(only !== undefined && others.length === 0);
  assert.equal(only.key, computePackageKey(only));
  const { purl, confidence, alternatives = [] } = only;
  return { purl, confidence, alternatives: alternatives.map((one) => one.purl), rule: only.rule };
}

const createComponent = (more: object) => ({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  components: [
    {
      type: 'library',
      name: 'app',
      version: '1',
      hashes: [{ alg: 'SHA-1', content: SHA1.toUpperCase() }],
      ...more,
    },
  ],
});

const createSyftDocument = (metadata: object, type = 'java-archive') => ({
  artifacts: [
    {
      id: '1',
      name: 'app',
      version: '1',
      type,
      locations: [{ path: '/a/tool-1.jar' }],
      cpes: [{ cpe: 'cpe:2.3:a:app:app:1:*:*:*:*:*:*:*', source: 'syft-generated' }],
      purl: 'pkg:maven/app/app@1',
      metadataType: 'java-archive',
      metadata,
    },
  ],
  files: [
    {
      id: '2',
      location: { path: '/a/tool-1.jar' },
      metadata: { type: 'RegularFile', mode: 644 },
      digests: [{ algorithm: 'sha1', value: SHA1 }],
    },
  ],
});

describe('a Java archive that a document lists', () => {
  it('is recognized as the published one with its content, in each format with digests', () => {
    const found = 'pkg:maven/g/found@7';
    const createSpdxDocument = (checksum: string) =>
      `SPDXVersion: SPDX-2.3\nDocumentNamespace: https://a.example\nPackageName: app\nSPDXID: SPDXRef-a\n` +
      `PackageVersion: 1\nExternalRef: PACKAGE-MANAGER purl pkg:maven/app/app@1\nPackageChecksum: ${checksum}\n`;
    assert.equal(
      recognizeApp(createComponent({ group: 'app', purl: 'pkg:maven/app/app@1' })).purl,
      found,
    );
    assert.equal(recognizeApp(createSpdxDocument(`SHA1: ${SHA1}`)).purl, found);
    const properties = [{ name: 'syft:package:type', value: 'java-archive' }];
    assert.equal(recognizeApp(createComponent({ properties })).purl, found);
    assert.notEqual(
      recognizeApp(createSpdxDocument(`SHA256: ${SHA1}${'0'.repeat(24)}`)).purl,
      found,
    );
    assert.equal(
      recognizeApp(createSyftDocument({ digest: [{ algorithm: 'sha1', value: SHA1 }] })).purl,
      found,
    );
    assert.equal(recognizeApp(createSyftDocument({ virtualPath: '/a/tool-1.jar' })).purl, found);
  });

  it('records how it was recognized, and its name in the document', () => {
    const { confidence, rule, alternatives } = recognizeApp(
      createComponent({ purl: 'pkg:maven/app/app@1' }),
    );
    assert.equal(confidence, 0.95);
    assert.match(rule, /SHA-1/);
    assert.deepEqual(alternatives, ['pkg:maven/app/app@1']);
    const recorded = recognizeApp(
      createSyftDocument({ digest: [{ algorithm: 'sha1', value: SHA1 }] }),
    );
    assert.deepEqual(recorded.alternatives, []);
  });

  it('is the one of several that its file name contains', () => {
    const { purl, alternatives } = recognizeApp(
      createSyftDocument({ virtualPath: '/a/tool-1.jar' }),
      createArchives('other', 'tool'),
    );
    assert.deepEqual([purl, alternatives], ['pkg:maven/g/tool@7', ['pkg:maven/g/other@7']]);
  });

  it('stays as listed if that was published with the same content, too', () => {
    const purl = 'pkg:maven/g/other@7';
    const listed = createComponent({ name: 'other', version: '7', purl });
    assert.equal(recognizeApp(listed, createArchives('app', 'other')).purl, purl);
  });

  it('stays as listed if it has a Maven record of its own', () => {
    const pomProperties = { groupId: 'own', artifactId: 'app', version: '1' };
    const digest = [{ algorithm: 'sha1', value: SHA1 }];
    assert.equal(
      recognizeApp(createSyftDocument({ digest, pomProperties })).purl,
      'pkg:maven/app/app@1',
    );
  });

  it('is not recognized by the digest of its containing file, nor is another package', () => {
    for (const document of [
      createSyftDocument({ virtualPath: '/a/tool-1.jar:inner.jar' }),
      createSyftDocument({ virtualPath: '/a/other.jar' }),
      createSyftDocument({ digest: [{ algorithm: 'sha1', value: 'x' }] }),
      createSyftDocument({ digest: [{ algorithm: 'sha1', value: SHA1 }] }, 'npm'),
      createComponent({
        purl: 'pkg:maven/app/app@1',
        hashes: [{ alg: 'SHA-1', content: '0'.repeat(40) }],
      }),
    ]) {
      assert.equal(recognizeApp(document).purl, 'pkg:maven/app/app@1');
    }
  });
});
