import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkMessages, findMessages } from '../../tools/messages.ts';
import { parseModule, readModules } from '../../tools/source-tree.ts';

const checkText = (text: string) =>
  checkMessages([parseModule('a.ts', text)]).map(({ line, message }) => `${line}: ${message}`);

test('every message and hint has the standard form', () => {
  const modules = readModules(['src']).filter(
    ({ path }) => path.startsWith('src/') && !/\.(?:test|fixture)\.ts$/u.test(path),
  );
  assert.ok(modules.flatMap(findMessages).length > 400);
  assert.deepEqual(checkMessages(modules), []);
});

test('rejects capitals, full stops and private vocabulary', () => {
  assert.equal(checkText("new UserError('E_X', 'The file is missing');").length, 1);
  assert.equal(checkText("new UserError('E_X', 'the file is missing.');").length, 1);
  assert.equal(checkText("new UserError('E_X', 'no file', { hint: 'Name a file' });").length, 1);
  assert.equal(checkText("const a = { code: 'P_LINK', message: `${b} is no link` };").length, 1);
  assert.equal(checkText("new UserError('E_X', a ? 'a folder' : 'a file');").length, 1);
  assert.equal(checkText("const message = 'The file changed.';").length, 1);
  assert.equal(checkText("new UserError('E_X', 'there is no file');").length, 1);
});

test('accepts the form, including expressions and names', () => {
  assert.deepEqual(checkText("new UserError('E_X', `could not read ${a}: ${b}`);"), []);
  assert.deepEqual(checkText("new UserError('E_X', `SOURCE_DATE_EPOCH is ${b}`);"), []);
  assert.deepEqual(checkText("const a = { code: 'UNRELATED', message: 'The end.' };"), []);
});
