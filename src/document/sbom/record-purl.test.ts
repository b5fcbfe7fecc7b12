import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readRecordPurl } from './record-purl.ts';

const read = (text: string, name: string, version = '1.0.0'): string | undefined =>
  readRecordPurl(text, { name, version })?.text;

suite('the package URL of a record', () => {
  test('is kept as it is written', () => {
    for (const [text, name] of [
      ['pkg:npm/lodash@1.0.0', 'lodash'],
      ['pkg:golang/google.golang.org/genproto@1.0.0#googleapis/api', 'google.golang.org/genproto'],
      ['pkg:golang/github.com/moby/sys@1.0.0#user', 'user'],
      ['pkg:npm/lodash/1.0.0', 'lodash'],
      ['pkg:alpine/musl/1.2.5-r0', 'busybox'],
      ['pkg:alpine/musl@1.0.0', 'musl'],
    ] as const) {
      assert.equal(read(text, name), text);
    }
    assert.equal(read('lodash', 'lodash'), undefined);
  });

  test('has the whole path of a Go module that is split into a subpath', () => {
    assert.equal(
      read('pkg:golang/github.com/moby/sys@1.0.0#user', 'github.com/moby/sys/user'),
      'pkg:golang/github.com/moby/sys/user@1.0.0',
    );
    assert.equal(
      read(
        'pkg:golang/github.com/go-jose/go-jose@3.0.0?type=module#v3/jwt',
        'github.com/go-jose/go-jose/v3/jwt',
      ),
      'pkg:golang/github.com/go-jose/go-jose/v3/jwt@3.0.0?type=module',
    );
  });

  test('has the type apk if the distribution is written instead', () => {
    assert.equal(
      read('pkg:alpine/musl/1.2.5-r0', 'musl', '1.2.5-r0'),
      'pkg:apk/alpine/musl@1.2.5-r0',
    );
    assert.equal(
      read('pkg:wolfi/glibc/2.38-r1', 'glibc', '2.38-r1'),
      'pkg:apk/wolfi/glibc@2.38-r1',
    );
  });
});
