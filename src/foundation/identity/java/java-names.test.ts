import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Package } from '../../core/package.ts';
import { listJavaProducts, listJavaVendors } from './java-names.ts';

function createJavaPackage(name: string, value: Readonly<Record<string, unknown>>): Package {
  return {
    name,
    version: '1',
    type: 'java-archive',
    language: 'java',
    purl: '',
    foundBy: 'example',
    rule: 'an example',
    confidence: 1,
    locations: [],
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: [],
    metadata: { kind: 'java-archive', value },
  };
}

const listValues = (candidates: readonly { readonly value: string }[]) =>
  candidates.map(({ value }) => value);

it('uses parts of the group as products if the artifact begins or ends with them', () => {
  const core = createJavaPackage('jackson-core', {
    pomProperties: { groupId: 'com.fasterxml.jackson.core', artifactId: 'jackson-core' },
  });
  assert.deepEqual(listValues(listJavaProducts(core)), ['jackson-core', 'jackson', 'core']);
  assert.deepEqual(listValues(listJavaVendors(core)), [
    'com.fasterxml.jackson.core',
    'fasterxml',
    'jackson',
    'core',
  ]);
});

it('does not use the host of a plug-in as its product, nor vendor words as vendors', () => {
  const plugin = createJavaPackage('gradle-plugin', {
    pomProperties: { groupId: 'org.gradle.plugins.gradle', artifactId: 'gradle-plugin' },
  });
  assert.deepEqual(listValues(listJavaProducts(plugin)), ['gradle-plugin']);
  assert.deepEqual(listValues(listJavaVendors(plugin)), [
    'org.gradle.plugins.gradle',
    'gradle',
    'gradle',
  ]);
});

it('reads vendors from the manifest, and prefers groups of known artifacts to the manifest’s', () => {
  const manifest = { main: [{ key: 'Implementation-Vendor', value: 'The Example Corp.' }] };
  assert.deepEqual(listValues(listJavaVendors(createJavaPackage('x', { manifest }))), [
    'example_corp_',
  ]);
  const known = createJavaPackage('spring-core', {
    manifest: { main: [{ key: 'Package', value: 'com.x' }] },
  });
  assert.deepEqual(listValues(listJavaVendors(known)), ['org.springframework', 'springframework']);
  assert.deepEqual(listValues(listJavaProducts(createJavaPackage('x', {}))), []);
});
