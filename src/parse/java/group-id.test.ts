import assert from 'node:assert/strict';
import { it } from 'node:test';
import { groupIdOf } from './group-id.ts';
import { parseManifest } from './manifest.ts';

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
