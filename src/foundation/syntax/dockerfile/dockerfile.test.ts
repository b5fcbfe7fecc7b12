import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseDockerfile } from './dockerfile.ts';

function parse(text: string): readonly string[] | undefined {
  return parseDockerfile(text)?.map(
    ({ verb, arguments: words, line, stage, isFinalStage }) =>
      `${line} ${stage}${isFinalStage ? '!' : ''} ${verb} ${words}`,
  );
}

suite('a Dockerfile', () => {
  test('has instructions with lines and stages', () => {
    const text =
      'ARG V=1\nFROM alpine AS build\nrun make\n\nFROM scratch\n# USER root\nCOPY --from=build /a /\n';
    assert.deepEqual(parse(text), [
      '1 0 ARG V=1',
      '2 1 FROM alpine AS build',
      '3 1 RUN make',
      '5 2! FROM scratch',
      '7 2! COPY --from=build /a /',
    ]);
  });

  test('joins continuation lines, without the comments between them', () => {
    const text = 'FROM a\nRUN apt-get update && \\\n# a comment\n\n  apt-get install sudo\nUSER x';
    assert.deepEqual(parse(text), [
      '1 1! FROM a',
      '2 1! RUN apt-get update &&   apt-get install sudo',
      '6 1! USER x',
    ]);
  });

  test('can have another escape character', () => {
    const text = '# escape=`\nFROM a\nRUN dir C:\\\nRUN x `\n  y';
    assert.deepEqual(parse(text), ['2 1! FROM a', '3 1! RUN dir C:\\', '4 1! RUN x   y']);
  });

  test('has here-documents whose lines are not instructions', () => {
    const text = 'FROM a\nRUN <<EOF cat <<-"OTHER"\nUSER root\nEOF\n\tEXPOSE 22\n\tOTHER\nUSER app';
    assert.deepEqual(parse(text), [
      '1 1! FROM a',
      '2 1! RUN <<EOF cat <<-"OTHER"\nUSER root\n\tEXPOSE 22',
      '7 1! USER app',
    ]);
  });

  test('is not read in part', () => {
    assert.equal(parse('FROM a\n{ "not": "one" }'), undefined);
    assert.deepEqual(parse(''), []);
  });
});
