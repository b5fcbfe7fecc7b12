import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  createFile,
  createTarget,
  PROGRAM,
  type TargetSeed,
} from '../../../test/support/comparable-target.ts';
import type { FileView } from '../../foundation/core/cataloger.ts';
import { type FileEntry, FileTable } from '../../foundation/core/file-table.ts';
import {
  SURFACE_IDS,
  type Surface,
  type SurfaceDimension,
  type SurfaceId,
} from '../../foundation/core/surface.ts';
import { createSquashedView } from '../../image/view/squashed-view.ts';
import { addDates } from './dated-surface.ts';
import type { ElfTraits } from './elf-traits.ts';
import type { Probed } from './probes.ts';
import { measureSurface } from './surface.ts';

type EntrySeed = Partial<FileEntry> & { readonly path: string; readonly mimeType?: string };

/** Creates a view of layers from the bottom up; files have a size but no content. */
function createView(...layers: readonly (readonly EntrySeed[])[]): FileView {
  return createSquashedView(
    layers.map((entries, index) => {
      const files = new FileTable();
      for (const { mimeType, ...entry } of entries) {
        const defaults = { type: 'regular', mode: 0o644, uid: 0, gid: 0, sizeBytes: 10 } as const;
        const row = files.add({ ...defaults, ...entry });
        if (mimeType !== undefined) {
          files.setMimeType(row, mimeType);
        }
      }
      return { diffId: `sha256:${String(index).repeat(64)}`, files };
    }),
  );
}

function createDirectory(path: string, more: Partial<FileEntry> = {}): EntrySeed {
  return { path, type: 'directory', mode: 0o755, sizeBytes: 0, ...more };
}

function createProgram(path: string, mode = 0o755): EntrySeed {
  return { path, mode };
}

/** No probe has run. */
const UNPROBED: Probed = {
  traits: new Map(),
  getInterface: () => undefined,
  secrets: new Map(),
  accounts: [],
};

function measure(view: FileView, seed: TargetSeed = {}, probed = UNPROBED): Surface {
  return measureSurface(view, createTarget(seed).inventory, probed);
}

function getDimension({ dimensions }: Surface, id: SurfaceId): SurfaceDimension {
  return dimensions.find((one) => one.id === id) ?? assert.fail();
}

function createCounted(view: FileView, id: SurfaceId, seed: TargetSeed = {}): readonly string[] {
  const { value, items } = getDimension(measure(view, seed), id);
  assert.equal(value, items.length);
  return items;
}

const FOLDERS = [createDirectory('/usr'), createDirectory('/usr/bin')];

