import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { splitCommands } from './shell-commands.ts';

suite('the commands of RUN', () => {
  for (const [text, commands] of [
    ['apt-get update && apt-get install -y sudo', ['apt-get update', 'apt-get install -y sudo']],
    ['apt-get purge sudo; rm -rf /x | true', ['apt-get purge sudo', 'rm -rf /x', 'true']],
    ['echo "a && sudo b" # sudo c', ['echo "a && sudo b"']],
    ["echo 'it; sudo'\nsudo ls", ["echo 'it; sudo'", 'sudo ls']],
    ['if true; then sudo ls; fi', ['true', 'sudo ls', 'fi']],
    ['A=b C=d sudo ls', ['sudo ls']],
    ['["sudo", "ls"]', ['sudo ls']],
    ['--mount=type=cache,target=/x make', ['make']],
    ['/bin/sh -c set -e; make # buildkit', ['set -e', 'make']],
    ['echo \\; sudo', ['echo \\; sudo']],
    ['["sudo", 1]', ['["sudo", 1]']],
    ['[ -f /x ] && sudo ls', ['[ -f /x ]', 'sudo ls']],
    ['a # sudo b\nsudo c', ['a', 'sudo c']],
    ['echo "it\'s; sudo"; ls', ['echo "it\'s; sudo"', 'ls']],
    ['echo a#b; sudo c', ['echo a#b', 'sudo c']],
    ['', []],
  ] as const) {
    test(`in "${text.replaceAll('\n', ' ')}" are ${commands.length}`, () => {
      assert.deepEqual(splitCommands(text), commands);
    });
  }
});
