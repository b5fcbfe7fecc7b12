import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertGolden } from '../../../test/support/golden.ts';
import { SAMPLE_INVENTORY, SAMPLE_REPORT, written } from '../../../test/support/sample-report.ts';
import type { Inventory } from '../../core/inventory.ts';
import { syftJson } from './write.ts';

interface Document {
  readonly artifacts: readonly {
    readonly id: string;
    readonly version: string;
    readonly foundBy: string;
  }[];
  readonly artifactRelationships: readonly {
    readonly parent: string;
    readonly child: string;
    readonly type: string;
    readonly metadata?: { readonly kind?: string };
  }[];
  readonly files?: readonly {
    readonly id: string;
    readonly location: { readonly path: string };
    readonly metadata?: { readonly mode: number; readonly type: string };
    readonly executable?: {
      readonly hasEntrypoint: boolean;
      readonly elfSecurityFeatures?: Readonly<Record<string, unknown>>;
    };
    readonly unknowns?: readonly string[];
  }[];
  readonly source: {
    readonly id: string;
    readonly name: string;
    readonly version: string;
    readonly metadata: Readonly<Record<string, unknown>>;
  };
  readonly distro: Readonly<Record<string, unknown>>;
}

function documentOf(inventory: Partial<Inventory>, isParity = false): Document {
  const report = { ...SAMPLE_REPORT, inventory: { ...SAMPLE_INVENTORY, ...inventory } };
  return JSON.parse(written(syftJson, report, { isParity })) as Document;
}

function fileAt(document: Document, path: string): NonNullable<Document['files']>[number] {
  const found = document.files?.find(({ location }) => location.path === path);
  assert.ok(found, path);
  return found;
}

suite('syft-json', () => {
  test('writes the recorded document', () => {
    const golden = new URL('./golden/report.json', import.meta.url);
    assertGolden(golden, written(syftJson, SAMPLE_REPORT));
  });

  test('every edge joins the source, a package or a file of the document', () => {
    const document = documentOf({});
    const ids = new Set([
      document.source.id,
      ...document.artifacts.map(({ id }) => id),
      ...(document.files ?? []).map(({ id }) => id),
    ]);
    assert.ok(document.artifactRelationships.length > 0);
    for (const { parent, child } of document.artifactRelationships) {
      assert.ok(ids.has(parent) && ids.has(child), `${parent} > ${child}`);
    }
  });

  test('a file that only an edge or a problem names is listed, so that nothing dangles', () => {
    const document = documentOf({ files: [] });
    assert.equal(fileAt(document, '/bin/busybox').metadata, undefined);
    assert.deepEqual(fileAt(document, '/lib/apk/db/installed').unknowns, [
      'apk-db-cataloger: no name (line 7)',
    ]);
  });

  test('two edges of the same ends and type become one, primary evidence before supporting', () => {
    const [location] = SAMPLE_INVENTORY.packages[2]?.locations ?? [];
    assert.ok(location);
    const document = documentOf({
      relationships: [
        {
          kind: 'evident-by',
          from: '0000000000000002',
          location: { ...location, evidence: 'supporting' },
        },
        { kind: 'evident-by', from: '0000000000000002', location },
      ],
    });
    const edges = document.artifactRelationships.filter(({ type }) => type === 'evident-by');
    assert.deepEqual(
      edges.map(({ metadata }) => metadata?.kind),
      ['primary'],
    );
  });

  test('modes are the octal digits of a Go file mode', () => {
    const document = documentOf({});
    assert.equal(fileAt(document, '/bin/busybox').metadata?.mode, 40000755);
    assert.equal(fileAt(document, '/app/package-lock.json').metadata?.mode, 644);
    assert.equal(fileAt(document, '/usr/lib/link').metadata?.mode, 1000000777);
    assert.equal(fileAt(document, '/usr/lib/link').metadata?.type, 'SymbolicLink');
  });

  test('control flow and fortification of stripped files are left out, as Syft cannot know them', () => {
    const features = fileAt(documentOf({}), '/bin/busybox').executable?.elfSecurityFeatures;
    assert.deepEqual(features, {
      symbolTableStripped: true,
      stackCanary: true,
      nx: true,
      relRO: 'full',
      pie: true,
      dso: true,
      safeStack: false,
    });
  });

  test('in parity an executable without a package is marked as such and not described further', () => {
    const lone = fileAt(documentOf({}, true), '/opt/lone');
    assert.equal(lone.metadata, undefined);
    assert.equal(lone.executable?.hasEntrypoint, false);
    assert.deepEqual(lone.unknowns, ['unknowns-labeler: no package identified in executable file']);
    assert.equal(fileAt(documentOf({}), '/opt/lone').metadata?.mode, 755);
  });

  test('in parity packages of Python and npm own no files, and no version has a word', () => {
    const [first] = SAMPLE_INVENTORY.packages;
    const file = SAMPLE_INVENTORY.files[0];
    assert.ok(first && file);
    const owner = { ...first, version: '', metadata: { kind: 'python-package', value: {} } };
    const { executable: _, ...plain } = file;
    const own: Partial<Inventory> = {
      packages: [owner],
      files: [{ ...plain, path: '/only/ours.py' }],
      relationships: [
        { kind: 'contains-file', from: owner.key, path: '/only/ours.py', layer: file.layer ?? '' },
        { kind: 'owns-package', from: owner.key, to: owner.key, paths: ['/only/ours.py'] },
      ],
      problems: [],
    };
    const plainDocument = documentOf(own);
    assert.equal(plainDocument.artifacts[0]?.version, '');
    assert.equal(fileAt(plainDocument, '/only/ours.py').metadata?.mode, 644);
    assert.equal(plainDocument.artifactRelationships.length, 3);
    const parity = documentOf(own, true);
    assert.equal(parity.artifacts[0]?.version, 'UNKNOWN');
    assert.equal(parity.files, undefined);
    assert.deepEqual(
      parity.artifactRelationships.map(({ type }) => type),
      ['contains'],
    );
  });

  test('catalogers go by the name that Syft users know', () => {
    const found = documentOf({}).artifacts.map(({ foundBy }) => foundBy);
    assert.deepEqual(found, ['apk-db-cataloger', 'unlisted', 'unlisted', 'unlisted']);
  });

  test('the version of an image is the tag that was asked for, else its digest', () => {
    const getVersion = (userInput: string): string =>
      documentOf({ target: { ...SAMPLE_INVENTORY.target, userInput } }).source.version;
    const digest = `sha256:${'1'.repeat(64)}`;
    assert.equal(getVersion('example/shop:2.1'), '2.1');
    assert.equal(getVersion('host:5000/shop:2.1@sha256:' + '9'.repeat(64)), '2.1');
    assert.equal(getVersion('shop@sha256:' + '9'.repeat(64)), `sha256:${'9'.repeat(64)}`);
    assert.equal(getVersion('host:5000/shop'), digest);
    assert.equal(getVersion('shop:latest'), digest);
    assert.equal(getVersion('images/shop.tar'), digest);
  });

  test('a directory has neither layers nor a distro', () => {
    const document = documentOf({
      target: { kind: 'directory', userInput: 'app', name: 'app', path: 'app' },
      distro: undefined,
      files: [],
      relationships: [],
      problems: [],
    });
    assert.deepEqual(document.source.metadata, { path: 'app' });
    assert.match(document.source.id, /^[0-9a-f]{64}$/);
    assert.deepEqual(document.distro, {});
    assert.equal(document.files, undefined);
  });
});
