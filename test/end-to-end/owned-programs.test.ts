import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { FixtureEntry } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import { sbom } from '../../src/index.ts';
import { ALPINE, DecidedWorld } from '../support/decided-image.ts';

const PROGRAM = '\0xz (XZ Utils) 5.6.2\0';
const OTHER = '\0xz (XZ Utils) 5.6.1\0';
const PATH = 'usr/bin/xz';
const HEX = { md5: hash('md5', PROGRAM, 'hex'), sha256: hash('sha256', PROGRAM, 'hex') };
const Q1 = `Q1${hash('sha1', PROGRAM, 'base64')}`;

function createApk(name: string, version: string, digest = ''): Record<string, string> {
  const z = digest === '' ? '' : `Z:${digest}\n`;
  return { 'lib/apk/db/installed': `P:${name}\nV:${version}\nF:usr/bin\nR:xz\n${z}\n` };
}

function createDpkg(line: string): Record<string, string> {
  return {
    'var/lib/dpkg/status':
      'Package: tool\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n',
    'var/lib/dpkg/info/tool.md5sums': line,
    'var/lib/dpkg/info/tool.list': '/.\n/usr/bin/xz\n',
  };
}

function createAlpm(mtree: string): Record<string, string | Uint8Array> {
  const folder = 'var/lib/pacman/local/tool-1-1';
  return {
    [`${folder}/desc`]: '%NAME%\ntool\n\n%VERSION%\n1-1\n\n',
    [`${folder}/files`]: '%FILES%\nusr/bin/xz\n\n',
    ...(mtree === '' ? {} : { [`${folder}/mtree`]: gzipSync(`#mtree\n${mtree}\n`) }),
  };
}

function createPortage(digest: string): Record<string, string> {
  return { 'var/db/pkg/app-arch/tool-1/CONTENTS': `dir /usr\nobj /usr/bin/xz ${digest} 1\n` };
}

function toEntries(files: Readonly<Record<string, string | Uint8Array>>): FixtureEntry[] {
  return Object.entries(files).map(([name, content]) => ({ name, content }));
}

type Files = ReturnType<typeof createAlpm>;

/** The records list `/usr/bin/xz`. */
const MATCHING: Readonly<Record<string, Files>> = {
  apk: createApk('tool', '1', Q1),
  dpkg: createDpkg(`${HEX.md5}  usr/bin/xz\n`),
  'dpkg below the merged folder': createDpkg(`${HEX.md5}  bin/xz\n`),
  alpm: createAlpm(`./usr/bin/xz md5digest=${HEX.md5} sha256digest=${HEX.sha256}`),
  portage: createPortage(HEX.md5),
};
const WRONG: Readonly<Record<string, Files>> = {
  apk: createApk('xz', '5.6.2-r0', `Q1${hash('sha1', OTHER, 'base64')}`),
  dpkg: createDpkg(`${hash('md5', OTHER, 'hex')}  usr/bin/xz\n`),
  'dpkg below the merged folder': createDpkg(`${hash('md5', OTHER, 'hex')}  bin/xz\n`),
  alpm: createAlpm(
    `./usr/bin/xz md5digest=${HEX.md5} sha256digest=${hash('sha256', OTHER, 'hex')}`,
  ),
  portage: createPortage(hash('md5', OTHER, 'hex')),
};
const WITHOUT: Readonly<Record<string, Files>> = {
  apk: createApk('tool', '1'),
  'apk with a damaged digest': createApk('tool', '1', 'Q1AA=='),
  dpkg: createDpkg(''),
  alpm: createAlpm(''),
};

interface Seen {
  readonly binaries: readonly string[];
  readonly suppressed: readonly string[];
  readonly changed: readonly string[];
}

async function inspect(world: DecidedWorld, files: Files, program = PROGRAM): Promise<Seen> {
  const inventory = await sbom(createImage(world, files, program));
  const { packages, suppressed = [], problems } = inventory;
  return {
    binaries: packages
      .filter(({ foundBy }) => foundBy === 'binary-classifier')
      .map(({ name, version }) => `${name} ${version}`),
    suppressed: suppressed.map(
      ({ name, version, paths, reason }) => `${name} ${version} ${paths.join()}: ${reason}`,
    ),
    changed: problems.filter(({ code }) => code === 'P_CHANGED').map(({ path = '' }) => path),
  };
}

