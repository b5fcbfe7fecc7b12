import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { parseVendorList } from './vendor-list.ts';

const LIST = `# github.com/BurntSushi/toml v1.2.1
## explicit; go 1.21; toolchain go1.21.8
github.com/BurntSushi/toml
# golang.org/x/net v0.5.6 => example.com/fork/net v1.4.5
example.com/fork/net/http2
# example.com/local v1.0.0 => ./local
## explicit
example.com/local
# example.com/unused v1.0.0
## explicit
# example.com/noversion => ./local
# malformed
# github.com/BurntSushi/toml v1.2.1
# example.com/any => example.com/fork v0.2.0
`;

test('a list of vendored modules contains each once, with its replacement', () => {
  const { modules, isCutOff } = parseVendorList(LIST, DEFAULT_LIMITS);
  assert.equal(isCutOff, false);
  assert.deepEqual(
    modules.map(({ path, version, line }) => [path, version, line]),
    [
      ['github.com/BurntSushi/toml', 'v1.2.1', 1],
      ['example.com/fork/net', 'v1.4.5', 4],
      ['example.com/local', '', 6],
    ],
  );
});

test('a list of vendored modules is read up to the limit of records', () => {
  const limits = { ...DEFAULT_LIMITS, recordsMax: 2 };
  assert.deepEqual(
    [parseVendorList(LIST, limits).modules.length, parseVendorList(LIST, limits).isCutOff],
    [2, true],
  );
  assert.deepEqual(parseVendorList('\0\n# a\nb\n', limits), { modules: [], isCutOff: false });
});
