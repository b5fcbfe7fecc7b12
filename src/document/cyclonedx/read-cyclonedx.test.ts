import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { readCyclonedx } from './read-cyclonedx.ts';

const DESCRIPTION = {
  kind: 'sbom',
  userInput: 'a.json',
  name: 'a.json',
  path: 'a.json',
  origin: 'file',
} as const;

test('reads author, tool and time', () => {
  const metadata = {
    timestamp: '2026-11-25T00:00:00Z',
    authors: [{ name: 'Ada', email: 'ada@example.org' }],
    supplier: { name: 'Example', url: ['https://example.org'] },
    tools: { components: [{ name: 'tool' }] },
  };
  const { about } = readCyclonedx({ metadata }, 'test', {
    limits: DEFAULT_LIMITS,
    description: DESCRIPTION,
  });
  assert.deepEqual(about, {
    authors: ['Ada ada@example.org', 'Example https://example.org'],
    tools: ['tool'],
    createdAt: '2026-11-25T00:00:00Z',
  });
});

test('drops a target without a name, and nothing else', () => {
  const inner = { name: 'inner', purl: 'pkg:npm/inner@1' };
  const component = { 'bom-ref': 'a', type: '', name: '', components: [inner] };
  const { inventory } = readCyclonedx(
    { metadata: { component }, components: [{ name: 'b', purl: 'pkg:npm/b@1' }] },
    'test',
    { limits: DEFAULT_LIMITS, description: DESCRIPTION },
  );
  assert.deepEqual(
    inventory.packages.map(({ name }) => name),
    ['inner', 'b'],
  );
  assert.deepEqual(inventory.problems, []);
});

test('keeps supplier and hashes of a component from another program', () => {
  const components = [
    {
      name: 'a',
      purl: 'pkg:npm/a@1',
      supplier: { name: 'Example', contact: [{ email: 'sbom@example.org' }] },
      hashes: [
        { alg: 'SHA-256', content: 'AB'.repeat(32) },
        { alg: 'SHA-1', content: 'no digits' },
      ],
    },
    { name: 'b', publisher: 'Ada' },
  ];
  const { inventory } = readCyclonedx({ components }, 'test', {
    limits: DEFAULT_LIMITS,
    description: DESCRIPTION,
  });
  assert.deepEqual(
    inventory.packages.map(({ supplier, digests }) => [supplier, digests]),
    [
      [
        { name: 'Example', isPerson: false, email: 'sbom@example.org' },
        [{ algorithm: 'sha256', digits: 'ab'.repeat(32) }],
      ],
      [{ name: 'Ada', isPerson: false }, undefined],
    ],
  );
});

test('counts unsupported members, but no supported ones', () => {
  const website = { type: 'website', url: 'https://example.org' };
  const components = [
    {
      name: 'a',
      version: '1',
      copyright: 'Ada',
      externalReferences: [website, { type: 'vcs', url: 'https://example.org' }],
      properties: [
        { name: 'syft:package:type', value: 'npm' },
        { name: 'other:name', value: '1' },
      ],
    },
    { name: 'b', copyright: '' },
  ];
  const document = { components, services: [{}, {}], compositions: [], specVersion: '1.6' };
  const { countOmitted } = readCyclonedx(document, 'test', {
    limits: DEFAULT_LIMITS,
    description: DESCRIPTION,
  });
  assert.deepEqual(Object.fromEntries(countOmitted?.() ?? []), {
    services: 2,
    'copyright of components': 1,
    'externalReferences of components': 1,
    'properties of components': 1,
  });
});

const readDescribed = (component: object, components: readonly object[]) =>
  readCyclonedx({ metadata: { component }, components }, 'test', {
    limits: DEFAULT_LIMITS,
    description: DESCRIPTION,
  }).inventory;

test('does not list an image that Snyk lists again as a package', () => {
  const again = { type: 'library', name: 'docker-image|alpine', purl: 'pkg:apk/alpine/a%7Cb' };
  const musl = { type: 'library', name: 'musl/musl', version: '1', purl: 'pkg:apk/alpine/musl@1' };
  const listNames = (subject: object): string[] =>
    readDescribed(subject, [again, musl]).packages.map(({ name }) => name);
  assert.deepEqual(listNames({ type: 'container', name: 'alpine' }), ['musl/musl']);
  // Any other component with such a name is a package.
  assert.equal(listNames({ type: 'container', name: 'debian' }).length, 2);
  assert.equal(listNames({ type: 'application', name: 'alpine' }).length, 2);
});

test('reads the operating system that Tern states as a title', () => {
  const musl = { type: 'application', name: 'musl', version: '1', purl: 'pkg:alpine/musl/1' };
  const readDistro = (value: string) =>
    readDescribed(
      { type: 'container', name: 'a', properties: [{ name: 'tern:os_guess', value }] },
      [musl],
    ).distro;
  assert.deepEqual(readDistro('Alpine Linux v3.20'), {
    id: 'alpine',
    idLike: [],
    prettyName: 'Alpine Linux v3.20',
    versionId: '3.20',
  });
  assert.equal(readDistro('Operating system unknown'), undefined);
});
