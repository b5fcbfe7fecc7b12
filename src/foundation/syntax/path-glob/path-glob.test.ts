import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isPathGlobMatch, parsePathGlob } from './path-glob.ts';

function isMatch(pattern: string, path: string): boolean {
  return isPathGlobMatch(parsePathGlob(pattern), path);
}

function assertFits(pattern: string, paths: readonly string[], others: readonly string[]): void {
  assert.deepEqual(
    [...paths, ...others].filter((path) => isMatch(pattern, path)),
    paths,
    pattern,
  );
}

it('matches a plain path, and nothing below it', () => {
  assertFits(
    './usr/share',
    ['/usr/share'],
    ['/usr', '/usr/share/doc', '/usr/sharex', '/a/usr/share'],
  );
});

it('matches any run of characters in one name with a star', () => {
  assertFits('*/cache', ['/var/cache'], ['/cache', '/a/var/cache']);
  assertFits('./a*c*.txt', ['/abc.txt', '/ac.txt', '/axcxc.txt'], ['/ab.txt', '/a/c.txt']);
});

it('matches any number of names, including none, with a double star', () => {
  assertFits('**/node_modules/**', ['/node_modules', '/a/node_modules/x/y'], ['/a/node_module']);
  assertFits('./a/**/b', ['/a/b', '/a/x/b', '/a/x/y/b'], ['/b', '/a/bb']);
});

it('supports single characters, sets and alternatives', () => {
  assertFits('./?[b-d][^x]', ['/abz', '/zdy'], ['/aez', '/abx', '/ab']);
  assertFits('**/*.{log,tmp}', ['/a.log', '/x/b.tmp'], ['/a.lo']);
  assertFits('./{a,b/{c,d}}/e', ['/a/e', '/b/c/e', '/b/d/e'], ['/b/e']);
  assertFits('./\\*', ['/*'], ['/a']);
});

it('reports the error in a malformed pattern', () => {
  for (const pattern of ['./[ab', './{a,b', `./${'{a,b}'.repeat(9)}`]) {
    assert.throws(() => parsePathGlob(pattern), { code: 'E_USAGE' }, pattern);
  }
});

it('takes time proportional to the product of both lengths at most', () => {
  assert.equal(isMatch(`**/${'*a'.repeat(60)}b`, `/${'a'.repeat(4000)}`), false);
  assert.equal(isMatch(`${'**/a/'.repeat(60)}b`, '/a'.repeat(2000)), false);
});
