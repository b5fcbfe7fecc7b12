import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertReadable, tryWrongMembers } from '../../../test/support/wrong-members.ts';
import type { DocumentContent } from '../../foundation/core/document.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import type { TargetDescription } from '../../foundation/core/target.ts';
import { cyclonedxJson } from './read.ts';

const DESCRIPTION: TargetDescription = {
  kind: 'sbom',
  userInput: 'a.json',
  name: 'a.json',
  path: 'a.json',
  origin: 'file',
};

const createProperty = (name: string, value: string) => ({ name, value });

/** As Syft writes it, with parts of other tools. */
const DOCUMENT = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  metadata: { component: { 'bom-ref': 'image', type: 'container', name: 'debian' } },
  components: [
    {
      'bom-ref': 'rpm-1',
      type: 'library',
      name: 'dbus-libs',
      version: '1:1.12.8-14.el8',
      purl: 'pkg:rpm/almalinux/dbus-libs@1.12.8-14.el8?arch=x86_64&distro=almalinux-8.5&epoch=1&upstream=dbus-1.12.8-14.el8.src.rpm',
      cpe: 'cpe:2.3:a:dbus:dbus-libs:1.12.8:*:*:*:*:*:*:*',
      licenses: [
        { license: { id: 'MIT', url: 'https://example.org/mit' } },
        { expression: 'GPL-2.0-only OR MIT', acknowledgement: 'concluded' },
        { license: { name: 'Own words' } },
        {},
      ],
      properties: [
        createProperty('syft:package:foundBy', 'rpm-db-cataloger'),
        createProperty('syft:package:metadataType', 'rpm-db-entry'),
        createProperty('syft:package:type', 'rpm'),
        createProperty('syft:cpe23', 'cpe:2.3:a:redhat:dbus-libs:1.12.8:*:*:*:*:*:*:*'),
        createProperty('syft:cpe23', 'no cpe'),
        createProperty('syft:location:0:path', '/var/lib/rpm/Packages'),
        createProperty('syft:location:0:layerID', `sha256:${'a'.repeat(64)}`),
        createProperty('syft:metadata:modularityLabel', ''),
        createProperty('syft:metadata:epoch', '1'),
      ],
    },
    {
      'bom-ref': 'app',
      type: 'application',
      group: '@scope',
      name: 'app',
      version: '2.0.0',
      purl: 'pkg:npm/%40scope/app@2.0.0',
      components: [
        { 'bom-ref': 'jar', type: 'library', group: 'org.a', name: 'core', version: '1' },
      ],
    },
    {
      type: 'operating-system',
      name: 'ignored',
      version: '8',
      properties: [
        createProperty('syft:distro:id', 'almalinux'),
        createProperty('syft:distro:idLike:0', 'rhel'),
        createProperty('syft:distro:idLike:1', 'fedora'),
        createProperty('syft:distro:versionID', '8.5'),
        createProperty('syft:distro:extendedSupport', 'true'),
      ],
    },
    { type: 'file', name: '/etc/passwd' },
  ],
  dependencies: [
    { ref: 'app', dependsOn: ['rpm-1', 'nothing', 'app'] },
    { ref: 'image', dependsOn: ['app'] },
  ],
};

function read(document: unknown): DocumentContent {
  return cyclonedxJson.read(Buffer.from(JSON.stringify(document)), {
    limits: DEFAULT_LIMITS,
    description: DESCRIPTION,
  });
}

function readPackage(component: object): InventoryPackage | undefined {
  return read({ bomFormat: 'CycloneDX', components: [{ type: 'library', ...component }] }).inventory
    .packages[0];
}

