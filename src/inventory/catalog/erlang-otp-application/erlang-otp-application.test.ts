import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { erlangOtpApplication } from './erlang-otp-application.ts';

const read = (text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(erlangOtpApplication, { '/lib/rabbit.app': text });

suite('the resource file of an Erlang application', () => {
  test('states its name and version', () => {
    const { packages } = read(
      `%% written by a tool\n{application, 'rabbit', [{description, "A {b"}, {vsn, "3.12.10"}]}.`,
    );
    assert.deepEqual(
      packages.map(({ purl, type }) => [purl, type]),
      [['pkg:otp/rabbit@3.12.10', 'erlang-otp']],
    );
  });

  test('that is truncated, too deep or without a version is a problem', () => {
    for (const text of ['{application, a, [', '{application, a, []}.']) {
      assert.deepEqual(read(text).problems, ['P_RECORD /lib/rabbit.app:']);
    }
    assert.deepEqual(read(`{application${'['.repeat(9_999)}`).problems, [
      'P_RECORD /lib/rabbit.app:',
      'P_LIMIT /lib/rabbit.app:',
    ]);
  });

  test('of another type is skipped', () => {
    for (const text of ['', 'plist', '% '.repeat(99_999), '%\n'.repeat(99_999)]) {
      assert.deepEqual(read(text), { packages: [], edges: [], problems: [] });
    }
  });
});
