import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isPathGlobMatch, parsePathGlob } from './path-glob.ts';

function fits(pattern: string, path: string): boolean {
  return isPathGlobMatch(parsePathGlob(pattern), path);
}

function assertFits(pattern: string, paths: readonly string[], others: readonly string[]): void {
  assert.deepEqual(
    [...paths, ...others].filter((path) => fits(pattern, path)),
    paths,
    pattern,
  );
}

it('fits a plain path, and nothing below it', () => {
  assertFits(
    './usr/share',
    ['/usr/share'],
    ['/usr', '/usr/share/doc', '/usr/sharex', '/a/usr/share'],
  );
});

it('lets one star stand for any run of characters in one name', () => {
  assertFits('*/cache', ['/var/cache'], ['/cache', '/a/var/cache']);
  assertFits('./a*c*.txt', ['/abc.txt', '/ac.txt', '/axcxc.txt'], ['/ab.txt', '/a/c.txt']);
});

it('lets a double star stand for any number of names, also none', () => {
  assertFits('**/node_modules/**', ['/node_modules', '/a/node_modules/x/y'], ['/a/node_module']);
  assertFits('./a/**/b', ['/a/b', '/a/x/b', '/a/x/y/b'], ['/b', '/a/bb']);
});

it('knows single characters, sets and alternatives', () => {
  assertFits('./?[b-d][^x]', ['/abz', '/zdy'], ['/aez', '/abx', '/ab']);
  assertFits('**/*.{log,tmp}', ['/a.log', '/x/b.tmp'], ['/a.lo']);
  assertFits('./{a,b/{c,d}}/e', ['/a/e', '/b/c/e', '/b/d/e'], ['/b/e']);
  assertFits('./\\*', ['/*'], ['/a']);
});

it('names what is wrong with a pattern', () => {
  for (const pattern of ['./[ab', './{a,b', `./${'{a,b}'.repeat(9)}`]) {
    assert.throws(() => parsePathGlob(pattern), { code: 'E_USAGE' }, pattern);
  }
});

it('takes no longer than the product of both lengths', () => {
  assert.equal(fits(`**/${'*a'.repeat(60)}b`, `/${'a'.repeat(4000)}`), false);
  assert.equal(fits(`${'**/a/'.repeat(60)}b`, '/a'.repeat(2000)), false);
});
