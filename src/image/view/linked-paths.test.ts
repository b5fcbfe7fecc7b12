import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseStars } from '../../foundation/core/name-pattern.ts';
import { LinkedPaths, type WantedPattern } from './linked-paths.ts';

function toPattern(text: string): WantedPattern {
  const isAnchored = text.startsWith('/');
  const names = text.slice(isAnchored ? 1 : 0).split('/');
  return {
    isAnchored,
    names: names.map((name) => {
      const literal = name.includes('*') ? undefined : name;
      return { text: name, literal, pattern: parseStars(name) };
    }),
  };
}

const PATTERNS = ['/var/lib/*/status', 'node_modules/@*/*/package.json', '*-info/METADATA', 'a/b'];

function listStarts(paths: readonly string[]): readonly string[] {
  const linked = new LinkedPaths(PATTERNS.map(toPattern), 0, () => undefined);
  return paths.filter((path) => linked.isStart(path));
}

it('knows the links that may lead to requested files by the first names of a pattern', () => {
  const leading = [
    '/var',
    '/var/lib',
    '/var/lib/dpkg',
    '/node_modules',
    '/srv/node_modules',
    '/srv/node_modules/@scope',
    '/srv/node_modules/@scope/name',
    '/x/six-info',
    '/-info',
    '/a',
    '/deep/down/a',
  ];
  assert.deepEqual(listStarts(leading), leading);
});

it('leaves out the links that no pattern begins with', () => {
  const others = [
    '/',
    '/x/var',
    '/x/var/lib',
    '/var/lib/dpkg/status',
    '/lib/dpkg',
    '/@scope',
    '/@scope/name',
    '/node_modules/scope',
    '/node_modules/@scope/name/package.json',
    '/six-infos',
    '/a/b',
    '/b',
  ];
  assert.deepEqual(listStarts(others), []);
});
