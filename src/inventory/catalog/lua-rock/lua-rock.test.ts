import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { luaRock } from './lua-rock.ts';

const read = (text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(luaRock, { '/x.rockspec': text });

suite('a rockspec', () => {
  test('states a package with license and dependencies', () => {
    const { packages, problems } = read(`package = 'LPeg'
version = '1.0.2-1'
source = { url = 'http://example.org/lpeg.tar.gz' }
description = { summary = 'Grammars', homepage = 'http://example.org', license = 'Apache 2.0' }
dependencies = { 'lua >= 5.1', "inspect", }
build = { type = 'builtin', modules = { ["a.b"] = 'a.c' } }`);
    assert.deepEqual(problems, []);
    const [lpeg] = packages;
    assert.equal(lpeg?.purl, 'pkg:luarocks/LPeg@1.0.2-1');
    assert.equal(lpeg?.licenses[0]?.expression, 'Apache-2.0');
    assert.deepEqual(lpeg?.metadata?.value, {
      name: 'LPeg',
      version: '1.0.2-1',
      license: 'Apache-2.0',
      homepage: 'http://example.org',
      description: 'Grammars',
      url: 'http://example.org/lpeg.tar.gz',
      dependencies: { inspect: '', lua: '>= 5.1' },
    });
  });

  test('without a name or a version, truncated or too deep is a problem', () => {
    for (const text of ['', 'package = "a"', 'package = {}\nversion = "1"']) {
      assert.deepEqual(read(text).problems, ['P_RECORD /x.rockspec:']);
    }
    for (const text of ['package = {', `a = ${'{'.repeat(99_999)}`]) {
      assert.deepEqual(read(text).problems, ['P_MALFORMED /x.rockspec:']);
    }
  });
});
