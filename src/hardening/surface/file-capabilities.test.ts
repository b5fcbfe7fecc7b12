import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { formatCapabilities } from './file-capabilities.ts';

/** Attributes in the kernel's form, with the output of `getcap` for each. */
const KNOWN = [
  ['0100000200240000000000000000000000000000', 'cap_net_bind_service,cap_net_raw=ep'],
  ['0000000200200000000000000000000000000000', 'cap_net_raw=p'],
  ['0000000200200000002000000000000000000000', 'cap_net_raw=ip'],
  ['0100000200000000000000000001000000000000', 'cap_checkpoint_restore=ep'],
  ['010000030020000000000000000000000000000000e80300', 'cap_net_raw=ep'],
  ['010000010020000000000000', 'cap_net_raw=ep'],
  ['0100000200000000000000000000008000000000', '63=ep'],
] as const;

suite('capabilities of a file', () => {
  for (const [attribute, text] of KNOWN) {
    test(`are printed like getcap: ${text}`, () => {
      assert.equal(formatCapabilities(attribute), text);
    });
  }

  for (const [name, attribute] of [
    ['empty', ''],
    ['cut off', '01000002002400'],
    ['of a revision that is not known', '0100000900240000000000000000000000000000'],
    ['without any', '0100000200000000000000000000000000000000'],
    ['no hexadecimal digits', 'zz'],
  ] as const) {
    test(`are absent if the attribute is ${name}`, () => {
      assert.equal(formatCapabilities(attribute), undefined);
    });
  }
});
