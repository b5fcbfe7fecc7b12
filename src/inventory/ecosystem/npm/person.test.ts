import assert from 'node:assert/strict';
import { it } from 'node:test';
import { formatPeople, formatPerson } from './person.ts';

it('formats a person the same way from a string and from an object', () => {
  const text = 'Isaac Z. Schlueter <i@izs.me> (http://blog.izs.me)';
  assert.equal(formatPerson(text), text);
  const isaac = { name: 'Isaac Z. Schlueter', email: 'i@izs.me', url: 'http://blog.izs.me' };
  assert.equal(formatPerson(isaac), text);
  assert.equal(formatPerson('Ann'), 'Ann');
  assert.equal(formatPerson('Ann (http://a.org)'), 'Ann (http://a.org)');
  assert.equal(formatPerson('Ann <a@b>'), 'Ann <a@b>');
  assert.equal(formatPerson({ name: 1, email: 'a@b' }), ' <a@b>');
});

it('returns an empty string for a string of another form', () => {
  for (const value of ['Ann<a@b>', '<a@b>', 'Ann <a', 'Ann <a@b>x', 'A (b', undefined, null, 7]) {
    assert.equal(formatPerson(value), '', String(value));
  }
  assert.equal(formatPerson(`${' '.repeat(500_000)}${'('.repeat(500_000)}`), '');
});

it('joins people, even if a single one replaces the list', () => {
  assert.equal(formatPeople(['A <a@b>', { name: 'B' }]), 'A <a@b>, B');
  assert.equal(formatPeople('A'), 'A');
  assert.equal(formatPeople(undefined), '');
});
