import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { present } from '../../src/foundation/core/assert.ts';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import type { Scheme } from '../../src/foundation/core/scheme.ts';
import { findSchemeByName } from '../../src/foundation/version/scheme-by-name.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';
import differences from './version-differences.json' with { type: 'json' };

/** The scheme that each recorded family of files is compared with. */
const SCHEME_BY_FAMILY: Readonly<Record<string, string>> = {
  alpine: 'apk',
  cran: 'cran',
  debian: 'deb',
  hackage: 'hackage',
  maven: 'maven',
  nuget: 'nuget',
  packagist: 'composer',
  pub: 'pub',
  pypi: 'pep440',
  redhat: 'rpm',
  rubygems: 'gem',
  semver: 'npm',
};
const LINE = /^(?<left>.*) (?<order>[<=>]) (?<right>.*)$/;

const material = findSharedMaterial();
const skip = material === undefined ? SKIP_REASON : false;

/** Returns the recorded comparisons of one file, without its comments. */
function readLines(folder: string, file: string): readonly string[] {
  return readFileSync(join(folder, 'versions', file), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#') && !line.startsWith('//'));
}

/** Returns our result for the line, in the form of the recorded sign. */
function compareVersions(scheme: Scheme<unknown>, left: string, right: string): string {
  const parsedLeft = scheme.parse(left);
  const parsedRight = scheme.parse(right);
  if (parsedLeft === undefined || parsedRight === undefined) {
    return 'refused';
  }
  return present(['<', '=', '>'][scheme.compare(parsedLeft, parsedRight) + 1], 'an order');
}

describe('recorded comparisons of native tools', { skip }, () => {
  const folder = material ?? '';
  const files = skip === false ? readdirSync(join(folder, 'versions')) : [];

  test('exist for every family', () => {
    const expected = Object.keys(SCHEME_BY_FAMILY).map((family) => `${family}-versions.txt`);
    assert.deepEqual(
      expected.filter((file) => !files.includes(file)),
      [],
    );
  });

  for (const [family, id] of Object.entries(SCHEME_BY_FAMILY)) {
    const own = [`${family}-versions.txt`, `${family}-versions-generated.txt`];
    for (const file of own.filter((each) => files.includes(each))) {
      test(`${id} agrees with every line of ${file} except those listed with a reason`, () => {
        const scheme = present(findSchemeByName(id), `the scheme ${id}`);
        const lines = readLines(folder, file);
        assert.ok(lines.length > 10, 'the file has lines');
        const disagreeing = new Set<string>();
        for (const line of lines) {
          const groups = present(LINE.exec(line)?.groups, `a comparison in "${line}"`);
          if (
            compareVersions(scheme, groups['left'] ?? '', groups['right'] ?? '') !== groups['order']
          ) {
            disagreeing.add(line);
          }
        }
        const listed = differences
          .filter((difference) => difference.file === file)
          .flatMap((difference) => difference.lines);
        assert.deepEqual([...disagreeing].toSorted(compareText), listed.toSorted(compareText));
      });
    }
  }
});