describe('a CycloneDX document', () => {
  const { inventory, keys } = read(DOCUMENT);
  const [dbus, app, jar] = inventory.packages;

  it('has packages for software components, including nested ones', () => {
    assert.equal(keys, 'document');
    assert.deepEqual(
      inventory.packages.map(({ key, name, type }) => [key, name, type]),
      [
        ['rpm-1', 'dbus-libs', 'rpm'],
        ['app', '@scope/app', 'npm'],
        ['jar', 'org.a/core', 'UnknownPackage'],
      ],
    );
    assert.deepEqual(inventory.problems, []);
    assert.equal(app?.language, 'javascript');
    assert.equal(jar?.purl, '');
  });

  it('includes the source of a package, and its purpose', () => {
    assert.deepEqual(dbus?.upstreams, [{ name: 'dbus', version: '1.12.8-14.el8' }]);
    assert.equal(dbus?.version, '1:1.12.8-14.el8');
    assert.equal(dbus?.architecture, 'x86_64');
    assert.equal(dbus?.modularity, '', 'known to be of no module');
    assert.equal(dbus?.metadata?.kind, 'rpm-db-entry');
    assert.equal(dbus?.metadata?.value['epoch'], 1);
    assert.equal(dbus?.foundBy, 'rpm-db-cataloger');
  });

  it('has licenses by ID, name and expression', () => {
    assert.deepEqual(
      dbus?.licenses.map(({ value, expression, kind, urls }) => [value, expression, kind, urls]),
      [
        ['MIT', 'MIT', 'declared', ['https://example.org/mit']],
        ['GPL-2.0-only OR MIT', 'GPL-2.0-only OR MIT', 'concluded', []],
        ['Own words', '', 'declared', []],
      ],
    );
  });

  it('reads CPEs of the field and of the properties, without invalid ones', () => {
    assert.deepEqual(
      dbus?.cpes.map(({ cpe }) => cpe.split(':')[3]),
      ['dbus', 'redhat'],
    );
  });

  it('reads locations as evidence, and edges between packages only', () => {
    assert.deepEqual(
      inventory.relationships.map((edge) => [edge.kind, edge.from]),
      [
        ['dependency-of', 'rpm-1'],
        ['evident-by', 'rpm-1'],
      ],
    );
    assert.equal(dbus?.locations[0]?.accessPath, '/var/lib/rpm/Packages');
  });

  it('reads the operating system from its component', () => {
    assert.deepEqual(inventory.distro, {
      id: 'almalinux',
      idLike: ['rhel', 'fedora'],
      versionId: '8.5',
      extendedSupport: true,
    });
    assert.deepEqual(inventory.target, { ...DESCRIPTION, name: 'debian' });
  });

  it('does not count its subject as a package if that has only a name', () => {
    const library = { type: 'library', name: 'a', purl: 'pkg:npm/a@1' };
    const readNames = (subject: object, components: readonly object[]) =>
      read({
        bomFormat: 'CycloneDX',
        metadata: { component: { type: 'application', name: 'app', version: '1', ...subject } },
        components,
      }).inventory.packages.map(({ name }) => name);
    assert.deepEqual(readNames({}, [library]), ['a']);
    assert.deepEqual(readNames({ components: [library] }, [library]), ['a', 'a']);
    assert.deepEqual(readNames({}, []), ['app']);
    assert.deepEqual(readNames({ purl: 'pkg:npm/app@1' }, [library]), ['app', 'a']);
    assert.deepEqual(readNames({ cpe: 'cpe:2.3:a:a:app:1:*:*:*:*:*:*:*' }, [library]), [
      'app',
      'a',
    ]);
  });

  it('reports a problem if its components are not a list', () => {
    const component = { type: 'library', name: 'lodash', version: '4.17.4' };
    const found = read({ bomFormat: 'CycloneDX', components: { a: component } });
    assert.deepEqual(found.inventory.packages, []);
    assert.deepEqual(
      found.inventory.problems.map(({ code }) => code),
      ['P_MALFORMED'],
    );
  });

  it('reads a component of any type with a package URL as a package', () => {
    const purl = 'pkg:npm/lodash@4.17.4';
    for (const type of ['file', 'data', 'container', 'device', 'unknown']) {
      const found = read({ bomFormat: 'CycloneDX', components: [{ type, name: 'lodash', purl }] });
      assert.deepEqual(
        found.inventory.packages.map((item) => item.purl),
        [purl],
      );
    }
  });

  it('reads the described image as its target, not as a package', () => {
    const countPackages = (type: string, purl: string) =>
      read({ bomFormat: 'CycloneDX', metadata: { component: { type, name: 'app', purl } } })
        .inventory.packages.length;
    assert.equal(countPackages('container', 'pkg:oci/app@sha256%3Aabc?arch=amd64'), 0);
    assert.equal(countPackages('container', 'pkg:docker/library/app@1'), 0);
    assert.equal(countPackages('container', 'pkg:npm/app@1'), 1);
    assert.equal(countPackages('library', 'pkg:oci/app@sha256%3Aabc'), 1);
  });

  it('reads the operating system that a component names', () => {
    const readDistro = (components: readonly object[]) =>
      read({ bomFormat: 'CycloneDX', components }).inventory;
    const plain = { type: 'operating-system', name: 'Alpine', version: '3.20' };
    assert.deepEqual(readDistro([plain]).distro, { id: 'alpine', idLike: [], versionId: '3.20' });
  });

  it('normalizes names to their ecosystem, however the document splits them', () => {
    const npm = { group: '@scope', purl: 'pkg:npm/%40scope/left@1' };
    assert.equal(readPackage({ ...npm, name: 'left' })?.name, '@scope/left');
    assert.equal(readPackage({ ...npm, name: '@scope/left' })?.name, '@scope/left');
    const deb = { name: 'sudo', group: 'debian', purl: 'pkg:deb/debian/sudo@1' };
    assert.equal(readPackage(deb)?.name, 'sudo');
    const go = { name: 'm', group: 'example.org', purl: 'pkg:golang/example.org/m@v1.0.0' };
    assert.equal(readPackage(go)?.name, 'example.org/m');
    const java = readPackage({ name: 'core', group: 'org.a', purl: 'pkg:maven/org.a/core@1' });
    assert.equal(java?.name, 'core');
    assert.equal(java?.version, '1');
    assert.deepEqual(java?.metadata?.value['pomProperties'], {
      groupId: 'org.a',
      artifactId: 'core',
    });
  });

  it('restores all our own properties, including owners', () => {
    const own = (key: string, more: readonly object[] = []) => ({
      'bom-ref': `pkg:npm/left@1?package-id=${key}`,
      type: 'library',
      name: 'left',
      version: '1',
      purl: 'pkg:npm/left@1',
      properties: [
        createProperty('plimsoll:key', key),
        createProperty('plimsoll:type', 'npm'),
        ...more,
      ],
    });
    const edge = createProperty(
      'plimsoll:ownsPackage',
      JSON.stringify({ key: 'b', paths: ['/x'] }),
    );
    const lost = createProperty('plimsoll:ownsPackage', JSON.stringify({ key: 'c', paths: [] }));
    const problem = { code: 'P_RECORD', message: 'unreadable' };
    const document = {
      bomFormat: 'CycloneDX',
      metadata: {
        component: { type: 'file', name: 'app' },
        properties: [
          createProperty('plimsoll:target:kind', 'directory'),
          createProperty('plimsoll:target:userInput', './app'),
          createProperty('plimsoll:target:path', './app'),
          createProperty('plimsoll:scope', 'all-layers'),
          createProperty('plimsoll:problem', JSON.stringify(problem)),
          createProperty('plimsoll:problemsNotListed', '2'),
        ],
      },
      components: [
        own('a', [edge, lost, createProperty('plimsoll:architecture', 'arm64')]),
        own('b'),
        {
          type: 'operating-system',
          name: 'x',
          properties: [
            createProperty('plimsoll:distro', '{"id":"debian","idLike":[],"variant":"v"}'),
          ],
        },
      ],
    };
    const written = read(document).inventory;
    const [first, second] = written.packages;
    assert.equal(first?.architecture, 'arm64');
    assert.deepEqual(
      written.relationships.map((each) => ('to' in each ? [each.kind, each.from, each.to] : [])),
      [['owns-package', first?.key, second?.key]],
    );
    assert.deepEqual(written.distro, { id: 'debian', idLike: [], variant: 'v' });
    assert.equal(written.scope, 'all-layers');
    assert.deepEqual(written.problems, [problem]);
    assert.deepEqual(written.target, {
      kind: 'directory',
      userInput: './app',
      name: 'app',
      path: './app',
    });
    assert.equal(written.problemsNotListed, 2);
  });

  it('reads properties written by Trivy, without its invented values', () => {
    const createTrivyProperty = (name: string, value: string) =>
      createProperty(`aquasecurity:trivy:${name}`, value);
    const { inventory: told } = read({
      bomFormat: 'CycloneDX',
      metadata: {
        component: {
          type: 'application',
          name: '.',
          properties: [createTrivyProperty('SchemaVersion', '2')],
        },
      },
      components: [
        { type: 'operating-system', name: 'redhat', version: '8.4' },
        {
          type: 'library',
          name: 'libcurl',
          version: '7.61.1-18.el8',
          purl: 'pkg:rpm/redhat/libcurl@7.61.1-18.el8?arch=x86_64&distro=redhat-8.4&epoch=2',
          properties: [
            createTrivyProperty('PkgID', 'libcurl@7.61.1-18.el8.x86_64'),
            createTrivyProperty('SrcName', 'curl'),
            createTrivyProperty('SrcVersion', '7.61.1'),
            createTrivyProperty('SrcRelease', '18.el8'),
            createTrivyProperty('SrcEpoch', '2'),
            createTrivyProperty('Modularitylabel', 'web:1'),
          ],
        },
        {
          type: 'application',
          name: 'app/go.mod',
          properties: [createTrivyProperty('Class', 'lang-pkgs')],
        },
        {
          type: 'library',
          name: 'left',
          purl: 'pkg:npm/left@1',
          properties: [
            createTrivyProperty('FilePath', 'app/left/package.json'),
            createTrivyProperty('LayerDiffID', 'x'),
          ],
        },
      ],
    });
    const [curl, left, ...others] = told.packages;
    assert.deepEqual(others, []);
    assert.equal(curl?.version, '2:7.61.1-18.el8');
    assert.deepEqual(curl?.upstreams, [{ name: 'curl', version: '2:7.61.1-18.el8' }]);
    assert.equal(curl?.modularity, 'web:1');
    assert.deepEqual(left?.locations, [
      { path: 'app/left/package.json', accessPath: 'app/left/package.json' },
    ]);
    assert.deepEqual(told.distro, { id: 'rhel', idLike: [], versionId: '8.4' });
  });

  it('has no operating system if Trivy found none', () => {
    const components = [{ type: 'operating-system', name: 'none' }];
    assert.equal(read({ bomFormat: 'CycloneDX', components }).inventory.distro, undefined);
  });

  it('reads source packages, occurrences and evidence, as other tools write them', () => {
    const item = readPackage({
      name: 'libc6',
      version: '2.36-9',
      purl: 'pkg:deb/debian/libc6@2.36-9',
      properties: [
        createProperty('syft:metadata:source', 'glibc'),
        createProperty('syft:metadata:sourceVersion', '2.36-9+b1'),
      ],
      evidence: {
        occurrences: [{ location: '/var/lib/dpkg/status' }, {}],
        licenses: [{ license: { id: 'MIT' } }],
      },
    });
    assert.deepEqual(item?.upstreams, [{ name: 'glibc', version: '2.36-9+b1' }]);
    assert.deepEqual(
      item?.locations.map(({ path }) => path),
      ['/var/lib/dpkg/status'],
    );
    assert.equal(item?.licenses[0]?.kind, 'concluded');
    const libs = readPackage({
      name: 'libs',
      purl: 'pkg:rpm/fedora/libs@1',
      properties: [createProperty('syft:metadata:sourceRpm', 'tool-1-2.src.rpm')],
    });
    assert.deepEqual(libs?.upstreams, [{ name: 'tool', version: '1-2' }]);
  });

  it('may have the package URL only as the reference', () => {
    const item = readPackage({ 'bom-ref': 'pkg:npm/left@1.0.0?package-id=1', name: 'left' });
    assert.equal(item?.type, 'npm');
    assert.equal(item?.version, '1.0.0');
  });

  it('is recognized by its own member at any position', () => {
    const recognizeText = (text: string) => cyclonedxJson.recognize(Buffer.from(text));
    assert.equal(recognizeText('{"$schema":"x","bomFormat":"CycloneDX"'), 1);
    assert.ok(recognizeText('{"specVersion":"1.5","components":[{') > 0);
    assert.equal(recognizeText('{"components":[{"bomFormat":"CycloneDX"}]}'), 0);
    assert.equal(recognizeText('{"bomFormat":"Other"}'), 0);
  });
});

