import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Package } from '../../core/package.ts';
import { listJavaProducts, listJavaVendors } from './java-names.ts';

function javaPackage(name: string, value: Readonly<Record<string, unknown>>): Package {
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

const values = (candidates: readonly { readonly value: string }[]) =>
  candidates.map(({ value }) => value);

it('takes parts of the group for the product that the artifact begins or ends with', () => {
  const core = javaPackage('jackson-core', {
    pomProperties: { groupId: 'com.fasterxml.jackson.core', artifactId: 'jackson-core' },
  });
  assert.deepEqual(values(listJavaProducts(core)), ['jackson-core', 'jackson', 'core']);
  assert.deepEqual(values(listJavaVendors(core)), [
    'com.fasterxml.jackson.core',
    'fasterxml',
    'jackson',
    'core',
  ]);
});

it('does not take a plug-in for what it plugs into, nor a word of vendors for one', () => {
  const plugin = javaPackage('gradle-plugin', {
    pomProperties: { groupId: 'org.gradle.plugins.gradle', artifactId: 'gradle-plugin' },
  });
  assert.deepEqual(values(listJavaProducts(plugin)), ['gradle-plugin']);
  assert.deepEqual(values(listJavaVendors(plugin)), [
    'org.gradle.plugins.gradle',
    'gradle',
    'gradle',
  ]);
});

it('takes vendors from the manifest, and groups of known artifacts instead of its own', () => {
  const manifest = { main: [{ key: 'Implementation-Vendor', value: 'The Example Corp.' }] };
  assert.deepEqual(values(listJavaVendors(javaPackage('x', { manifest }))), ['example_corp_']);
  const known = javaPackage('spring-core', {
    manifest: { main: [{ key: 'Package', value: 'com.x' }] },
  });
  assert.deepEqual(values(listJavaVendors(known)), ['org.springframework', 'springframework']);
  assert.deepEqual(values(listJavaProducts(javaPackage('x', {}))), []);
});
