/**
 * Replaces `src/foundation/syntax/load-package.ts` in the executable. Each call is bundled, and its package is
 * evaluated when the call is made, as in the original.
 */
const LOADERS: ReadonlyMap<string, () => unknown> = new Map([
  ['@sigstore/bundle', () => require('@sigstore/bundle') as unknown],
  ['@sigstore/protobuf-specs', () => require('@sigstore/protobuf-specs') as unknown],
  ['@sigstore/verify', () => require('@sigstore/verify') as unknown],
  ['re2js', () => require('re2js') as unknown],
  ['saxes', () => require('saxes') as unknown],
  ['smol-toml', () => require('smol-toml') as unknown],
  ['spdx-exceptions/index.json', () => require('spdx-exceptions/index.json') as unknown],
  ['spdx-expression-parse', () => require('spdx-expression-parse') as unknown],
  [
    'spdx-license-ids/deprecated.json',
    () => require('spdx-license-ids/deprecated.json') as unknown,
  ],
  ['spdx-license-ids/index.json', () => require('spdx-license-ids/index.json') as unknown],
  ['yaml', () => require('yaml') as unknown],
]);

export function loadPackage(name: string): unknown {
  const load = LOADERS.get(name);
  if (load === undefined) throw new Error(`the package "${name}" is not in the executable`);
  return load();
}
