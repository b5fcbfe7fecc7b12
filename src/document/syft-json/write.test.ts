import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertGolden } from '../../../test/support/golden.ts';
import {
  SAMPLE_INVENTORY,
  SAMPLE_REPORT,
  writeReport,
} from '../../../test/support/sample-report.ts';
import { present } from '../../foundation/core/assert.ts';
import type { FileType } from '../../foundation/core/file-table.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { syftJson as reader } from './read.ts';
import { CPE_SOURCES, FILE_TYPES } from './vocabulary.data.ts';
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

function writeDocument(inventory: Partial<Inventory>, isParity = false): Document {
  const report = { ...SAMPLE_REPORT, inventory: { ...SAMPLE_INVENTORY, ...inventory } };
  return JSON.parse(writeReport(syftJson, report, { isParity })) as Document;
}

function findFile(document: Document, path: string): NonNullable<Document['files']>[number] {
  const found = document.files?.find(({ location }) => location.path === path);
  assert.ok(found, path);
  return found;
}

suite('syft-json', () => {
  test('writes the recorded document', () => {
    const golden = new URL('./golden/report.json', import.meta.url);
    assertGolden(golden, writeReport(syftJson, SAMPLE_REPORT));
  });

  test('every edge joins the source, a package or a file of the document', () => {
    const document = writeDocument({});
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

  test('lists a file that only an edge or a problem names', () => {
    const document = writeDocument({ files: [] });
    assert.equal(findFile(document, '/bin/busybox').metadata, undefined);
    assert.deepEqual(findFile(document, '/lib/apk/db/installed').unknowns, [
      'apk-db-cataloger: no name (line 7)',
    ]);
  });

  test('writes a library that a package needs as a file that the package depends on', () => {
    const from = '0000000000000002';
    const { path, layer } = SAMPLE_INVENTORY.files.find((file) => file.path === '/opt/lone') ?? {};
    assert.ok(path !== undefined && layer !== undefined);
    const document = writeDocument({ relationships: [{ kind: 'needs-file', from, path, layer }] });
    assert.deepEqual(
      document.artifactRelationships.filter(({ type }) => type === 'dependency-of'),
      [{ parent: findFile(document, path).id, child: from, type: 'dependency-of' }],
    );
  });

  test('merges two edges of the same ends and type, primary evidence before supporting', () => {
    const [location] = SAMPLE_INVENTORY.packages[2]?.locations ?? [];
    assert.ok(location);
    const document = writeDocument({
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
    const document = writeDocument({});
    assert.equal(findFile(document, '/bin/busybox').metadata?.mode, 40000755);
    assert.equal(findFile(document, '/app/package-lock.json').metadata?.mode, 644);
    assert.equal(findFile(document, '/usr/lib/link').metadata?.mode, 1000000777);
    assert.equal(findFile(document, '/usr/lib/link').metadata?.type, 'SymbolicLink');
  });

  test('files have the same type and mode when they are read again, and CPEs the same source', () => {
    const files = [...FILE_TYPES.words.keys()].flatMap((type) =>
      [0o644, 0o4755, 0o2755, 0o1777, 0o7777].map((mode) => ({
        ...present(SAMPLE_INVENTORY.files[0], 'a file'),
        path: `/${type}/${mode}`,
        type: type as FileType,
        mode,
      })),
    );
    const cpes = [...new Set(CPE_SOURCES.values.values())].map((source) => ({
      cpe: `cpe:2.3:a:${source}:a:1:*:*:*:*:*:*:*`,
      source,
    }));
    const packages = [{ ...present(SAMPLE_INVENTORY.packages[0], 'a package'), cpes }];
    const text = JSON.stringify(writeDocument({ files, packages, relationships: [] }));
    const { inventory } = reader.read(Buffer.from(text), {
      limits: DEFAULT_LIMITS,
      description: { kind: 'sbom', userInput: '', name: '', path: '', origin: 'file' },
    });
    const read = new Map(inventory.files.map(({ path, type, mode }) => [path, [type, mode]]));
    for (const { path, type, mode } of files) {
      assert.deepEqual(read.get(path), [type, mode], path);
    }
    assert.deepEqual(inventory.packages[0]?.cpes, cpes);
  });

  test('omits control flow and fortification of stripped files, which Syft cannot detect', () => {
    const features = findFile(writeDocument({}), '/bin/busybox').executable?.elfSecurityFeatures;
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

  test('in parity marks an executable without a package, without further description', () => {
    const lone = findFile(writeDocument({}, true), '/opt/lone');
    assert.equal(lone.metadata, undefined);
    assert.equal(lone.executable?.hasEntrypoint, false);
    assert.deepEqual(lone.unknowns, ['unknowns-labeler: no package identified in executable file']);
    assert.equal(findFile(writeDocument({}), '/opt/lone').metadata?.mode, 755);
  });

  test('in parity, Python and npm packages own no files, and no version has a word', () => {
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
    const plainDocument = writeDocument(own);
    assert.equal(plainDocument.artifacts[0]?.version, '');
    assert.equal(findFile(plainDocument, '/only/ours.py').metadata?.mode, 644);
    assert.equal(plainDocument.artifactRelationships.length, 3);
    const parity = writeDocument(own, true);
    assert.equal(parity.artifacts[0]?.version, 'UNKNOWN');
    assert.equal(parity.files, undefined);
    assert.deepEqual(
      parity.artifactRelationships.map(({ type }) => type),
      ['contains'],
    );
  });

  test('catalogers have the names known to Syft users', () => {
    const found = writeDocument({}).artifacts.map(({ foundBy }) => foundBy);
    assert.deepEqual(found, ['apk-db-cataloger', 'unlisted', 'unlisted', 'unlisted']);
  });

  test('the version of an image is the requested tag, otherwise its digest', () => {
    const getVersion = (userInput: string): string =>
      writeDocument({ target: { ...SAMPLE_INVENTORY.target, userInput } }).source.version;
    const digest = `sha256:${'1'.repeat(64)}`;
    assert.equal(getVersion('example/shop:2.1'), '2.1');
    assert.equal(getVersion('host:5000/shop:2.1@sha256:' + '9'.repeat(64)), '2.1');
    assert.equal(getVersion('shop@sha256:' + '9'.repeat(64)), `sha256:${'9'.repeat(64)}`);
    assert.equal(getVersion('host:5000/shop'), digest);
    assert.equal(getVersion('shop:latest'), digest);
    assert.equal(getVersion('images/shop.tar'), digest);
  });

  test('a directory has neither layers nor a distro', () => {
    const document = writeDocument({
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
