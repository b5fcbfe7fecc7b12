import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parsePomProperties } from './pom-properties.ts';

it('reads the entries of Maven and all others', () => {
  const text = '# made by Maven\r\nversion=1.0\ngroupId: g\nartifactId = a\nz=1\nm2e.b = x=y\nno\n';
  assert.deepEqual(parsePomProperties(text, 'META-INF/maven/g/a/pom.properties'), {
    path: 'META-INF/maven/g/a/pom.properties',
    name: '',
    groupId: 'g',
    artifactId: 'a',
    version: '1.0',
    extraFields: { 'm2e.b': 'x=y', z: '1' },
  });
  assert.equal(parsePomProperties('\0', 'p').artifactId, '');
});
