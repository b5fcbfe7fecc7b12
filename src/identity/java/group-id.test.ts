import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseManifest } from '../../syntax/java-manifest/manifest.ts';
import { groupIdOf, knownGroupOf, publishedGroupOf } from './group-id.ts';
import { packageIn } from './group-names.ts';
import { publishedGroups } from './published-groups.data.ts';

const manifest = parseManifest(
  'Bundle-SymbolicName: org.b;singleton:=true\nExtension-Name: com.e\n',
);

it('takes the group from the best evidence there is', () => {
  const properties = { groupId: 'g', artifactId: 'a' };
  const project = { groupId: '', artifactId: 'a', parent: { groupId: 'p', artifactId: 'q' } };
  assert.equal(groupIdOf('a', { properties, project, manifest }), 'g');
  assert.equal(groupIdOf('a', { project, manifest }), 'p');
  assert.equal(groupIdOf('spring-core', { manifest }), 'org.springframework');
  assert.equal(groupIdOf('a', { manifest }), 'com.e');
  assert.equal(groupIdOf('a', { manifest: parseManifest('Package: net.x\n') }), 'net.x');
  assert.equal(groupIdOf('constructor', {}), '');
});

it('takes an artifact with dots for the group that it is', () => {
  assert.equal(groupIdOf('org.x', { properties: { groupId: '', artifactId: 'org.x' } }), 'org.x');
});

it('takes the group of repositories for what is published elsewhere than its manifest says', () => {
  assert.equal(publishedGroupOf('jna', 'com.sun.jna'), 'net.java.dev.jna');
  assert.equal(publishedGroupOf('jna-platform', 'com.sun.jna.platform'), 'net.java.dev.jna');
  assert.equal(publishedGroupOf('jna', 'com.sun.jnaother'), undefined);
  assert.equal(publishedGroupOf('jna', ''), undefined);
  assert.equal(publishedGroupOf('picocli', ''), 'info.picocli');
  assert.equal(publishedGroupOf('picocli', 'org.other'), undefined);
  assert.equal(publishedGroupOf('constructor', ''), undefined);
});

it('knows no artifact that is published elsewhere in two ways', () => {
  const names = publishedGroups.flatMap(({ artifacts }) => artifacts.split(/\s+/).filter(Boolean));
  assert.deepEqual(
    names.filter((name) => knownGroupOf(name) !== undefined),
    [],
  );
});

it('takes no class and no star for a part of a group', () => {
  assert.equal(packageIn('org.example.osgi.Activator'), 'org.example.osgi');
  assert.equal(packageIn('org.example.Outer.Inner'), 'org.example');
  assert.equal(packageIn('org.example.*'), 'org.example');
  assert.equal(packageIn('org.example'), 'org.example');
  assert.equal(packageIn('com.X'), 'com.X');
  assert.equal(packageIn(''), '');
});
