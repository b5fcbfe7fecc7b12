import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { gradleVersionCatalog } from './gradle-version-catalog.ts';

const PATH = '/app/gradle/libs.versions.toml';
const read = (text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(gradleVersionCatalog, { [PATH]: text });

const CATALOG = `[versions]
groovy = "3.0.5"
jackson = { strictly = "2.15.0", prefer = "2.14.0" }

[libraries]
guava = "com.google.guava:guava:30.1.1-jre"
groovy-core = { module = "org.codehaus.groovy:groovy", version.ref = "groovy" }
jackson = { group = "com.fasterxml", name = "jackson", version.ref = "jackson" }
lang = { module = "org.apache.commons:commons-lang3", version = { require = "3.12.0" } }
range = { module = "a:range", version = "[1.0, 2.0[" }
newest = "a:newest:1.+"
open = { module = "a:open" }

[plugins]
versions = { id = "com.github.ben-manes.versions", version = "0.45.0" }
`;

test('libraries of a catalog are modules if they have one version', () => {
  const { packages, problems } = read(CATALOG);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages.map(({ purl }) => purl),
    [
      'pkg:maven/com.google.guava/guava@30.1.1-jre',
      'pkg:maven/org.codehaus.groovy/groovy@3.0.5',
      'pkg:maven/com.fasterxml/jackson@2.15.0',
      'pkg:maven/org.apache.commons/commons-lang3@3.12.0',
    ],
  );
});

test('reports a catalog that is not TOML as malformed', () => {
  for (const text of ['[libraries']) {
    assert.deepEqual(read(text).problems, [`P_MALFORMED ${PATH}:`]);
  }
  assert.deepEqual(read(`a = ${'['.repeat(99_999)}`).problems, [
    `P_MALFORMED ${PATH}:`,
    `P_LIMIT ${PATH}:`,
  ]);
});
