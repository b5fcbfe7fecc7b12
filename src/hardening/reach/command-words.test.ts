import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findArguments, listCommandLines } from './command-words.ts';
import { processConfig } from './process-config.ts';
import type { ReachWorld } from './rule-contract.ts';

function createWorld(config: object): ReachWorld {
  const document = Buffer.from(JSON.stringify({ config }));
  return { config: processConfig({ config: document }) } as ReachWorld;
}

suite('the command lines of an image', () => {
  const line = 'exec java -jar "/app.jar" && true';
  const words = ['exec', 'java', '-jar', '/app.jar', 'true'];

  test('are split for any shell, however it is named and started', () => {
    for (const shell of [
      ['/bin/sh', '-c'],
      ['sh', '-c'],
      ['bash', '-ec'],
      ['/usr/local/bin/bash', '-lc'],
    ]) {
      assert.deepEqual(listCommandLines(createWorld({ Entrypoint: shell, Cmd: [line] })), [words]);
    }
    const wrapped = createWorld({ Entrypoint: ['tini', '--', 'sh', '-c', line] });
    assert.deepEqual(listCommandLines(wrapped), [['tini', '--', ...words]]);
  });

  test('keep words that are passed on unchanged', () => {
    const config = {
      Cmd: ['java', '-c', 'a b'],
      Healthcheck: { Test: ['CMD', 'sh', '-c', 'x y'] },
    };
    assert.deepEqual(listCommandLines(createWorld(config)), [
      ['java', '-c', 'a b'],
      ['x', 'y'],
    ]);
    const check = { Healthcheck: { Test: ['CMD-SHELL', 'curl -f http://a || exit 1'] } };
    assert.deepEqual(listCommandLines(createWorld(check)), [
      ['curl', '-f', 'http://a', 'exit', '1'],
    ]);
    assert.deepEqual(listCommandLines(createWorld({})), []);
  });

  test('contain the arguments of a program in each of them', () => {
    const world = createWorld({ Cmd: ['sh', '-c', '/opt/jre/bin/java -jar a.jar'] });
    assert.deepEqual(
      findArguments(world, (name) => name === 'java'),
      [['-jar', 'a.jar']],
    );
    assert.deepEqual(
      findArguments(world, (name) => name === 'node'),
      [],
    );
  });
});
