import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { getArguments, getVerb } from './instruction-verb.ts';

suite('the verb of an instruction', () => {
  const cases = [
    ['/bin/sh -c #(nop)  CMD ["bash"]', 'CMD'],
    ['/bin/sh -c #(nop) ADD file:0b in /', 'ADD'],
    ['#(nop) USER app', 'USER'],
    ['/bin/sh -c apk add sudo', 'RUN'],
    ['|1 VERSION=1 /bin/sh -c make', 'RUN'],
    ['RUN /bin/sh -c make # buildkit', 'RUN'],
    ['COPY /app /app # buildkit', 'COPY'],
    ['HEALTHCHECK &{["CMD" "true"]}', 'HEALTHCHECK'],
    ['apko', undefined],
    ['', undefined],
  ] as const;
  for (const [text, expected] of cases) {
    test(`of "${text}" is ${expected ?? 'unknown'}`, () => {
      assert.equal(getVerb(text), expected);
    });
  }
});

suite('the arguments of an instruction', () => {
  test('follow the word, or the shell of the classic builder', () => {
    assert.equal(getArguments('/bin/sh -c #(nop)  USER app'), 'app');
    assert.equal(getArguments('/bin/sh -c apk add sudo'), 'apk add sudo');
    assert.equal(getArguments('COPY /app /app # buildkit'), '/app /app # buildkit');
    assert.equal(getArguments('apko'), undefined);
  });
});
