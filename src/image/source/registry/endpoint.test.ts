import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../../foundation/core/error.ts';
import { parseReference } from '../../../foundation/identity/image-reference.ts';
import { listEndpoints } from './endpoint.ts';

const alpine = parseReference('alpine:3');
assert(alpine !== undefined);

test('tries mirrors of the registry in order, then the registry itself', () => {
  const mirrors = [
    'docker.io=one.example:5000',
    'ghcr.io=two.example',
    'docker.io=three.example/hub',
  ];
  assert.deepEqual(
    listEndpoints(alpine, mirrors).map(({ host, repository }) => `${host} ${repository}`),
    [
      'one.example:5000 library/alpine',
      'three.example hub/library/alpine',
      'registry-1.docker.io library/alpine',
    ],
  );
});

for (const mirror of [
  'docker.io',
  'docker.io=',
  '=x',
  'docker.io=https://user:canary@x',
  'a=user:canary@x',
  'a=b=canary',
  'a=b/canary//c',
]) {
  test(`the mirror ${mirror} is rejected without being quoted`, () => {
    assert.throws(
      () => listEndpoints(alpine, [mirror]),
      (error) =>
        error instanceof UserError &&
        error.code === 'E_CONFIG' &&
        !`${error.message}${error.hint}`.includes('canary'),
    );
  });
}
