import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import type { PublishedArchives } from '../core/published-archives.ts';
import type { OpenDocument } from '../core/target.ts';
import { computePackageKey } from '../identity/package-key.ts';
import { readDocument } from './read-document.ts';
import { recogniseListed } from './recognise-listed.ts';

const SHA1 = 'ad32909314fe2ba02cec036434c0addd19bcc580';

function published(...artifactIds: readonly string[]): PublishedArchives {
  const artifacts = artifactIds.map((artifactId) => ({ groupId: 'g', artifactId, version: '7' }));
  return { identity: 'x', find: (sha1) => (sha1 === SHA1 ? artifacts : []) };
}

function opened(document: unknown): OpenDocument {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  return {
    description: { kind: 'sbom', userInput: 'a', name: 'a', path: 'a', origin: 'file' },
    layers: [],
    problems: [],
    document: { content: Buffer.from(text) },
    close: async () => undefined,
  };
}

/** What the only package of a document is, with an index of published archives. */
function told(document: unknown, archives = published('found')) {
  const { inventory } = readDocument(opened(document), {
    limits: DEFAULT_LIMITS,
    progress: SILENT,
    recognise: (read) => recogniseListed(read, archives),
  });
  const [only, ...others] = inventory.packages;
  assert.ok(only !== undefined && others.length === 0);
  assert.equal(only.key, computePackageKey(only));
  const { purl, confidence, alternatives = [] } = only;
  return { purl, confidence, alternatives: alternatives.map((one) => one.purl), rule: only.rule };
}

const component = (more: object) => ({
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

const ofSyft = (metadata: object, type = 'java-archive') => ({
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
  it('is what was published with its content, in each format that carries a digest', () => {
    const found = 'pkg:maven/g/found@7';
    const spdx = (checksum: string) =>
      `SPDXVersion: SPDX-2.3\nDocumentNamespace: https://a.example\nPackageName: app\nSPDXID: SPDXRef-a\n` +
      `PackageVersion: 1\nExternalRef: PACKAGE-MANAGER purl pkg:maven/app/app@1\nPackageChecksum: ${checksum}\n`;
    assert.equal(told(component({ group: 'app', purl: 'pkg:maven/app/app@1' })).purl, found);
    assert.equal(told(spdx(`SHA1: ${SHA1}`)).purl, found);
    const properties = [{ name: 'syft:package:type', value: 'java-archive' }];
    assert.equal(told(component({ properties })).purl, found);
    assert.notEqual(told(spdx(`SHA256: ${SHA1}${'0'.repeat(24)}`)).purl, found);
    assert.equal(told(ofSyft({ digest: [{ algorithm: 'sha1', value: SHA1 }] })).purl, found);
    assert.equal(told(ofSyft({ virtualPath: '/a/tool-1.jar' })).purl, found);
  });

  it('says by what it is told, and what the document calls it without saying why', () => {
    const { confidence, rule, alternatives } = told(component({ purl: 'pkg:maven/app/app@1' }));
    assert.equal(confidence, 0.95);
    assert.match(rule, /SHA-1/);
    assert.deepEqual(alternatives, ['pkg:maven/app/app@1']);
    const recorded = told(ofSyft({ digest: [{ algorithm: 'sha1', value: SHA1 }] }));
    assert.deepEqual(recorded.alternatives, []);
  });

  it('is the one of several that its file is called after', () => {
    const { purl, alternatives } = told(
      ofSyft({ virtualPath: '/a/tool-1.jar' }),
      published('other', 'tool'),
    );
    assert.deepEqual([purl, alternatives], ['pkg:maven/g/tool@7', ['pkg:maven/g/other@7']]);
  });

  it('stays what it is listed as where that was published with its content, too', () => {
    const purl = 'pkg:maven/g/other@7';
    const listed = component({ name: 'other', version: '7', purl });
    assert.equal(told(listed, published('app', 'other')).purl, purl);
  });

  it('is believed where it has a record of Maven of its own', () => {
    const pomProperties = { groupId: 'own', artifactId: 'app', version: '1' };
    const digest = [{ algorithm: 'sha1', value: SHA1 }];
    assert.equal(told(ofSyft({ digest, pomProperties })).purl, 'pkg:maven/app/app@1');
  });

  it('is not told by the digest of the file that it lies in, nor is another package', () => {
    for (const document of [
      ofSyft({ virtualPath: '/a/tool-1.jar:inner.jar' }),
      ofSyft({ virtualPath: '/a/other.jar' }),
      ofSyft({ digest: [{ algorithm: 'sha1', value: 'x' }] }),
      ofSyft({ digest: [{ algorithm: 'sha1', value: SHA1 }] }, 'npm'),
      component({
        purl: 'pkg:maven/app/app@1',
        hashes: [{ alg: 'SHA-1', content: '0'.repeat(40) }],
      }),
    ]) {
      assert.equal(told(document).purl, 'pkg:maven/app/app@1');
    }
  });
});
