import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { homebrew } from './homebrew.ts';

const read = (text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(homebrew, { '/opt/homebrew/Cellar/jq/1.7.1/.brew/jq.rb': text });

suite('a formula of the cellar', () => {
  test('has the name and version of its directories, and states the rest', () => {
    const { packages, problems } = read(
      'class Jq < Formula\n  desc "JSON \\"processor\\""\n  homepage "https://example.org"\n  license any_of: ["MIT", "Apache-2.0"]\n',
    );
    assert.deepEqual(problems, []);
    const [jq] = packages;
    assert.equal(jq?.purl, 'pkg:brew/jq@1.7.1');
    assert.equal(jq?.licenses[0]?.expression, 'MIT OR Apache-2.0');
    assert.deepEqual(jq?.metadata?.value, {
      homepage: 'https://example.org',
      description: 'JSON "processor"',
    });
  });

  test('is identified by its directories if it is empty, truncated or hostile', () => {
    for (const text of ['', '  desc "cut', `  license ${'['.repeat(99_999)}`]) {
      assert.equal(read(text).packages[0]?.version, '1.7.1');
    }
  });
});
