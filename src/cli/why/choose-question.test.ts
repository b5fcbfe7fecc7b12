import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { UserError } from '../../foundation/core/error.ts';
import { chooseQuestion, suggestTarget } from './choose-question.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-question-'));
const at = (name: string): string => join(folder, name);
after(() => rmSync(folder, { recursive: true }));

before(() => {
  const sample = join(import.meta.dirname, '../../../examples/sample-alpine.oci.tar');
  copyFileSync(sample, at('image.tar'));
  writeFileSync(at('app.cdx.json'), '{"bomFormat":"CycloneDX","specVersion":"1.6","version":1}');
  writeFileSync(at('libssl.so.3'), 'no image');
  mkdirSync(at('lib'));
});

test('decides by the arguments', async () => {
  for (const [args, expected] of [
    [['a', 'CVE-2020-1'], { kind: 'finding', target: 'a', id: 'CVE-2020-1' }],
    [['a', 'libssl3'], { kind: 'finding', target: 'a', id: 'libssl3' }],
    [['a', 'CVE-1', 'musl'], { kind: 'finding', target: 'a', id: 'CVE-1', package: 'musl' }],
    [['a', '*', 'pkg:apk/a@1'], { kind: 'finding', target: 'a', id: '*', package: 'pkg:apk/a@1' }],
    [['a', 'pkg:apk/a@1'], { kind: 'finding', target: 'a', id: 'pkg:apk/a@1' }],
    [['a', '/bin/sh', '/lib'], { kind: 'need', target: 'a', files: ['/bin/sh', '/lib'] }],
    [['a', at('image.tar')], { kind: 'change', before: 'a', after: at('image.tar') }],
    [['a', at('app.cdx.json')], { kind: 'change', before: 'a', after: at('app.cdx.json') }],
    [['a', 'registry:b:2'], { kind: 'change', before: 'a', after: 'registry:b:2' }],
    [['a', '-'], { kind: 'change', before: 'a', after: '-' }],
  ] as const) {
    assert.deepEqual(await chooseQuestion(args), expected, args.join(' '));
  }
});

test('takes a path for one in the image if no image, SBOM or result of this machine has it', async () => {
  for (const name of ['libssl.so.3', 'lib', 'absent.tar']) {
    const files = [at(name)];
    assert.deepEqual(await chooseQuestion(['a', at(name)]), { kind: 'need', target: 'a', files });
  }
  assert.equal(suggestTarget(at('lib')), `dir:${at('lib')}`);
  assert.equal(suggestTarget(at('libssl.so.3')), `file:${at('libssl.so.3')}`);
  assert.equal(suggestTarget('debian:13'), 'registry:debian:13');
  assert.equal(suggestTarget('libssl3'), undefined);
  assert.equal(suggestTarget('/absent'), undefined);
});

test('rejects missing arguments, and those after a complete question', async () => {
  for (const [args, message] of [
    [[], /needs a target/],
    [['a'], /needs a vulnerability, package, file or second result/],
    [['a', 'CVE-1', 'musl', 'zlib'], /unexpected argument "zlib"/],
    [['a', '/bin/sh', 'musl'], /unexpected argument "musl"/],
    [['a', 'dir:b', 'c'], /unexpected argument "c"/],
  ] as const) {
    await assert.rejects(chooseQuestion(args), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, message);
      return error.code === 'E_USAGE';
    });
  }
});
