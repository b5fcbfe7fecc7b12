import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OPTION_LIST } from '../../src/foundation/config/option-table.ts';
import { LIMIT_NAMES } from '../../src/foundation/config/read-value.ts';
import { findOutdatedDocs, generateDocs } from '../../tools/generate-docs.ts';

test('generated pages equal the option table', () => {
  assert.deepEqual(findOutdatedDocs(), [], 'run: npm run generate');
});

test('the schema of the configuration file has every key and no others', () => {
  const schema = JSON.parse(generateDocs().get('docs/config.schema.json') ?? '') as {
    readonly properties: Readonly<Record<string, { readonly properties?: object }>>;
    readonly additionalProperties: boolean;
  };
  const keys = OPTION_LIST.flatMap(({ spec }) => spec.configKey ?? []);
  // Rules for findings and for files to keep or drop exist only in the configuration file.
  assert.deepEqual(Object.keys(schema.properties), [...keys, 'ignore', 'harden']);
  assert.equal(schema.additionalProperties, false);
  const limits = schema.properties['limits']?.properties ?? {};
  assert.deepEqual(Object.keys(limits), LIMIT_NAMES);
});
