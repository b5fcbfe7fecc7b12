import assert from 'node:assert/strict';
import { it } from 'node:test';
import { peopleText, personText } from './person.ts';

it('writes a person the same way whether it was a text or an object', () => {
  const text = 'Isaac Z. Schlueter <i@izs.me> (http://blog.izs.me)';
  assert.equal(personText(text), text);
  const isaac = { name: 'Isaac Z. Schlueter', email: 'i@izs.me', url: 'http://blog.izs.me' };
  assert.equal(personText(isaac), text);
  assert.equal(personText('Ann'), 'Ann');
  assert.equal(personText('Ann (http://a.org)'), 'Ann (http://a.org)');
  assert.equal(personText('Ann <a@b>'), 'Ann <a@b>');
  assert.equal(personText({ name: 1, email: 'a@b' }), ' <a@b>');
});

it('knows nobody in a text of another form', () => {
  for (const value of ['Ann<a@b>', '<a@b>', 'Ann <a', 'Ann <a@b>x', 'A (b', undefined, null, 7]) {
    assert.equal(personText(value), '', String(value));
  }
  assert.equal(personText(`${' '.repeat(500_000)}${'('.repeat(500_000)}`), '');
});

it('joins people, also where a single one stands for the list', () => {
  assert.equal(peopleText(['A <a@b>', { name: 'B' }]), 'A <a@b>, B');
  assert.equal(peopleText('A'), 'A');
  assert.equal(peopleText(undefined), '');
});
