import { DatabaseSync } from 'node:sqlite';
import { deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { createAr } from '../../src/foundation/bytes/ar/ar.fixture.ts';
import {
  createMachO,
  createPe,
  createUniversal,
} from '../../src/foundation/bytes/executable/executable-image.fixture.ts';
import { createPeResources } from '../../src/foundation/bytes/pe/version-resources.fixture.ts';
import { createRpmHeader } from '../../src/foundation/bytes/rpm/rpm-header.fixture.ts';
import { createPaxHeader, createTar } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import {
  createFunctionTable,
  createInlineBuildInfo,
} from '../../src/inventory/ecosystem/go/go-program.fixture.ts';
import {
  createElfProgram,
  createMachOProgram,
  createPeProgram,
} from '../../src/inventory/ecosystem/graalvm/native-image.fixture.ts';
import { createGguf } from '../../src/inventory/ecosystem/model/gguf.fixture.ts';
import { createTinyElf } from './tiny-elf.ts';
import { CARRIERS, sampleDocument, writeCarrier } from './written-documents.ts';

/** Well-formed content to be changed, one kind per member. */

function toBuffers(...contents: readonly string[]): readonly Buffer[] {
  return contents.map((content) => Buffer.from(content));
}

const APK = `C:Q1p78yvTLG094tHE1+dToJGbmYzQE=
P:musl
V:1.2.5-r0
A:x86_64
S:383459
I:622592
T:the musl c library (libc) implementation
U:https://musl.libc.org/
L:MIT
o:musl
m:Timo <t@example.org>
t:1710000000
c:abcdef
D:so:libc.musl-x86_64.so.1>=1 !foo
p:so:libc.musl-x86_64.so.1=1
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
Z:Q1cSSJnGm4pTzYvCCJmWHNvWAnCY8=

P:b
V:2
`;

const DPKG = `Package: libc6
Status: install ok installed
Priority: optional
Maintainer: A <a@example.org>
Architecture: amd64
Multi-Arch: same
Source: glibc (2.36-9)
Version: 2.36-9+deb12u4
Depends: libgcc-s1 | x (>= 3:1~), y:any
Conffiles:
 /etc/ld.so.conf.d/x.conf d4e7a7b88a71b5ffd9e2644e71a0cfab
Description: GNU C Library
 long
 .
 end

Package: b
Version: 1
`;

const COPYRIGHT = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
License: GPL-2+ or Artistic
 On Debian systems see /usr/share/common-licenses/GPL-2.

License: MIT
`;

const METADATA = `Metadata-Version: 2.1
Name: Flask
Version: 3.0.0
Author-email: A <a@example.org>
License: BSD-3-Clause
Requires-Dist: click>=8.1.3
Requires-Dist: importlib-metadata>=3.6.0; python_version < "3.10"
Requires-Dist: async[extra] (>=3.2) ; extra == 'async'
Provides-Extra: async

Body: of text
`;

const PACKAGE_LOCK = JSON.stringify({
  name: 'x',
  version: '1.0.0',
  lockfileVersion: 3,
  packages: {
    '': { name: 'x', version: '1.0.0', dependencies: { a: '^1', b: 'npm:c@2' } },
    'node_modules/a': {
      version: '1.0.0',
      resolved: 'https://example.org/a.tgz',
      integrity: 'sha512-AA==',
      license: 'MIT',
    },
    'node_modules/a/node_modules/b': { version: '2.0.0', dev: true, dependencies: { a: '*' } },
    'node_modules/l': { resolved: 'packages/l', link: true },
  },
  dependencies: {
    a: { version: '1.0.0', requires: { b: '2' }, dependencies: { b: { version: '2.0.0' } } },
  },
});

const PACKAGE_JSON = JSON.stringify({
  name: '@s/x',
  version: '1.2.3',
  license: 'MIT OR Apache-2.0',
  licenses: [{ type: 'MIT' }],
  author: 'A <a@example.org> (https://example.org)',
  contributors: [{ name: 'B' }],
  homepage: 'https://example.org',
  repository: { type: 'git', url: 'git+https://example.org/x.git' },
  dependencies: { y: '^1' },
});

const CARGO_LOCK = `version = 3

[[package]]
name = "a"
version = "0.1.0"
dependencies = ["b 1.0.0 (registry+https://example.org/index)", "c"]

[[package]]
name = "b"
version = "1.0.0"
source = "registry+https://example.org/index"
checksum = "00"
`;

const COMPOSER_LOCK = JSON.stringify({
  packages: [
    {
      name: 'a/b',
      version: 'v1.0.0',
      license: ['MIT'],
      require: { php: '>=7', 'c/d': '^1' },
      source: { type: 'git', url: 'https://example.org', reference: 'abc' },
      authors: [{ name: 'A' }],
    },
  ],
  'packages-dev': [{ name: 'c/d', version: '1.0' }],
});

const GO_MOD = `module example.org/m

go 1.22

require (
	example.org/a v1.2.3 // indirect
	"example.org/b/v2" v2.0.0
)

replace example.org/a => ../a
replace example.org/b/v2 v2.0.0 => example.org/c v1.0.0
exclude example.org/a v1.0.0
retract [v1.0.0, v1.1.0]
`;

const GO_SUM = 'example.org/a v1.2.3 h1:AAAA=\nexample.org/a v1.2.3/go.mod h1:BBBB=\n';

const GO_MODULES = [
  'path\texample.org/cmd',
  'mod\texample.org/m\tv1.0.0\th1:AA=',
  'dep\texample.org/a\tv1.2.3\th1:BB=',
  '=>\texample.org/c\tv1.2.4\th1:CC=',
  'build\t-compiler=gc',
  'build\tvcs.revision=abc',
  'build\t-ldflags="-X main.version=1.2 -s"',
];

const POM = `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <parent><groupId>g</groupId><artifactId>p</artifactId><version>1</version></parent>
  <artifactId>a</artifactId><version>\${v}</version>
  <properties><v>1.\${w}</v><w>2</w></properties>
  <licenses><license><name>MIT</name><url>https://example.org</url></license></licenses>
  <dependencies><dependency><groupId>g</groupId><artifactId>b</artifactId>
    <version>[1,2)</version><scope>test</scope></dependency></dependencies>
  <!-- c --><description><![CDATA[x & y]]></description>
</project>
`;

const MANIFEST = `Manifest-Version: 1.0
Implementation-Title: a
Implementation-Version: 1.2.3
Bundle-SymbolicName: org.example.a;singleton:=true
Main-Class: org.example
 .Main

Name: org/example/
Specification-Title: x
`;

const SYFT_JSON = JSON.stringify({
  artifacts: [
    {
      id: '1',
      name: 'musl',
      version: '1.2.5-r0',
      type: 'apk',
      foundBy: 'apk-db-cataloger',
      locations: [{ path: '/lib/apk/db/installed', layerID: `sha256:${'1'.repeat(64)}` }],
      licenses: [{ value: 'MIT', spdxExpression: 'MIT', type: 'declared' }],
      language: '',
      cpes: [{ cpe: 'cpe:2.3:a:musl:musl:1.2.5:*:*:*:*:*:*:*', source: 'x' }],
      purl: 'pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20',
      metadataType: 'apk-db-entry',
      metadata: { package: 'musl', files: [{ path: '/lib' }] },
    },
  ],
  artifactRelationships: [{ parent: '1', child: '2', type: 'contains' }],
  files: [
    { id: '2', location: { path: '/x' }, metadata: { mode: 644, type: 'RegularFile', size: 3 } },
  ],
  source: {
    id: 's',
    name: 'x',
    version: '1',
    type: 'image',
    metadata: { userInput: 'x', layers: [] },
  },
  distro: { id: 'alpine', versionID: '3.20.0' },
  descriptor: { name: 'syft', version: '1.0.0' },
  schema: { version: '16.0.0', url: 'https://example.org' },
});

const DIGEST = `sha256:${'a'.repeat(64)}`;

const OCI_INDEX = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.index.v1+json',
  manifests: [
    {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: DIGEST,
      size: 100,
      platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
      annotations: { 'org.opencontainers.image.ref.name': 'x' },
    },
  ],
});

const OCI_MANIFEST = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: DIGEST, size: 10 },
  layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: DIGEST, size: 5 }],
});

const OCI_CONFIG = JSON.stringify({
  architecture: 'amd64',
  os: 'linux',
  config: { Labels: { a: 'b' }, Entrypoint: ['/x'] },
  rootfs: { type: 'layers', diff_ids: [DIGEST] },
  history: [{ created_by: 'RUN x' }, { empty_layer: true }],
});

const DOCKER_MANIFEST = JSON.stringify([
  { Config: 'a.json', RepoTags: ['x:y', 'localhost:5000/x'], Layers: ['a/layer.tar'] },
]);

const NATIVE_DOCUMENT = JSON.stringify({
  schema: { id: 'plimsoll-json', version: 1 },
  tool: { name: 'plimsoll', version: '0.1.0' },
  configuration: {},
  inventory: {
    target: { kind: 'directory', userInput: '.', name: 'x', path: '/x' },
    scope: 'squashed',
    layerBytes: [1],
    problemsNotListed: 0,
    problems: [{ code: 'P_LIMIT', message: 'x' }],
    catalogers: [],
    packages: [],
    files: [],
    relationships: [],
  },
});

const PURLS = [
  'pkg:deb/debian/libc6@2.36-9%2Bdeb12u4?arch=amd64&distro=debian-12&upstream=glibc%402.36#a/b',
  'pkg:npm/%40s/x@1.2.3',
  'pkg:golang/example.org/a/b@v1.0.0#sub',
  'pkg:maven/g/a@1?type=jar&classifier=x',
];

const LICENSES = [
  'MIT',
  '(MIT OR Apache-2.0) AND GPL-2.0-or-later WITH Classpath-exception-2.0',
  'GPLv2+ and (LGPLv2+ or BSD)',
  'LicenseRef-x; BSD-3-Clause/MIT, Apache License 2.0',
  'https://opensource.org/licenses/MIT',
];

const CPES = [
  'cpe:2.3:a:musl_libc:musl:1.2.5:rc1:*:*:*:node.js:x64:-',
  'cpe:/a:apache:http_server:2.4.1::~~~node.js~~',
  'cpe:2.3:o:a\\:b:c\\*d:?\\-1*:*:*:*:*:*:*:*',
];

const VERSIONS = [
  '1:2.36-9+deb12u4~bpo1',
  '1.2.5_rc1-r0',
  'v1.2.3-alpha.1+build',
  '1!2.0.post1.dev3+l.1',
  '1.0-SNAPSHOT',
  '1.8.0_292-b10',
  '2.0.0-rc.1',
];

const RANGES = ['>=1.0, <2.0 || =3', '< 1:2.3-4', '">1", <=\'2\'', '^1.2 || ~2', '=1.0-r0'];

const CHALLENGES = [
  'Bearer realm="https://auth.example.org/token",service="r",scope="repository:a/b:pull"',
  'Basic realm="x y\\"z", Bearer realm=https://a.example/,error="invalid_token"',
];

const REFERENCES = [
  'alpine',
  'localhost:5000/a/b:1.2@sha256:'.concat('a'.repeat(64)),
  '[::1]:5000/x',
  'EXAMPLE.org/a__b/c-d:v1',
];

const REQUIREMENTS = `-r other.txt
--index-url https://example.org
flask[async]==3.0.0 ; python_version > "3" --hash=sha256:aa \\
  --hash=sha256:bb
-e git+https://example.org/x.git@v1#egg=x
Django>=2,<3 # c
./local
`;

const RECORD = 'a/__init__.py,sha256=AAAA,12\n"a,b.py",,\na-1.dist-info/RECORD,,\n';

const OS_RELEASE = `NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.20.0
ID_LIKE='a b'
PRETTY_NAME="x \\"y\\""
`;

const HEADER = createRpmHeader([
  { tag: 1000, text: 'bash' },
  { tag: 1001, text: '5.1' },
  { tag: 1002, text: '1.el9' },
  { tag: 1003, numbers: [1] },
  { tag: 1014, text: 'GPLv3+' },
  { tag: 1022, text: 'x86_64' },
  { tag: 1044, text: 'bash-5.1-1.el9.src.rpm' },
  { tag: 1047, texts: ['bash', 'config(bash)'] },
  { tag: 1116, numbers: [0, 1] },
  { tag: 1117, texts: ['bash', 'x'] },
  { tag: 1118, texts: ['/usr/bin/', '/etc/'] },
  { tag: 1030, shorts: [33_261, 33_188] },
  { tag: 1028, numbers: [1, 2] },
  { tag: 1035, texts: ['aa', 'bb'] },
  { tag: 5011, numbers: [8] },
  { tag: 5096, text: 'm:1:2:3' },
  { tag: 268, bytes: Buffer.alloc(40, 3) },
]);

function createSqlite(blobs: readonly Uint8Array[]): Uint8Array {
  using database = new DatabaseSync(':memory:');
  database.exec('PRAGMA page_size = 512');
  database.exec('CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)');
  const insert = database.prepare('INSERT INTO Packages (blob) VALUES (?)');
  for (const blob of blobs) insert.run(blob);
  return database.serialize();
}

/** Creates a database in rpm's own format. */
function createNdb(blob: Uint8Array): Uint8Array {
  const slots = Buffer.alloc(4_096);
  slots.write('RpmP');
  slots.writeUInt32LE(1, 12);
  for (let at = 32; at < slots.length; at += 16) slots.write('Slot', at);
  const length = 16 + Math.ceil((blob.length + 12) / 16) * 16;
  const content = Buffer.alloc(length);
  content.write('BlbS');
  content.writeUInt32LE(1, 4);
  content.writeUInt32LE(blob.length, 12);
  content.set(blob, 16);
  content.writeUInt32LE(blob.length, length - 8);
  content.write('BlbE', length - 4);
  for (const [index, word] of [1, slots.length / 16, length / 16].entries()) {
    slots.writeUInt32LE(word, 36 + 4 * index);
  }
  return Buffer.concat([slots, content]);
}

/** Creates a Berkeley DB hash database with pages of 512 bytes, and the value on separate pages. */
function createBerkeleyDb(blob: Uint8Array): Uint8Array {
  const pageBytes = 512;
  const [metadata, entries] = [Buffer.alloc(pageBytes), Buffer.alloc(pageBytes)];
  const pages = [metadata, entries];
  const room = pageBytes - 26;
  for (let at = 0; at < blob.length; at += room) {
    const piece = blob.subarray(at, at + room);
    const page = Buffer.alloc(pageBytes);
    page[25] = 7;
    page.writeUInt16LE(piece.length, 22);
    page.set(piece, 26);
    page.writeUInt32LE(at + room < blob.length ? pages.length + 1 : 0, 16);
    pages.push(page);
  }
  entries[25] = 13;
  entries.writeUInt16LE(2, 20);
  const value = pageBytes - 17;
  entries[value] = 3;
  entries.writeUInt32LE(2, value + 4);
  entries.writeUInt32LE(blob.length, value + 8);
  const key = Buffer.of(1, 1, 0, 0, 0);
  entries.set(key, pageBytes - key.length);
  entries.writeUInt16LE(pageBytes - key.length, 26);
  entries.writeUInt16LE(value, 28);
  metadata.writeUInt32LE(0x061561, 12);
  metadata.writeUInt32LE(pageBytes, 20);
  metadata[25] = 8;
  metadata.writeUInt32LE(pages.length - 1, 32);
  return Buffer.concat(pages);
}

/** Creates a zip archive of deflated files. APPNOTE.TXT 4.3. */
export function createZip(files: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(bytes.length, 22);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50);
    local.copy(entry, 6, 4, 28);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    locals.push(local, Buffer.from(name), packed);
    central.push(entry, Buffer.from(name));
    at += local.length + name.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(central.length / 2, 8);
  end.writeUInt16LE(central.length / 2, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, directory, end]);
}

const JAR = createZip({
  'META-INF/MANIFEST.MF': MANIFEST,
  'META-INF/maven/g/a/pom.properties': 'groupId=g\nartifactId=a\nversion=1.2\n',
  'META-INF/maven/g/a/pom.xml': POM,
  'org/example/Main.class': 'x',
});

const GO_INFO = createInlineBuildInfo('go1.22.1', GO_MODULES);
const GO_NAMES = createFunctionTable(['main.main', 'example.org/a.(*T).F', 'runtime.goexit']);
const CRATES = gzipSync(Buffer.from('{"packages":[]}'));

const SBOM = gzipSync('{"bomFormat":"CycloneDX","components":[{"name":"a","bom-ref":"a"}]}');
const SBOM_LENGTH = Buffer.from([SBOM.length, 0, 0, 0, 0, 0, 0, 0]);
const NATIVE_IMAGE = [
  Buffer.concat([SBOM_LENGTH, SBOM]),
  { sbom_length: 0, __svm_version_info: 0, sbom: 8 },
] as const;
const PACKAGE_NOTE = Buffer.from('{"name":"a","version":"1","type":"deb","osCpe":"cpe:/o:a:b:1"}');

const EXECUTABLES: readonly Uint8Array[] = [
  createElfProgram(...NATIVE_IMAGE),
  createMachOProgram(...NATIVE_IMAGE),
  createPeProgram(...NATIVE_IMAGE),
  createPeResources({ texts: { ProductName: 'a', FileVersion: '1.2' } }),
  createTinyElf({ contents: [{ name: '.note.package', bytes: PACKAGE_NOTE }] }),
  createTinyElf({
    dynamic: [
      [1, 'libc.so.6'],
      [14, 'libx.so'],
      [30, 8],
    ],
    symbols: [{ name: 'main' }],
  }),
  createTinyElf({ is64: false, isLittleEndian: false, dynamic: [[1, 'libc.so.6']] }),
  createMachO({ name: '__go_buildinfo', bytes: GO_INFO }),
  createUniversal([
    createMachO({ name: '__gopclntab', bytes: GO_NAMES }),
    createMachO({ name: '__x', bytes: CRATES }),
  ]),
  createPe({ name: '.data', bytes: GO_INFO }),
];

const TARS = [
  createTar([
    { name: 'etc/', typeFlag: '5' },
    { name: 'etc/os-release', content: OS_RELEASE },
    { name: 'lib/apk/db/installed', content: APK },
    { name: 'a/.wh.b' },
    { name: 'a/.wh..wh..opq' },
    { name: 'l', typeFlag: '2', linkName: '../lib' },
    { name: 'h', typeFlag: '1', linkName: 'etc/os-release' },
    { name: 'dev/null', typeFlag: '3' },
    { name: 'p', typeFlag: '6' },
  ]),
  createTar([
    createPaxHeader({ path: 'long/app/package.json', size: String(PACKAGE_JSON.length), uid: '5' }),
    { name: 'x', content: PACKAGE_JSON },
    createPaxHeader({ linkpath: 'long/app/package.json' }),
    { name: 'y', typeFlag: '1' },
    { name: '././@LongLink', typeFlag: 'L', content: `${'n/'.repeat(80)}x\0`, dialect: 'gnu' },
    { name: 'short', content: 'x', dialect: 'gnu' },
    { name: 'usr/lib/x.jar', content: JAR },
  ]),
];

function createKernelModule(): Uint8Array {
  const bytes = Buffer.from('name=a\0parm=p:text\0parmtype=p:int\0vermagic=6.1.0 SMP \0');
  return createTinyElf({ type: 1, contents: [{ name: '.modinfo', bytes }] });
}

/** Creates the boot header of an x86 kernel. */
function createBootImage(): Uint8Array {
  const image = Buffer.alloc(1_024);
  image.writeUInt16LE(0xaa55, 0x1fe);
  image.write('HdrS', 0x202);
  image.writeUInt16LE(0x020f, 0x206);
  image.writeUInt16LE(0x100, 0x20e);
  image.write('6.1.0 (a@b) #1 SMP', 0x300);
  return image;
}

export const SEEDS = {
  apk: toBuffers(APK),
  challenge: toBuffers(...CHALLENGES),
  compressed: [
    gzipSync(TARS[0] ?? ''),
    Buffer.concat([gzipSync('a'.repeat(5_000)), gzipSync('b')]),
    zstdCompressSync(TARS[1] ?? ''),
  ],
  copyright: toBuffers(COPYRIGHT),
  cpe: toBuffers(...CPES),
  deb822: toBuffers(DPKG, COPYRIGHT),
  documents: [
    ...toBuffers(SYFT_JSON, NATIVE_DOCUMENT, PURLS.join('\n'), 'cpe:/a:b:c:1\n# x'),
    ...toBuffers(...CARRIERS.map((carrier) => sampleDocument(carrier))),
    ...toBuffers(writeCarrier('cyclonedx-json@1.6')),
  ],
  executables: EXECUTABLES,
  goMod: toBuffers(GO_MOD),
  goModules: toBuffers(GO_MODULES.join('\n')),
  jar: [JAR],
  json: toBuffers(PACKAGE_LOCK, OCI_INDEX, '{"a":[1,-2.5e3,"\\u00e9\\n",null,true,{"b":{}}]}'),
  licenses: toBuffers(...LICENSES),
  manifest: toBuffers(MANIFEST),
  metadata: toBuffers(METADATA),
  ociConfig: toBuffers(OCI_CONFIG),
  ociIndex: toBuffers(OCI_INDEX),
  ociManifest: toBuffers(OCI_MANIFEST),
  dockerManifest: toBuffers(DOCKER_MANIFEST),
  packageJson: toBuffers(PACKAGE_JSON),
  packageLock: toBuffers(PACKAGE_LOCK),
  platform: toBuffers('linux/arm64/v8', 'windows/amd64'),
  pom: toBuffers(POM),
  purl: toBuffers(...PURLS),
  ranges: toBuffers(...RANGES),
  record: toBuffers(RECORD),
  reference: toBuffers(...REFERENCES),
  requirement: toBuffers(
    'flask[async]>=3.0,<4 ; python_version > "3"',
    'x @ https://example.org/x.whl',
  ),
  requirements: toBuffers(REQUIREMENTS),
  rpmHeader: [HEADER],
  rpmDatabases: [createSqlite([HEADER, HEADER]), createNdb(HEADER), createBerkeleyDb(HEADER)],
  signature: [
    Uint8Array.of(0x88, 19, 3, 5, 0, 99, 207, 14, 66, 112, 45, 66, 109, 53, 13, 39, 93, 1, 8),
    Uint8Array.of(
      0xc2,
      26,
      4,
      0,
      1,
      8,
      0,
      6,
      5,
      2,
      99,
      207,
      14,
      66,
      0,
      10,
      9,
      16,
      112,
      45,
      66,
      109,
    ),
  ],
  bootImages: [createBootImage()],
  kernelModules: [createKernelModule()],
  tars: TARS,
  toml: toBuffers(
    CARGO_LOCK,
    'a = 1\n[b.c]\nd = "x" # y\ne = [1, {f = 2}]\ng = 1979-05-27T07:32:00Z\n',
  ),
  versions: toBuffers(...VERSIONS),
} as const satisfies Readonly<Record<string, readonly Uint8Array[]>>;

const ALPM =
  '%NAME%\na\n\n%VERSION%\n1:2-3\n\n%BASE%\nb\n\n%LICENSE%\nMIT\n\n%DEPENDS%\nc>=1\nl.so=1-64\n';

const MTREE = `#mtree
/set type=file uid=0 gid=0 mode=644
./usr time=1700000000.0 mode=755 type=dir
./usr/a\\040b time=1700000000.0 size=5 md5digest=61 sha256digest=66
`;

const PORTAGE_CONTENTS = `dir /usr
obj /usr/a b 376c02bd3b22804df8fdfdc895e7dbfb 1700000000
sym /usr/c -> a b 1700000000
`;

const DERIVATION =
  'Derive([("out","/nix/store/x-a-1","","")],[("/nix/store/y.drv",["out"])],["/s"],"x86_64-linux",';

const BITNAMI = JSON.stringify({
  packages: [
    {
      SPDXID: 'a',
      name: 'a',
      versionInfo: '1-2',
      externalRefs: [{ referenceType: 'purl', referenceLocator: 'pkg:bitnami/a@1-2?arch=amd64' }],
    },
  ],
  files: [{ SPDXID: 'f', fileName: 'bin/a' }],
  relationships: [{ spdxElementId: 'a', relationshipType: 'CONTAINS', relatedSpdxElement: 'f' }],
});

function createNixDatabase(): Uint8Array {
  const database = new DatabaseSync(':memory:');
  database.exec(`
    CREATE TABLE ValidPaths (id integer primary key, path text, hash text, time integer, deriver text);
    CREATE TABLE Refs (referrer integer, reference integer);
    CREATE TABLE DerivationOutputs (drv integer, id text, path text);
    INSERT INTO ValidPaths VALUES (1, '/nix/store/h-a-1.0', 'sha256:1', 1, '/nix/store/x.drv');
    INSERT INTO ValidPaths VALUES (2, '/nix/store/h-b-1.0', 'sha256:2', 1, NULL);
    INSERT INTO Refs VALUES (1, 2), (2, 2);
    INSERT INTO DerivationOutputs VALUES (3, 'out', '/nix/store/h-a-1.0');
  `);
  return database.serialize();
}

/** Output of `xz -0`: two chunks of noise, and a filter for machine code. */
const XZ = [
  '/Td6WFoAAATm1rRGAgAhAQwAAACPmEGcAQA7RCCCPP3m8cJrMPkOx90B5Ih1NKIPCw0Ew27YDnHg/XewdnDrlAvVM1+XParYYZuR/8kR9XzO1Fi7vyzgAI8rZCJiVRoJAAFUPPxRPtEftvN9AQAAAAAEWVo=',
  '/Td6WFoAAAD/EtlBAgAhAQwAAACPmEGc4AI1AFiaADCdAAaTsgmirqkbJC7Cwk3fSTgiSowHFE0Svp82eFW1fSy2du/sate5A/HGgLb7G+nEHcASzvjzuz/A6sA9PTMvB6NU7SxziCx9kn3QiUQ3/+LdTLTPzQAAAAA=',
].map((text) => Buffer.from(text, 'base64'));

function createDebs(): readonly Uint8Array[] {
  const control = createTar([
    { name: './control', content: DPKG },
    { name: './md5sums', content: 'd4e7a7b88a71b5ffd9e2644e71a0cfab  usr/bin/x\n' },
  ]);
  return [gzipSync(control), zstdCompressSync(control), control, ...XZ].map((content) =>
    createAr([
      { name: 'debian-binary', content: Buffer.from('2.0\n') },
      { name: 'control.tar', content },
      { name: 'data.tar', content },
    ]),
  );
}

function createRpm(): Uint8Array {
  const lead = Buffer.alloc(96);
  lead.writeUInt32BE(0xedabeedb);
  const start = Buffer.from('8eade80100000000', 'hex');
  const tags = [
    { tag: 1000, text: 'x' },
    { tag: 1001, text: '1' },
  ];
  return Buffer.concat([lead, start, createRpmHeader([]), start, createRpmHeader(tags)]);
}

const GGUF = createGguf({
  entries: {
    'general.name': { text: 'x' },
    'a.list': { list: [{ list: [{ type: 'f32', number: 1 }] }, { list: [] }] },
    'a.texts': { list: [{ text: 'a' }] },
  },
  tensors: [{ name: 'blk.0.weight', dimensions: [2, 2], type: 12 }],
});

function createSafetensors(): Uint8Array {
  const text = '{"__metadata__":{"a":"b"},"w":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]}}';
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, Buffer.from(text)]);
}

const PLIST = '<plist><dict><key>CFBundleName</key><string>a</string></dict></plist>';

/** Content of a file by the suffix of its path, if no real file is available. */
export const SEEDS_BY_ENDING: readonly (readonly [ending: string, seeds: readonly Uint8Array[]])[] =
  [
    ['.deb', createDebs()],
    ['.rpm', [createRpm()]],
    ['.gguf', [GGUF]],
    ['.safetensors', [createSafetensors()]],
    ['/Info.plist', toBuffers(PLIST)],
    ['/apk/db/installed', SEEDS.apk],
    ['/pacman/local/x-1.0/desc', toBuffers(ALPM)],
    ['/pacman/local/x-1.0/files', toBuffers('%FILES%\nusr/\nusr/a\n\n%BACKUP%\netc/a\td41d8cd9\n')],
    ['/pacman/local/x-1.0/mtree', [gzipSync(MTREE)]],
    ['/CONTENTS', toBuffers(PORTAGE_CONTENTS)],
    ['/RDEPEND', toBuffers('>=a/b-1.2:0/3=[x,y] || ( a/c !a/d ) e? ( a/f )')],
    ['/LICENSE', toBuffers('MIT || ( GPL-2 BSD ) x? ( @FREE )')],
    ['.drv', toBuffers(DERIVATION)],
    ['.spdx', toBuffers(BITNAMI)],
    ['/metadata', toBuffers('[Application]\nname=a.b.C\nruntime=a.b.P/x86_64/1\n')],
    ['/nix/db/db.sqlite', [createNixDatabase()]],
    ['/vmlinuz-x-1.0', SEEDS.bootImages],
    ['/changelog.Debian.gz', [gzipSync('linux (5.4.0-1.2) a;\n 2/linux: 5.4-1.2\n')]],
    ['/dpkg/status', toBuffers(DPKG)],
    ['.control', toBuffers(DPKG)],
    ['.md5sums', toBuffers('d4e7a7b88a71b5ffd9e2644e71a0cfab  usr/bin/x\n')],
    ['.conffiles', toBuffers('/etc/x\n/etc/y remove-on-upgrade\n')],
    ['.list', toBuffers('/.\n/usr\n/usr/bin/x\n')],
    ['/copyright', toBuffers(COPYRIGHT)],
    ['/Packages', SEEDS.rpmDatabases.slice(2)],
    ['/Packages.db', SEEDS.rpmDatabases.slice(1, 2)],
    ['/rpmdb.sqlite', SEEDS.rpmDatabases.slice(0, 1)],
    ['/METADATA', toBuffers(METADATA)],
    ['/PKG-INFO', toBuffers(METADATA)],
    ['/RECORD', toBuffers(RECORD)],
    ['.txt', toBuffers(REQUIREMENTS)],
    ['/package.json', toBuffers(PACKAGE_JSON)],
    ['/package-lock.json', toBuffers(PACKAGE_LOCK)],
    ['/Cargo.lock', toBuffers(CARGO_LOCK)],
    ['/composer.lock', toBuffers(COMPOSER_LOCK)],
    ['/go.mod', toBuffers(GO_MOD)],
    ['/go.sum', toBuffers(GO_SUM)],
    ['/os-release', toBuffers(OS_RELEASE)],
    ['.jar', [JAR]],
    ['.war', [JAR]],
    ['/pom.xml', toBuffers(POM)],
    [
      '.lock',
      toBuffers(
        CARGO_LOCK,
        'a:\n  b: [1, {c: d}]\n',
        'GEM\n  specs:\n    a (1.0)\n      b (~> 2)\n',
      ),
    ],
    ['.json', toBuffers(PACKAGE_JSON, PACKAGE_LOCK)],
    ['.toml', toBuffers(CARGO_LOCK)],
    ['.yaml', toBuffers('a:\n  - b: "c"\n    d: 1\n')],
    ['.yml', toBuffers('a:\n  - b: "c"\n    d: 1\n')],
    ['.xml', toBuffers(POM)],
    ['.lockfile', toBuffers('g:a:1.0=compile,runtime\nempty=x\n')],
  ];
