import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseManifest } from '../../syntax/java-manifest/manifest.ts';
import { findGroupId, findKnownGroup, findPublishedGroup } from './group-id.ts';
import { getJavaPackage } from './group-names.ts';
import { listProvenGroups, listUnprovenGroups } from './known-groups.data.ts';

const manifest = parseManifest(
  'Bundle-SymbolicName: org.b;singleton:=true\nExtension-Name: com.e\n',
);

it('uses the best evidence for the group', () => {
  const properties = { groupId: 'g', artifactId: 'a' };
  const project = { groupId: '', artifactId: 'a', parent: { groupId: 'p', artifactId: 'q' } };
  assert.equal(findGroupId('a', { properties, project, manifest }), 'g');
  assert.equal(findGroupId('a', { project, manifest }), 'p');
  assert.equal(findGroupId('spring-core', { manifest }), 'org.springframework');
  assert.equal(findGroupId('a', { manifest }), 'com.e');
  assert.equal(findGroupId('a', { manifest: parseManifest('Package: net.x\n') }), 'net.x');
  assert.equal(findGroupId('constructor', {}), '');
});

it('uses an artifact with dots as the group', () => {
  assert.equal(findGroupId('org.x', { properties: { groupId: '', artifactId: 'org.x' } }), 'org.x');
});

it('uses the published group of archives whose manifest names another', () => {
  assert.equal(findPublishedGroup('jna', 'com.sun.jna'), 'net.java.dev.jna');
  assert.equal(findPublishedGroup('jna-platform', 'com.sun.jna.platform'), 'net.java.dev.jna');
  assert.equal(findPublishedGroup('jna', 'com.sun.jnaother'), undefined);
  assert.equal(findPublishedGroup('jna', ''), undefined);
  assert.equal(findPublishedGroup('picocli', ''), 'info.picocli');
  assert.equal(findPublishedGroup('picocli', 'org.other'), undefined);
  assert.equal(findPublishedGroup('constructor', ''), undefined);
  const caffeine = parseManifest('Bundle-SymbolicName: com.github.ben-manes.caffeine\n');
  assert.equal(findGroupId('caffeine', { manifest: caffeine }), 'com.github.ben-manes.caffeine');
});

it('finds the family by the longest beginning that ends at a separator', () => {
  assert.equal(findKnownGroup('spring-boot'), 'org.springframework.boot');
  assert.equal(findKnownGroup('spring-boot-new-module'), 'org.springframework.boot');
  assert.equal(findKnownGroup('spring-bootstrap'), undefined);
  assert.equal(findKnownGroup('spring-boot-admin-server'), 'de.codecentric');
  assert.equal(
    findKnownGroup('spring-security-kerberos-web'),
    'org.springframework.security.kerberos',
  );
  assert.equal(findKnownGroup('spring-security-oauth2'), 'org.springframework.security.oauth');
  assert.equal(findKnownGroup('spring-security-oauth2-jose'), 'org.springframework.security');
  assert.equal(findKnownGroup('org.eclipse.core.runtime'), 'org.eclipse.platform');
  assert.equal(findKnownGroup('kafka-streams-scala_2.13'), 'org.apache.kafka');
  assert.equal(findKnownGroup('spring-boot'.padEnd(100_000, '-a')), 'org.springframework.boot');
  assert.equal(findKnownGroup(''), undefined);
});

it('prefers a manifest to a family, but not to a known name', () => {
  const parse = (text: string) => parseManifest(text);
  const own = parse('Bundle-SymbolicName: org.springframework.integration.core\n');
  assert.equal(findKnownGroup('spring-integration-core', own), 'org.springframework.integration');
  const other = parse('Bundle-SymbolicName: com.example.tool\n');
  assert.equal(findGroupId('spring-boot-tool', { manifest: other }), 'com.example.tool');
  assert.equal(findKnownGroup('spring-core', other), 'org.springframework');
  const application = parse('Start-Class: demo.Main\nMain-Class: org.springframework.boot.Main\n');
  assert.equal(findKnownGroup('spring-boot-demo', application), undefined);
  const oneWord = parse('Extension-Name: org.apache.commons.jelly\n');
  assert.equal(findKnownGroup('commons-jelly-tags-ant', oneWord), 'commons-jelly');
});

it('distinguishes versions of archives that moved to another group', () => {
  const getManifest = (name: string) => parseManifest(`Automatic-Module-Name: ${name}\n`);
  assert.equal(findGroupId('groovy', {}), 'org.codehaus.groovy');
  assert.equal(findGroupId('elasticsearch-plugin-api', {}), 'org.elasticsearch.plugin');
  for (const [name, group] of [
    ['org.codehaus.groovy', 'org.codehaus.groovy'],
    ['org.apache.groovy', 'org.apache.groovy'],
    ['org.apache.groovy.json', 'org.apache.groovy'],
  ] as const) {
    assert.equal(findGroupId('groovy-json', { manifest: getManifest(name) }), group, name);
  }
});

it('lists each name once, and no name whose family has the same group', () => {
  const rows = [...listProvenGroups(), ...listUnprovenGroups()];
  const split = (names = ''): string[] => names.split(/\s+/).filter(Boolean);
  const all = rows.flatMap((row) => [...split(row.artifacts), ...split(row.families)]);
  assert.equal(new Set(all).size, all.length);
  const families = new Map(rows.flatMap((row) => split(row.families).map((f) => [f, row.group])));
  for (const [name, group] of [
    ...rows.flatMap((row) =>
      split(row.artifacts).map((artifact) => [artifact, row.group] as const),
    ),
    ...families,
  ]) {
    const outer = [...families.keys()]
      .filter((family) => name !== family && /^[-._]/.test(name.slice(family.length)))
      .filter((family) => name.startsWith(family))
      .sort((left, right) => right.length - left.length)[0];
    assert.ok(outer === undefined || families.get(outer) !== group, `${name} is in ${outer}`);
  }
});

it('removes classes and asterisks from a group', () => {
  assert.equal(getJavaPackage('org.example.osgi.Activator'), 'org.example.osgi');
  assert.equal(getJavaPackage('org.example.Outer.Inner'), 'org.example');
  assert.equal(getJavaPackage('org.example.*'), 'org.example');
  assert.equal(getJavaPackage('org.example'), 'org.example');
  assert.equal(getJavaPackage('com.X'), 'com.X');
  assert.equal(getJavaPackage(''), '');
});
