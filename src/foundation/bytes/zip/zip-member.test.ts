import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Budget } from '../../core/budget.ts';
import { toBytes } from '../../core/bytes.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { createZip } from './zip.fixture.ts';
import { readZipMember } from './zip-member.ts';

test('reads one member of an archive within its limit', () => {
  const archive = toBytes(createZip([{ name: 'a' }, { name: 'b/c', content: 'text' }]));
  const { content, problems } = readZipMember(archive, 'b/c', new Budget(DEFAULT_LIMITS));
  assert.equal(Buffer.from(content ?? []).toString(), 'text');
  assert.deepEqual(problems, []);
  const limits = { ...DEFAULT_LIMITS, configFileBytesMax: 3 };
  assert.deepEqual(
    readZipMember(archive, 'b/c', new Budget(limits)).problems.map(({ code }) => code),
    ['P_LIMIT'],
  );
});

test('rejects a file that is not an archive, and returns nothing for a missing member', () => {
  const none = readZipMember(toBytes(Buffer.from('PK')), 'a', new Budget(DEFAULT_LIMITS));
  assert.deepEqual(
    none.problems.map(({ code }) => code),
    ['P_MALFORMED'],
  );
  const absent = readZipMember(
    toBytes(createZip([{ name: 'a' }])),
    'b',
    new Budget(DEFAULT_LIMITS),
  );
  assert.deepEqual(absent, { problems: [] });
});
