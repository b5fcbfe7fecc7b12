import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseSourceFileName, toSourceRpmUpstreams } from './source-rpm.ts';

it('parses the file name of a source rpm from its end', () => {
  assert.deepEqual(parseSourceFileName('util-linux-ng-2.17.2-12.28.el6_9.2.src.rpm'), {
    name: 'util-linux-ng',
    version: '2.17.2-12.28.el6_9.2',
  });
});

it('rejects other names', () => {
  const wrong = [
    '',
    '.rpm',
    'a.rpm',
    'a-1.src.rpm',
    'a-1-.src.rpm',
    'a--1.src.rpm',
    '-1-1.src.rpm',
  ];
  for (const text of [...wrong, 'a-1-1.s-c.rpm', 'a-1-1..rpm', 'a-1-1.src', '(none)']) {
    assert.equal(parseSourceFileName(text), undefined, text);
  }
});

it('is fast on a long name that does not match', () => {
  assert.equal(parseSourceFileName(`${'-'.repeat(5_000_000)}x.rpm`), undefined);
});

it('returns no source with the name of the package', () => {
  assert.deepEqual(toSourceRpmUpstreams('bash', 'bash-5.1-2.src.rpm'), []);
  assert.deepEqual(toSourceRpmUpstreams('libs', 'bash-5.1-2.src.rpm'), [
    { name: 'bash', version: '5.1-2' },
  ]);
});
