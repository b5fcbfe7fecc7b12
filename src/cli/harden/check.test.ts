import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertGolden } from '../../../test/support/golden.ts';
import type { BaseCheck, CheckItem } from '../../hardening/harden/check/base-check.ts';
import { printBaseCheck } from './check.ts';

const NGINX = '/usr/sbin/nginx';

function createItem(
  more: Pick<CheckItem, 'kind' | 'name' | 'state'> & Partial<CheckItem>,
): CheckItem {
  return { neededBy: NGINX, witness: more.name, detail: '', ...more };
}

const CERTIFICATES = ['a', 'b', 'c'].map((name) =>
  createItem({ kind: 'file', name: `/etc/ssl/certs/${name}.pem`, state: 'copied' }),
);

const CHECK: BaseCheck = {
  result: 'yes-with',
  base: 'gcr.io/distroless/base-debian12',
  doubts: [],
  items: [
    ...CERTIFICATES,
    createItem({ kind: 'library', name: 'libpcre2-8.so.0', state: 'copied' }),
    createItem({
      kind: 'user',
      name: 'www-data',
      state: 'copied',
      neededBy: '(config)',
      detail: 'the base image does not have it; numeric 33 works',
    }),
    createItem({
      kind: 'version',
      name: 'GLIBC_2.34',
      state: 'present',
      detail: 'glibc 2.36 is present',
    }),
  ],
  own: [{ sources: [NGINX], target: '/usr/sbin/', bytes: 1 }],
  added: [
    { sources: ['/etc/ssl/certs'], target: '/etc/ssl/certs', bytes: 3 },
    { sources: ['/usr/lib/libpcre2-8.so.0', '/usr/lib/a b.so'], target: '/usr/lib/', bytes: 9 },
  ],
  packages: ['libpcre2-8-0'],
  copiedFrom: [{ key: 'pcre', name: 'libpcre2-8-0', version: '10.42-1' }],
  user: '33',
  bets: 1,
};

function print(check: BaseCheck): string {
  let text = '';
  const terminal = { isResultColoured: false, resultColumns: 80 };
  printBaseCheck(check, 'shop', { terminal, print: (piece) => (text += piece) });
  return text;
}

test('the page of a check equals the recorded one, and its table fits 80 columns', () => {
  const missing = createItem({
    kind: 'loader',
    name: '/lib64/ld-linux-x86-64.so.2',
    state: 'missing',
    detail: 'the program is linked with glibc, which the base image lacks',
  });
  const pages = [
    print(CHECK),
    print({ ...CHECK, result: 'no', items: [missing] }),
    print({ ...CHECK, result: 'unknown', doubts: ['the entry point is a shell'], items: [] }),
  ];
  const text = pages.join('\n---\n\n');
  assertGolden(new URL('golden/check.txt', import.meta.url), text);
  const lines = text.split('\n').filter((line) => !line.includes('COPY'));
  assert.deepEqual(
    lines.filter((line) => line.length > 80),
    [],
  );
});