suite('the attack surface of a target', () => {
  test('has every dimension, in order, each with a count and its list', () => {
    const { dimensions } = measure(createView([]));
    assert.deepEqual(
      dimensions.map(({ id }) => id),
      SURFACE_IDS,
    );
    for (const { value, items, note } of dimensions) {
      assert.ok(value !== undefined || (note !== undefined && items.length === 0));
    }
  });

  test('commands are names in the search path, including links to the same file', () => {
    const view = createView([
      ...FOLDERS,
      createProgram('/usr/bin/busybox'),
      { path: '/usr/bin/sh', type: 'symlink', linkTarget: 'busybox', sizeBytes: 0 },
      { path: '/usr/bin/wget', type: 'symlink', linkTarget: '/usr/bin/busybox', sizeBytes: 0 },
      { path: '/usr/bin/notes.txt' },
      createProgram('/opt/elsewhere'),
    ]);
    assert.deepEqual(createCounted(view, 'commands'), [
      '/usr/bin/busybox',
      '/usr/bin/sh → /usr/bin/busybox',
      '/usr/bin/wget → /usr/bin/busybox',
    ]);
    assert.deepEqual(createCounted(view, 'shells'), ['/usr/bin/sh → /usr/bin/busybox']);
    assert.deepEqual(createCounted(view, 'downloaders'), ['/usr/bin/wget → /usr/bin/busybox']);
  });

  test('the search path is taken from the image', () => {
    const view = createView([
      createDirectory('/opt'),
      createDirectory('/opt/bin'),
      createProgram('/opt/bin/bash'),
    ]);
    assert.deepEqual(createCounted(view, 'shells'), []);
    assert.deepEqual(createCounted(view, 'shells', { config: { Env: ['PATH=/opt/bin'] } }), [
      '/opt/bin/bash',
    ]);
  });

  test('programs count by their use, regardless of a version at the end of the name', () => {
    const view = createView([
      ...FOLDERS,
      ...['python3.12', 'gcc-13', 'apt-get', 'nc', 'php8', 'ls'].map((name) =>
        createProgram(`/usr/bin/${name}`),
      ),
    ]);
    assert.deepEqual(createCounted(view, 'interpreters'), ['/usr/bin/php8', '/usr/bin/python3.12']);
    assert.deepEqual(createCounted(view, 'compilers'), ['/usr/bin/gcc-13']);
    assert.deepEqual(createCounted(view, 'package-managers'), ['/usr/bin/apt-get']);
    assert.deepEqual(createCounted(view, 'network-tools'), ['/usr/bin/nc']);
  });

  test('scripts are executable texts with an interpreter', () => {
    const view = createView([
      { path: '/a.sh', mode: 0o755, mimeType: 'text/x-shellscript' },
      { path: '/b.sh', mode: 0o644, mimeType: 'text/x-shellscript' },
      { path: '/c.txt', mode: 0o755, mimeType: 'text/plain' },
    ]);
    assert.deepEqual(createCounted(view, 'scripts'), ['/a.sh']);
  });

  test('setuid counts if the file is executable, and a sticky directory is not writable for others', () => {
    const view = createView([
      createProgram('/su', 0o4755),
      createProgram('/wall', 0o2755),
      createProgram('/data', 0o4644),
      createDirectory('/tmp', { mode: 0o1777 }),
      createDirectory('/drop', { mode: 0o777 }),
      { path: '/log', mode: 0o666 },
    ]);
    assert.deepEqual(createCounted(view, 'setuid-files'), ['/su', '/wall']);
    assert.deepEqual(createCounted(view, 'writable-places'), ['/drop', '/log']);
  });

  test('code directories that users other than root may write to are listed with these users', () => {
    const view = createView([
      createDirectory('/usr'),
      createDirectory('/usr/bin', { uid: 1000 }),
      createDirectory('/usr/lib', { gid: 50, mode: 0o775 }),
      createDirectory('/srv', { uid: 1000 }),
    ]);
    assert.deepEqual(createCounted(view, 'foreign-code-folders'), [
      '/usr/bin: user 1000',
      '/usr/lib: group 50',
    ]);
  });

  test('secrets are searched in every layer, and never reported themselves', () => {
    const view = createView(
      [
        { path: '/root/.ssh/id_ed25519' },
        { path: '/app/.git/HEAD' },
        { path: '/root/.aws/credentials' },
        { path: '/srv/credentials' },
        { path: '/etc/ssl/certs/ca.pem' },
        { path: '/empty/id_rsa', sizeBytes: 0 },
      ],
      [{ path: '/root/.ssh/.wh.id_ed25519', sizeBytes: 0 }],
    );
    assert.deepEqual(createCounted(view, 'secrets'), [
      'cloud credentials: /root/.aws/credentials',
      'private key: /root/.ssh/id_ed25519',
      'source repository: /app/.git/HEAD',
    ]);
  });

  test('the content of a file confirms or refutes a secret', () => {
    const view = createView([{ path: '/a.pem' }, { path: '/b.pem' }, { path: '/c.pem' }]);
    const secrets = new Map([
      ['0:0', ['private key']],
      ['0:1', []],
    ]);
    const measured = measure(view, {}, { ...UNPROBED, secrets });
    assert.deepEqual(getDimension(measured, 'secrets').items, ['private key: /c.pem']);
    assert.deepEqual(getDimension(measured, 'verified-secrets').items, ['private key: /a.pem']);
    assert.equal(measured.scores?.data, 16);
  });

  test('files with capabilities are listed as getcap prints them', () => {
    const attribute = '0100000200240000000000000000000000000000';
    const view = createView([{ path: '/usr/bin/ping', mode: 0o755, capabilities: attribute }]);
    assert.deepEqual(createCounted(view, 'capability-files'), [
      '/usr/bin/ping: cap_net_bind_service,cap_net_raw=ep',
    ]);
    const target = { kind: 'directory', userInput: 'x', name: 'x', path: 'x' } as const;
    assert.equal(getDimension(measure(view, { target }), 'capability-files').value, undefined);
  });

  test('lists programs that can wait for connections, and those that the entry point can load', () => {
    const traits = new Map(
      ['/usr/bin/server', '/usr/bin/other'].map((path) => [
        path,
        { listens: true, libraryFolders: [] },
      ]),
    );
    const reach = {
      files: [{ path: '/usr/bin/server', strength: 'required' as const, hops: 1 }],
      opacities: [],
      packages: [],
      tainted: [],
      rules: {},
    };
    const measured = measure(createView([]), { inventory: { reach } }, { ...UNPROBED, traits });
    assert.deepEqual(getDimension(measured, 'listeners').items, [
      '/usr/bin/other',
      '/usr/bin/server',
    ]);
    assert.deepEqual(getDimension(measured, 'reachable-listeners').items, ['/usr/bin/server']);
    assert.equal(measured.scores?.channels, 0.5);
    const unasked = measure(createView([]), {}, { ...UNPROBED, traits });
    assert.equal(getDimension(unasked, 'reachable-listeners').note, 'not measured (--reach)');
  });

  test('counts the library functions used by files that the entry point can load', () => {
    const interfaces = new Map([
      ['/bin/tool', { isLibrary: false, exported: '', imported: 'x_open' }],
      ['/bin/other', { isLibrary: false, exported: '', imported: 'x_close' }],
      ['/lib/libx.so', { isLibrary: true, exported: 'x_open\nx_close', imported: '' }],
    ]);
    const files = [...interfaces.keys()].map((path) => createFile({ path, executable: PROGRAM }));
    const reach = {
      files: ['/bin/tool', '/lib/libx.so'].map((path) => ({
        path,
        strength: 'required' as const,
        hops: 1,
      })),
      opacities: [],
      packages: [],
      tainted: [],
      rules: {},
    };
    const probed = { ...UNPROBED, getInterface: (path: string) => interfaces.get(path) };
    const measureLive = (inventory: NonNullable<TargetSeed['inventory']>): SurfaceDimension =>
      getDimension(measure(createView([]), { inventory }, probed), 'live-interface-share');
    const { value, items } = measureLive({ files, reach });
    assert.deepEqual([value, items], [0.5, ['/lib/libx.so: 1 of 2']]);
    assert.equal(measureLive({ files }).note, 'not measured (--reach)');
    const alone = { ...reach, files: reach.files.slice(0, 1) };
    assert.equal(measureLive({ files, reach: alone }).note, 'the entry point loads no libraries');
  });

  test('lists risks in the configuration', () => {
    const view = createView([...FOLDERS, createProgram('/usr/bin/sudo')]);
    const seed: TargetSeed = {
      config: {
        User: '0:0',
        ExposedPorts: { '8080/tcp': {}, '80/tcp': {} },
        Env: ['DB_PASSWORD=hunter2'],
      },
    };
    const measured = measure(view, seed);
    assert.deepEqual(getDimension(measured, 'runs-as-root').items, ['user 0']);
    assert.deepEqual(getDimension(measured, 'exposed-ports').items, ['80/tcp', '8080/tcp']);
    assert.deepEqual(getDimension(measured, 'privileged-ports').items, ['80/tcp']);
    assert.deepEqual(getDimension(measured, 'configuration-flaws').items, [
      'no health check',
      '/usr/bin/sudo gives root privileges to others',
      'the variable DB_PASSWORD may contain a secret',
    ]);
    assert.doesNotMatch(JSON.stringify(measured), /hunter2/);
  });

  test('a file added from the network is reported by its address, without credentials', () => {
    const { inventory } = createTarget({ layers: [{ digit: 'a', bytes: 1 }] });
    assert.ok(inventory.target.kind === 'image');
    const listFlaws = (instruction: string): readonly string[] => {
      assert.ok(inventory.target.kind === 'image');
      const layers = inventory.target.layers.map((layer) => ({ ...layer, instruction }));
      const target = { ...inventory.target, layers };
      const measured = measureSurface(createView([]), { ...inventory, target }, UNPROBED);
      return getDimension(measured, 'configuration-flaws').items;
    };
    assert.match(
      listFlaws('ADD --chown=1 https://example.com/a.tgz /').join(),
      /ADD of https:\/\/example/,
    );
    assert.doesNotMatch(listFlaws('ADD https://me:pw@example.com/a /').join(), /pw/);
    assert.deepEqual(listFlaws('COPY https /'), ['no health check']);
  });

  test('a base image with the tag latest is reported, from a manifest or a label', () => {
    const name = 'org.opencontainers.image.base.name';
    const { inventory } = createTarget({});
    const listFlaws = (base: string, isLabel: boolean): readonly string[] => {
      assert.ok(inventory.target.kind === 'image');
      const annotations = isLabel ? undefined : { [name]: base };
      const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, annotations }));
      const labels: Record<string, string> = isLabel ? { [name]: base } : {};
      const target = { ...inventory.target, manifest, labels };
      const measured = measureSurface(createView([]), { ...inventory, target }, UNPROBED);
      return getDimension(measured, 'configuration-flaws').items.slice(1);
    };
    for (const base of ['debian', 'debian:latest', 'registry.example:5000/a/debian']) {
      for (const isLabel of [true, false]) {
        assert.deepEqual(listFlaws(base, isLabel), [`built on ${base}, a mutable tag`]);
      }
    }
    for (const base of ['', 'debian:12', 'registry.example:5000/debian:12', 'a:latest@sha256:00']) {
      assert.deepEqual([...listFlaws(base, true), ...listFlaws(base, false)], []);
    }
  });

  test('a directory has no run configuration', () => {
    const target = { kind: 'directory', userInput: 'x', name: 'x', path: 'x' } as const;
    const { value, note } = getDimension(measure(createView([]), { target }), 'runs-as-root');
    assert.deepEqual([value, note], [undefined, 'only images have a run configuration']);
  });

  test('hardening is the mean of the missing protections over the applicable checks', () => {
    const security = PROGRAM.security ?? assert.fail();
    const weak = { ...PROGRAM, security: { ...security, pie: false, relRo: 'partial' as const } };
    const library = { ...PROGRAM, security: { ...security, pie: false, dso: true } };
    const measured = measure(createView([]), {
      files: [
        createFile({ path: '/weak', executable: weak }),
        createFile({ path: '/good', executable: PROGRAM }),
        createFile({ path: '/lib.so', executable: library }),
      ],
    });
    const { value, items } = getDimension(measured, 'unhardened-share');
    assert.ok(Math.abs((value ?? 0) - 0.3 / 3) < 1e-9);
    assert.deepEqual(items, ['/weak: missing position independence, read-only relocations']);
  });

  test('hardening of PE and Mach-O uses the protections of their systems', () => {
    const { security: _, ...foreign } = { ...PROGRAM, format: 'pe' as const };
    const mitigations = { randomAddress: true, noExecute: false, controlFlowGuard: false };
    const measured = measure(createView([]), {
      files: [
        createFile({ path: '/weak.exe', executable: { ...foreign, mitigations } }),
        createFile({
          path: '/good',
          executable: {
            ...foreign,
            mitigations: { randomAddress: true, noExecute: true, stackCanary: true },
          },
        }),
        createFile({ path: '/managed.dll', executable: foreign }),
      ],
    });
    const { value, items } = getDimension(measured, 'unhardened-share');
    assert.ok(Math.abs((value ?? 0) - 1 / 3) < 1e-9);
    assert.deepEqual(items, ['/weak.exe: missing data execution prevention, control flow guard']);
  });

  test('hardening checks text relocations, writable library directories, and branch protection', () => {
    const view = createView([
      createDirectory('/opt'),
      createDirectory('/opt/lib', { mode: 0o777 }),
      createDirectory('/opt/safe'),
      createDirectory('/tmp', { mode: 0o1777 }),
    ]);
    const libraryFolders = [
      '/opt/lib',
      '/opt/safe',
      '$ORIGIN/../safe',
      '/tmp/build/lib',
      '',
      'lib',
    ];
    const weak: ElfTraits = {
      listens: false,
      hasTextRelocations: true,
      libraryFolders,
      branchProtection: 'partial',
    };
    const good: ElfTraits = {
      listens: false,
      hasTextRelocations: false,
      libraryFolders: ['/opt/safe'],
      branchProtection: 'full',
    };
    const traits = new Map([
      ['/opt/bin/weak', weak],
      ['/opt/bin/good', good],
    ]);
    const files = [...traits.keys()].map((path) => createFile({ path, executable: PROGRAM }));
    const measured = measure(view, { files }, { ...UNPROBED, traits });
    const { value, items } = getDimension(measured, 'unhardened-share');
    assert.ok(Math.abs((value ?? 0) - 2.5 / 8 / 2) < 1e-9, String(value));
    assert.deepEqual(items, [
      '/opt/bin/weak: missing text without relocations, safe library search paths, control-flow protection (/opt/lib) (/tmp/build/lib) (an empty one) (lib)',
    ]);
  });
});

