import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseChallenges } from './challenge.ts';

function parseHeader(header: string): (readonly [string, Readonly<Record<string, string>>])[] {
  return parseChallenges(header).map(({ scheme, parameters }) => [
    scheme,
    Object.fromEntries(parameters),
  ]);
}

describe('challenges', () => {
  const cases: readonly (readonly [string, string, ReturnType<typeof parseHeader>])[] = [
    [
      'of Docker Hub',
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull,push"',
      [
        [
          'bearer',
          {
            realm: 'https://auth.docker.io/token',
            service: 'registry.docker.io',
            scope: 'repository:library/alpine:pull,push',
          },
        ],
      ],
    ],
    ['without parameters', 'Basic', [['basic', {}]]],
    [
      'several in one header',
      'Negotiate, Bearer realm="a", Basic realm="b, c=\\"d\\"", charset=UTF-8',
      [
        ['negotiate', {}],
        ['bearer', { realm: 'a' }],
        ['basic', { realm: 'b, c="d"', charset: 'UTF-8' }],
      ],
    ],
    ['with space around the sign', 'Basic realm = "x"', [['basic', { realm: 'x' }]]],
    ['in other letter case', 'BASIC REALM="x"', [['basic', { realm: 'x' }]]],
    ['with a parameter twice, of which the first counts', 'A x=1, x=2', [['a', { x: '1' }]]],
    ['with odd separators', ',, Basic ,,realm="x",,', [['basic', { realm: 'x' }]]],
    ['cut off in a quotation', 'Bearer realm="https://a', [['bearer', {}]]],
    [
      'with names of an object',
      'Basic __proto__="x"',
      [['basic', Object.fromEntries([['__proto__', 'x']])]],
    ],
    ['of nothing', '', []],
    ['that are none', '"x" = y', []],
  ];
  for (const [title, header, expected] of cases) {
    test(`${title} are parsed`, () => assert.deepEqual(parseHeader(header), expected));
  }

  test('of hostile length are read up to the limit', () => {
    for (const header of [
      `Bearer realm="${'\\'.repeat(100_000)}`,
      `Bearer realm="${'\\"'.repeat(100_000)}`,
      'a '.repeat(100_000),
      `a${' '.repeat(100_000)}=`,
      'a='.repeat(100_000),
      `Basic ${'a="'.repeat(100_000)}`,
    ]) {
      assert.deepEqual(parseChallenges(header), parseChallenges(header.slice(0, 8_192)));
    }
  });
});
