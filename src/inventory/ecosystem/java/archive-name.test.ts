import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isArchiveName, parseArchiveName } from './archive-name.ts';

const CASES: readonly (readonly [path: string, name: string, version: string])[] = [
  ['/lib/commons-text-1.9.jar', 'commons-text', '1.9'],
  ['my-http2-server-5.jar', 'my-http2-server', '5'],
  ['prefix.thing-4.war', 'prefix.thing', '4'],
  ['jetpack-build235-rc5.jar', 'jetpack', 'build235-rc5'],
  ['ironman-r4-2009.jar', 'ironman-r4', '2009'],
  ['thing-rc2.jar', 'thing', 'rc2'],
  ['guava-31.1-jre.jar', 'guava', '31.1-jre'],
  ['scala-library_2.13.jar', 'scala-library', '2.13'],
  ['org.eclipse.osgi_3.16.jar', 'org.eclipse.osgi', '3.16'],
  ['ant.1.10.jar', 'ant', '1.10'],
  ['plain.jar', 'plain', ''],
  ['trailing-.jar', '', ''],
  ['1-odd.jar', '', ''],
  ['.jar', '', ''],
  [`${'a-'.repeat(2_000)}1.jar`, 'a-'.repeat(2_000).slice(0, -1), '1'],
];

it('splits file names into name and version', () => {
  for (const [path, name, version] of CASES) {
    const { stem: _stem, extension: _extension, ...parsed } = parseArchiveName(path);
    assert.deepEqual(parsed, { name, version }, path);
  }
  assert.equal(parseArchiveName('/x/1-odd.JAR').stem, '1-odd');
  assert.equal(parseArchiveName('/x/1-odd.JAR').extension, 'jar');
});

it('recognizes archives by their names', () => {
  assert.deepEqual(
    ['a.jar', 'b/c.WAR', 'x.hpi', 'jar', 'a.jar/b', 'a.zip', 'a.jar.bak'].filter(isArchiveName),
    ['a.jar', 'b/c.WAR', 'x.hpi'],
  );
});
