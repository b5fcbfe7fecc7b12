import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { erlangRebarLock } from './erlang-rebar-lock.ts';

const read = (text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(erlangRebarLock, { '/app/rebar.lock': text });

const ENTRIES = `[{<<"certifi">>,{pkg,<<"certifi">>,<<"2.9.0">>},0},
 {<<"own">>,{git,"https://example.org/own.git",{ref,"0a1b"}},0},
 {<<"alias">>,{pkg,<<"real_name">>,<<"1.0.0">>},1},
 broken]`;

suite('rebar.lock', () => {
  test('lists registry packages and commits with their hashes', () => {
    const { packages, problems } = read(
      `{"1.2.0",\n${ENTRIES}}.\n[{pkg_hash,[{<<"certifi">>, <<"6F2A">>}]},{pkg_hash_ext,[{<<"certifi">>, <<"266D">>}]}].`,
    );
    assert.deepEqual(
      packages.map(({ name, version, purl }) => [name, version, purl]),
      [
        ['certifi', '2.9.0', 'pkg:hex/certifi@2.9.0'],
        ['own', '0a1b', ''],
        ['alias', '1.0.0', 'pkg:hex/real_name@1.0.0'],
      ],
    );
    assert.deepEqual(packages[0]?.metadata?.value, {
      name: 'certifi',
      version: '2.9.0',
      pkgHash: '6F2A',
      pkgHashExt: '266D',
    });
    assert.deepEqual(problems, ['P_RECORD /app/rebar.lock:']);
  });

  test('of version 1 only contains the list', () => {
    assert.equal(read(`${ENTRIES}.`).packages.length, 3);
  });

  test('that is truncated, too deep or of another type is malformed', () => {
    for (const text of ['', '{"1.2.0",[', 'text']) {
      assert.deepEqual(read(text).problems, ['P_MALFORMED /app/rebar.lock:']);
    }
    assert.deepEqual(read('['.repeat(99_999)).problems, [
      'P_MALFORMED /app/rebar.lock:',
      'P_LIMIT /app/rebar.lock:',
    ]);
  });
});
