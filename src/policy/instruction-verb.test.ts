import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { getVerb } from './instruction-verb.ts';

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
