import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { gradleVerification } from './gradle-verification.ts';

const PATH = '/app/gradle/verification-metadata.xml';
const read = (text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(gradleVerification, { [PATH]: text });

test('components verified by Gradle are modules', () => {
  const { packages, problems } =
    read(`<verification-metadata xmlns="https://schema.gradle.org/dependency-verification">
    <components>
      <component group="org.apache.pdfbox" name="pdfbox" version="2.0.17">
        <artifact name="pdfbox-2.0.17.jar"><sha512 value="7e11"/></artifact>
      </component>
      <component group="org.example" name="unversioned"/>
    </components></verification-metadata>`);
  assert.deepEqual(
    packages.map(({ purl }) => purl),
    ['pkg:maven/org.apache.pdfbox/pdfbox@2.0.17'],
  );
  assert.deepEqual(problems, [`P_RECORD ${PATH}:`]);
});

test('reports truncated metadata and metadata of another type as malformed', () => {
  for (const text of ['', '<verification-metadata>', '<project/>']) {
    assert.deepEqual(read(text).problems, [`P_MALFORMED ${PATH}:`]);
  }
});