/** Creates an image with the record in one layer, and the program in the next. */
function createImage(world: DecidedWorld, files: Files, program: string): string {
  const link = { name: 'bin', typeFlag: '2', linkName: 'usr/bin' };
  const system = toEntries({ 'etc/os-release': 'ID=alpine\nVERSION_ID=3.20.1\n', ...files });
  return world.writeImage([link, ...system], toEntries({ [PATH]: program }));
}

const STATEMENT = {
  id: 'CVE-2030-0001',
  provider: 'nvd',
  ecosystem: 'apk',
  system: 0,
  name: 'nothing',
  ranges: [{ scheme: 'apk', constraint: '< 1', fix: '1' }],
};

test('a record suppresses a recognized program if its digest matches', async () => {
  using world = new DecidedWorld();
  for (const [name, files] of Object.entries(MATCHING)) {
    const owner = name === 'portage' ? 'app-arch/tool' : 'tool';
    const reason = `${owner} installed the file, whose digest matches the record`;
    const seen = { binaries: [], suppressed: [`xz 5.6.2 /usr/bin/xz: ${reason}`], changed: [] };
    assert.deepEqual(await inspect(world, files), seen, name);
  }
});

test('a record with another digest leaves both packages, and a problem', async () => {
  using world = new DecidedWorld();
  for (const [name, files] of Object.entries(WRONG)) {
    const seen = { binaries: ['xz 5.6.2'], suppressed: [], changed: ['/usr/bin/xz'] };
    assert.deepEqual(await inspect(world, files), seen, name);
  }
  for (const [name, files] of Object.entries(MATCHING)) {
    const { binaries, changed } = await inspect(world, files, OTHER);
    assert.deepEqual([binaries, changed], [['xz 5.6.1'], ['/usr/bin/xz']], name);
  }
});

test('a record without a digest suppresses nothing but its own product', async () => {
  using world = new DecidedWorld();
  for (const [name, files] of Object.entries(WITHOUT)) {
    const seen = { binaries: ['xz 5.6.2'], suppressed: [], changed: [] };
    assert.deepEqual(await inspect(world, files), seen, name);
  }
  const reason = 'xz lists the file without a digest, and has the same name and version';
  const seen = { binaries: [], suppressed: [`xz 5.6.2 /usr/bin/xz: ${reason}`], changed: [] };
  assert.deepEqual(await inspect(world, createApk('xz', '5.6.2-r0')), seen);
});

test('a record without proof does not apply the distribution data to the program', async () => {
  using world = new DecidedWorld();
  const product = { vendor: 'tukaani', product: 'xz' };
  const ofProgram = {
    id: 'CVE-2030-0002',
    provider: 'nvd',
    product,
    ranges: [{ constraint: '< 6', fix: '6' }],
    severities: [{ scheme: 'CHMLN', value: 'high', rank: 1 }],
  };
  const ofOwner = { ...STATEMENT, name: 'tool', provider: 'alpine' };
  await world.addDatabase('db', { ...ALPINE, statements: [STATEMENT, ofOwner, ofProgram] });
  for (const files of [
    {},
    createApk('tool', '1'),
    createApk('tool', '5.6.2'),
    WRONG['apk'] ?? {},
  ]) {
    const target = createImage(world, files, PROGRAM);
    const { stdout } = await world.run('scan', target, '-o', 'json');
    const { findings, ignored } = JSON.parse(stdout).findings;
    assert.deepEqual(
      findings.map(({ id }: Record<string, string>) => id),
      ['CVE-2030-0002'],
      JSON.stringify([files, ignored]),
    );
  }
});

test('suppressed packages are listed with --show-suppressed', async () => {
  using world = new DecidedWorld();
  await world.addDatabase('db', { ...ALPINE, statements: [STATEMENT] });
  const target = createImage(world, createApk('tool', '1', Q1), PROGRAM);
  const { stdout } = await world.run('scan', target, '--show-suppressed');
  assert.match(stdout, /1 package suppressed:\n {2}xz 5\.6\.2 at \/usr\/bin\/xz: tool installed/);
  const markdown = await world.run('scan', target, '--show-suppressed', '-o', 'markdown');
  assert.match(markdown.stdout, /`xz` \| `5\.6\.2` \| `\/usr\/bin\/xz` \| `tool installed/);
  const { stdout: plain } = await world.run('scan', target);
  assert.doesNotMatch(plain, /suppressed/);
});