describe('a hostile CycloneDX document', () => {
  it('drops invalid components, and the second of two with one reference', () => {
    const one = { 'bom-ref': 'a', type: 'library', name: 'a' };
    const { inventory } = read({
      bomFormat: 'CycloneDX',
      components: [one, one, 1, null, { type: 'library' }],
      dependencies: [1, {}],
    });
    assert.equal(inventory.packages.length, 1);
    assert.equal(inventory.problems.length, 6);
    assert.ok(inventory.problems.every(({ code }) => code === 'P_RECORD'));
  });

  it('is read only up to the record limit', () => {
    const components = Array.from({ length: 5 }, (_, number) => ({ name: `n${number}` }));
    const content = Buffer.from(JSON.stringify({ bomFormat: 'CycloneDX', components }));
    for (const limit of [{ documentRecordsMax: 3 }, { documentPackagesMax: 3 }]) {
      const limits = { ...DEFAULT_LIMITS, ...limit };
      const { inventory } = cyclonedxJson.read(content, { limits, description: DESCRIPTION });
      assert.equal(inventory.packages.length, 3);
      assert.deepEqual(
        inventory.problems.map(({ code }) => code),
        ['P_LIMIT'],
      );
    }
  });

  it('has at most the limit of edges, even if everything depends on everything', () => {
    const references = Array.from({ length: 40 }, (_, number) => `c${number}`);
    const content = JSON.stringify({
      bomFormat: 'CycloneDX',
      components: references.map((ref) => ({ 'bom-ref': ref, name: ref })),
      dependencies: references.map((ref) => ({ ref, dependsOn: references })),
    });
    const limits = { ...DEFAULT_LIMITS, documentRecordsMax: 100 };
    const { inventory } = cyclonedxJson.read(Buffer.from(content), {
      limits,
      description: DESCRIPTION,
    });
    assert.equal(inventory.relationships.length, 100);
    assert.equal(inventory.problems[0]?.code, 'P_LIMIT');
  });

  it('is read as far as possible, with any member of the wrong type', () => {
    const tried = tryWrongMembers(DOCUMENT, (document) => assertReadable(() => read(document)));
    assert.ok(tried > 300);
  });

  it('has a package for a package URL whose type is that of an operating system', () => {
    const count = (purl: string) => {
      const components = [{ type: 'operating-system', name: 'lodash', version: '4.17.4', purl }];
      return read({ bomFormat: 'CycloneDX', specVersion: '1.6', components }).inventory.packages
        .length;
    };
    assert.equal(count('pkg:npm/lodash@4.17.4'), 1);
    assert.equal(count('pkg:generic/lodash@4.17.4'), 0);
  });

  it('is rejected without its format and version', () => {
    assert.throws(() => read({ components: [] }), { code: 'E_DOCUMENT_INVALID' });
    assert.throws(() => read(null), { code: 'E_DOCUMENT_INVALID' });
  });
});
