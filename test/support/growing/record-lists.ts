import { type GrowingInput, repeat } from './growing-input.ts';

/** Files with a list of records that no other input has. */
export const RECORD_LIST_INPUTS: readonly GrowingInput[] = [
  {
    name: 'conda: packages of an environment',
    start: 200,
    large: 100_000,
    limit: 'recordsMax',
    make: (count) => ({
      'environment.yml': `dependencies:\n${repeat(count, (at) => `- a${at}=1.0\n`)}`,
    }),
  },
  {
    name: 'vcpkg: overrides of a manifest',
    start: 200,
    large: 100_000,
    limit: 'recordsMax',
    make: (count) => ({
      'vcpkg.json': JSON.stringify({
        overrides: Array.from({ length: count }, (_, at) => ({ name: `a${at}`, version: '1' })),
      }),
    }),
  },
  {
    name: 'firefox: add-ons of a profile',
    start: 200,
    large: 100_000,
    limit: 'recordsMax',
    make: (count) => ({
      'firefox/p/extensions.json': JSON.stringify({
        addons: Array.from({ length: count }, (_, at) => ({
          id: `a${at}`,
          version: '1',
          type: 'extension',
        })),
      }),
    }),
  },
  {
    name: 'go: digests of go.sum',
    start: 500,
    large: 100_000,
    limit: 'recordsMax',
    make: (count) => ({
      'go.mod': 'module a\n',
      'go.sum': repeat(count, (at) => `example.org/a${at} v1.0.0 h1:abc=\n`),
    }),
  },
  {
    name: 'bitnami: documents of one directory',
    start: 40,
    large: 2_000,
    make: (count) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, at) => [
          `opt/bitnami/a/.spdx-a${at}.spdx`,
          JSON.stringify({
            packages: [
              {
                SPDXID: `a${at}`,
                name: `a${at}`,
                versionInfo: '1',
                externalRefs: [{ referenceType: 'purl', referenceLocator: `pkg:bitnami/a${at}@1` }],
              },
            ],
          }),
        ]),
      ),
  },
];
