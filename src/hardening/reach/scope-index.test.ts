import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Opacity, OpacityScope } from '../../foundation/core/reach.ts';
import { isInScope } from '../../foundation/core/reach-class.ts';
import { ScopeIndex } from './scope-index.ts';

const PATHS = ['/', '/a', '/ab', '/a/b', '/a/b/c', '/a/bc', '/b/a', '/c.so'];
const SCOPES: readonly OpacityScope[] = [
  { kind: 'folder', path: '/a' },
  { kind: 'folder', path: '/a/b' },
  { kind: 'folder', path: '/' },
  { kind: 'commands', folders: ['/a', '/b'] },
  { kind: 'commands' },
  { kind: 'package', packageKey: 'one' },
  { kind: 'package' },
  { kind: 'all' },
];

function findOwner(path: string): string | undefined {
  return path.includes('c') ? 'one' : undefined;
}

suite('many scopes at once', () => {
  test('contain a path exactly if one of them contains it', () => {
    for (let chosen = 0; chosen < 2 ** SCOPES.length; chosen += 1) {
      const opacities = SCOPES.filter((_, at) => (chosen & (1 << at)) !== 0).map(
        (scope): Opacity => ({ path: '/x', rule: 'x', what: 'x', scope }),
      );
      const index = new ScopeIndex(opacities, findOwner);
      for (const path of PATHS) {
        const expected = opacities.some((one) => isInScope(one, path, findOwner(path)));
        assert.equal(index.has(path), expected, `${path} in ${JSON.stringify(opacities)}`);
      }
    }
  });
});