suite('the sums of a surface', () => {
  test('weigh programs by damage and effort', () => {
    const view = createView([
      ...FOLDERS,
      createProgram('/usr/bin/su', 0o4755),
      createProgram('/usr/bin/bash'),
      createProgram('/usr/bin/ls'),
    ]);
    const reach = {
      files: [{ path: '/usr/bin/bash', strength: 'required' as const, hops: 1 }],
      opacities: [],
      packages: [],
      tainted: [],
      rules: {},
    };
    const { scores } = measure(view, {
      config: { ExposedPorts: { '80/tcp': {}, '8080/tcp': {} } },
      inventory: { reach },
    });
    assert.deepEqual(scores, {
      methodsFromEntry: 8 / 4 + 4 / 1 + 1 / 4,
      methodsInside: 13,
      channels: 3,
      data: 0,
    });
  });

  test('count secrets and world-writable code directories as data', () => {
    const view = createView([
      createDirectory('/usr'),
      createDirectory('/usr/bin', { mode: 0o777 }),
      createDirectory('/drop', { mode: 0o777 }),
      { path: '/key.pem' },
      { path: '/root/.netrc' },
    ]);
    const { scores } = measure(view);
    assert.equal(scores?.data, 8 + 6 + 4 + 1);
    assert.equal(scores?.methodsFromEntry, undefined);
  });

  test('never rise if a file is removed', () => {
    const entries = [
      ...FOLDERS,
      createProgram('/usr/bin/su', 0o4755),
      createProgram('/usr/bin/sh'),
      createProgram('/usr/bin/curl'),
      { path: '/root/.netrc' },
    ];
    const all = measure(createView(entries));
    for (const gone of entries.filter(
      ({ path }) => path.startsWith('/usr/bin/') || path.startsWith('/root'),
    )) {
      const less = measure(createView(entries.filter((entry) => entry !== gone)));
      for (const { id, value } of less.dimensions) {
        const before = getDimension(all, id).value;
        assert.ok(value === undefined || before === undefined || value <= before, id);
      }
      assert.ok((less.scores?.methodsInside ?? 0) <= (all.scores?.methodsInside ?? 0));
    }
  });
});

