import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DocumentContent } from '../../foundation/core/document.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { githubSnapshot } from './read.ts';

function read(document: unknown): DocumentContent {
  return githubSnapshot.read(Buffer.from(JSON.stringify(document)), {
    limits: DEFAULT_LIMITS,
    description: { kind: 'sbom', userInput: 'a', name: 'a', path: 'a', origin: 'file' },
  });
}

const LAYER = `sha256:${'a'.repeat(64)}`;

const DOCUMENT = {
  version: 0,
  job: {},
  detector: { name: 'syft', version: '1', url: 'https://example.org' },
  metadata: { 'syft:distro': 'pkg:generic/debian@12?like=x' },
  manifests: {
    'debian:12:/var/lib/dpkg/status': {
      name: 'status',
      file: { source_location: 'debian:12:/var/lib/dpkg/status' },
      metadata: { 'syft:filesystem': LAYER },
      resolved: {
        libc6: {
          package_url: 'pkg:deb/debian/libc6@2.36-9?distro=debian-12&upstream=glibc',
          dependencies: ['gcc', 'app', 'none'],
        },
        gcc: { package_url: 'pkg:deb/debian/gcc@12' },
        broken: { package_url: 'hello' },
        none: 1,
      },
    },
    'package-lock.json': { resolved: { app: { package_url: 'pkg:npm/app@1' } } },
    empty: null,
  },
};

describe('a dependency snapshot', () => {
  it('has a package for each dependency with a package URL, with its location and edges', () => {
    const { inventory } = read(DOCUMENT);
    const [libc, gcc, app, ...others] = inventory.packages;
    assert.deepEqual(others, []);
    assert.deepEqual([libc?.type, libc?.name], ['deb', 'libc6']);
    assert.deepEqual(libc?.upstreams, [{ name: 'glibc' }]);
    assert.deepEqual(libc?.locations, [
      { path: '/var/lib/dpkg/status', accessPath: '/var/lib/dpkg/status', layer: LAYER },
    ]);
    assert.deepEqual(
      inventory.relationships.flatMap((edge) => (edge.kind === 'dependency-of' ? [edge.from] : [])),
      [gcc?.key, app?.key],
    );
    assert.deepEqual(inventory.distro, { id: 'debian', idLike: ['x'], versionId: '12' });
    assert.deepEqual(
      inventory.problems.map(({ code }) => code),
      ['P_RECORD', 'P_RECORD'],
    );
  });

  it('has our own properties in one metadata string', () => {
    const properties = JSON.stringify([
      ['plimsoll:key', 'k'],
      ['plimsoll:name', '"left"'],
      ['plimsoll:version', '"1"'],
      ['plimsoll:type', 'rpm'],
    ]);
    const { inventory } = read({
      ...DOCUMENT,
      manifests: { m: { resolved: { x: { metadata: { 'plimsoll:properties': properties } } } } },
    });
    const [left] = inventory.packages;
    assert.deepEqual([left?.name, left?.version, left?.type], ['left', '1', 'rpm']);
  });

  it('is recognized by its required members, and rejected without manifests', () => {
    const recognizeText = (text: string) => githubSnapshot.recognize(Buffer.from(text));
    assert.ok(recognizeText(JSON.stringify(DOCUMENT)) > 0);
    assert.equal(recognizeText('{"manifests":[]}'), 0);
    assert.ok(recognizeText('{"version":0,"detector":{},"job":{},"scanned":""}') > 0);
    assert.throws(() => read({ detector: {}, manifests: [] }), { code: 'E_DOCUMENT_INVALID' });
  });
});
