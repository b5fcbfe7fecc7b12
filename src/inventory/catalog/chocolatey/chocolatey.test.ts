import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { chocolatey } from './chocolatey.ts';

const LIBRARY = '/ProgramData/chocolatey/lib';

const describe = (metadata: string): string =>
  `\uFEFF<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2015/06/nuspec.xsd"><metadata>${metadata}</metadata></package>`;

suite('Chocolatey', () => {
  test('reads license and dependencies from the description of each package', () => {
    const { packages, edges, problems } = catalogFiles(chocolatey, {
      [`${LIBRARY}/Git/Git.nuspec`]: describe(`<id>Git</id><version>2.43.0</version>
        <licenseUrl>https://opensource.org/licenses/MIT</licenseUrl>
        <dependencies><group><dependency id="GIT.install" version="[2.43.0]"/></group>
        <dependency id="gone"/><dependency/></dependencies>`),
      [`${LIBRARY}/git.install/git.install.nuspec`]: describe(
        '<id>git.install</id><version>2.43.0</version><license type="expression">GPL-2.0-only</license>',
      ),
      [`${LIBRARY}/git.install/tools/install.ps1`]: 'script',
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ purl, licenses }) => [purl, licenses.map(({ expression }) => expression)]),
      [
        ['pkg:chocolatey/Git@2.43.0', ['MIT']],
        ['pkg:chocolatey/git.install@2.43.0', ['GPL-2.0-only']],
      ],
    );
    assert.deepEqual(edges, ['git.install 2.43.0 > Git 2.43.0']);
    assert.deepEqual(
      packages[1]?.ownedFiles.map(({ path }) => path),
      [`${LIBRARY}/git.install/git.install.nuspec`, `${LIBRARY}/git.install/tools/install.ps1`],
    );
  });

  const cases = [
    ['empty', '', ['P_MALFORMED']],
    ['cut off', describe('<id>a</id>').slice(0, -3), ['P_MALFORMED']],
    ['of another kind', '<project><metadata/></project>', ['P_MALFORMED']],
    ['without a version', describe('<id>a</id>'), ['P_RECORD']],
    ['nested deep', describe('<a>'.repeat(10_000)), ['P_MALFORMED', 'P_LIMIT']],
  ] as const;
  for (const [title, content, expected] of cases) {
    test(`creates no package from a description that is ${title}`, () => {
      const { packages, problems } = catalogFiles(chocolatey, {
        [`${LIBRARY}/a/a.nuspec`]: content,
      });
      assert.deepEqual(packages, []);
      assert.deepEqual(
        problems.map((problem) => problem.split(' ', 1)[0]),
        expected,
      );
    });
  }
});
