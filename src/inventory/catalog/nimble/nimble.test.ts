import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { nimble } from './nimble.ts';

suite('Nimble', () => {
  const cases = [
    [`/root/.nimble/pkgs2/jester-0.6.0-${'a1'.repeat(20)}/jester.nimble`, 'pkg:nim/jester@0.6.0'],
    ['/root/.nimble/pkgs/httpbeast-0.4.1/httpbeast.nimble', 'pkg:nim/httpbeast@0.4.1'],
    ['/root/.nimble/pkgs/tool-#head/tool.nimble', undefined],
    ['/root/.nimble/pkgs2/tool-1.0-abc/tool.nimble', undefined],
    ['/src/tool/tool.nimble', undefined],
    [`/pkgs/${'a-1.'.repeat(50)}/a.nimble`, undefined],
  ] as const;
  for (const [path, expected] of cases) {
    test(`${expected === undefined ? 'installed nothing' : 'installed a package'} at ${path}`, () => {
      const { packages, problems } = catalogFiles(nimble, { [path]: 'version = "9"\n' });
      assert.deepEqual(
        packages.map(({ purl }) => purl),
        expected === undefined ? [] : [expected],
      );
      assert.deepEqual(problems, []);
    });
  }
});
