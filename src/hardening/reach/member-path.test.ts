import assert from 'node:assert/strict';
import { it } from 'node:test';
import { splitMemberPath, toMemberPath } from './member-path.ts';

it('splits paths into archives, regardless of other content', () => {
  for (const members of [[], ['META-INF/MANIFEST.MF'], ['lib/x.jar', 'a/B.class'], ['a:b', 'c']]) {
    const file = '/app/a.war';
    const path = members.reduce(toMemberPath, file);
    const whole = members.includes('a:b') ? [members.join(':')] : members;
    assert.deepEqual(splitMemberPath(path), { file, members: whole });
  }
  assert.deepEqual(splitMemberPath('/a:b/c.jar'), { file: '/a:b/c.jar', members: [] });
});