suite('dimensions that need a database', () => {
  const { inventory, findings } = createTarget({});
  const plain = measureSurface(createView([]), inventory, UNPROBED);

  test('count up to the date of the database, not to today', () => {
    assert.ok(findings.database !== undefined);
    const database = { ...findings.database, builtAt: '2025-11-26T12:00:00Z' };
    const dated = addDates(plain, inventory, { ...findings, database });
    assert.deepEqual(getDimension(dated, 'age-days'), {
      id: 'age-days',
      value: 25,
      items: ['since 2025-11-01'],
    });
    assert.equal(getDimension(dated, 'end-of-life-days').value, 0);
    const alerts = [
      { kind: 'distro-end-of-life', message: '', packageKeys: [], date: '2025-11-20' } as never,
    ];
    const ended = addDates(plain, inventory, { ...findings, database, alerts });
    assert.equal(getDimension(ended, 'end-of-life-days').value, 6);
  });

  test('count packages with a fixing release, and list all fixed versions', () => {
    const packages = ['curl', 'zlib', 'nano'].map((name) => ({ name, type: 'deb' }));
    const { inventory: own } = createTarget({ packages });
    const [curl = '', zlib = '', nano = ''] = own.packages.map(({ key }) => key);
    const createFinding = (packageKey: string, fixState: string, ...fixVersions: string[]) =>
      ({ packageKey, fixState, fixVersions }) as never;
    const found = [
      createFinding(curl, 'fixed', '8.1'),
      createFinding(curl, 'fixed', '8.0', '8.1'),
      createFinding(zlib, 'not-fixed'),
      createFinding(nano, 'unknown'),
    ];
    const { version } = own.packages[0] ?? { version: '' };
    const measureBehind = (inventory_: typeof own, list: readonly never[]) =>
      getDimension(addDates(plain, inventory_, { ...findings, findings: list }), 'packages-behind');
    assert.deepEqual(measureBehind(own, found).items, [`curl ${version}: 8.1, 8.0`]);
    assert.equal(measureBehind(own, []).value, 0);
    const alerts = [{ kind: 'distro-without-data', message: '', packageKeys: [] } as never];
    const silent = addDates(plain, own, { ...findings, findings: found, alerts });
    const { value, items, note } = getDimension(silent, 'packages-behind');
    assert.deepEqual([value, items.length], [undefined, 1]);
    assert.equal(note, 'the database does not know the operating system');
    assert.equal(getDimension(plain, 'packages-behind').value, undefined);
  });

  test('are unknown without a database, and the year of a reproducible build is not a date', () => {
    const { database: _, ...bare } = findings;
    const undated = addDates(plain, inventory, { ...bare, database: undefined });
    assert.equal(getDimension(undated, 'age-days').value, undefined);
    assert.ok(inventory.target.kind === 'image');
    const target = {
      ...inventory.target,
      config: Buffer.from('{"created":"1970-01-01T00:00:00Z"}'),
    };
    const epoch = addDates(plain, { ...inventory, target }, findings);
    assert.equal(getDimension(epoch, 'age-days').note, 'its build date is unknown');
  });
});
