import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { getLuaText, parseLuaAssignments } from './lua-literals.ts';

suite('the assignments of a Lua program', () => {
  test('are literals, names assigned before, and joined strings', () => {
    const values = parseLuaAssignments(
      `local v = "1.0" -- { comment
       --[==[ { long ]] comment ]==]
       version = v .. '-1'
       other = v .. os.time()
       source = { url = "x-" .. v, ["a.b"] = [[
long]], 'one'; "two", { 3 } }`,
      DEFAULT_LIMITS,
    );
    assert.equal(values?.get('version'), '1.0-1');
    assert.equal(values?.get('other'), undefined);
    const source = values?.get('source');
    assert.equal(getLuaText(source, 'url'), 'x-1.0');
    assert.equal(getLuaText(source, 'a.b'), 'long');
    assert.deepEqual(typeof source === 'object' && source.items.slice(0, 2), ['one', 'two']);
  });

  test('are unknown if the program is truncated or nested too deep', () => {
    for (const text of ['a = {', 'a = { b = { }', `a = ${'{'.repeat(100_000)}`]) {
      assert.equal(parseLuaAssignments(text, DEFAULT_LIMITS), undefined);
    }
    const doubled = `a = "x"${' a = a .. a'.repeat(100)}`;
    assert.equal(parseLuaAssignments(doubled, DEFAULT_LIMITS)?.get('a'), undefined);
    for (const text of ['"\\'.repeat(300_000), '[['.repeat(99_999), '--[='.repeat(99_999)]) {
      assert.equal(parseLuaAssignments(text, DEFAULT_LIMITS)?.size, 0);
    }
  });
});
