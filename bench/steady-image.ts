import { type FixtureEntry } from '../src/foundation/bytes/tar/tar.fixture.ts';
import { createZip } from '../src/foundation/bytes/zip/zip.fixture.ts';
import { MIT } from '../src/foundation/identity/license/license-text.fixture.ts';
import { createInlineBuildInfo } from '../src/inventory/ecosystem/go/go-program.fixture.ts';
import { createTinyElf, type TinyElf } from '../test/support/tiny-elf.ts';
import { Chance } from './chance.ts';

/** Relative amount of content; 1 creates the large image of the benchmarks. */
export type Scale = number;

/** The entries of one layer, created on demand. */
export interface SteadyLayer {
  readonly name: string;
  readonly entries: (scale: Scale) => Iterable<FixtureEntry>;
}

const KIB = 1_024;
const MIB = 1_024 * KIB;

/**
 * A system as on build machines: packages of Debian, Python, npm, Maven and Go in six layers, and a
 * seventh that removes some. Names and texts are made up, sizes and numbers are realistic. The same
 * program creates the same bytes.
 */
export const STEADY_LAYERS: readonly SteadyLayer[] = [
  { name: 'base', entries: (scale) => generateDebianLayer({ from: 0, to: 90 * scale, elfs: 2 }) },
  {
    name: 'apt',
    entries: (scale) => generateDebianLayer({ from: 90 * scale, to: 990 * scale, elfs: 3 }),
  },
  { name: 'python', entries: generatePythonLayer },
  { name: 'node', entries: generateNodeLayer },
  { name: 'java', entries: generateJavaLayer },
  { name: 'programs', entries: generateProgramLayer },
  { name: 'purge', entries: generatePurgeLayer },
];

interface DebianPart {
  readonly from: number;
  readonly to: number;
  /** Approximate number of programs and libraries of a package. */
  readonly elfs: number;
}

/** The record also holds the packages of the layers below, like that of dpkg. */
function* generateDebianLayer({ from, to, elfs }: DebianPart): Generator<FixtureEntry> {
  const chance = new Chance(`debian ${from}`);
  const first = Math.floor(from);
  const end = Math.floor(to);
  if (first === 0) {
    yield* generateSystemFiles();
  }
  for (let number = first; number < end; number++) {
    yield* generateDebianPackage(formatDebianName(number), { elfs, chance });
  }
  yield { name: 'var/lib/dpkg/status', content: formatDpkgStatus(end) };
}

function* generateSystemFiles(): Generator<FixtureEntry> {
  for (const name of ['etc/', 'usr/', 'usr/bin/', 'usr/lib/', 'usr/share/', 'var/', 'var/lib/']) {
    yield { name, typeFlag: '5', mode: 0o755 };
  }
  const release = ['ID=debian', 'VERSION_ID="13"', 'VERSION_CODENAME=trixie', 'NAME="Debian"'];
  yield { name: 'usr/lib/os-release', content: `${release.join('\n')}\n` };
  yield { name: 'etc/os-release', typeFlag: '2', linkName: '../usr/lib/os-release' };
  yield { name: 'bin', typeFlag: '2', linkName: 'usr/bin' };
  yield { name: 'lib', typeFlag: '2', linkName: 'usr/lib' };
}

function* generateDebianPackage(
  name: string,
  { elfs, chance }: { readonly elfs: number; readonly chance: Chance },
): Generator<FixtureEntry> {
  const files: FixtureEntry[] = [];
  for (let at = chance.nextInteger(elfs * 2); at >= 0; at--) {
    const isLibrary = chance.nextInteger(3) > 0;
    const path = isLibrary
      ? `usr/lib/x86_64-linux-gnu/lib${name}-${at}.so`
      : `usr/bin/${name}-${at}`;
    const bytes = chance.nextSize(220 * KIB, 12 * MIB);
    files.push({ name: path, content: createProgram(name, bytes, chance), mode: 0o755 });
  }
  for (let at = chance.nextInteger(40); at >= 0; at--) {
    const content = chance.createText(chance.nextSize(9 * KIB, MIB), `# ${name} ${at}\n`);
    files.push({ name: `usr/share/${name}/${chance.nextWord()}-${at}.conf`, content });
  }
  files.push({ name: `usr/share/doc/${name}/copyright`, content: formatCopyright(name) });
  yield* files;
  const paths = files.map((file) => `/${file.name}\n`).join('');
  yield { name: `var/lib/dpkg/info/${name}.list`, content: `/.\n${paths}` };
  const sums = files.map((file) => `${chance.nextHex(32)}  ${file.name}\n`).join('');
  yield { name: `var/lib/dpkg/info/${name}.md5sums`, content: sums };
}

function formatCopyright(name: string): string {
  const format = 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/';
  return `${format}\nUpstream-Name: ${name}\n\nFiles: *\nCopyright: 2020 ${name}\nLicense: ${name.length % 2 === 0 ? 'GPL-2+' : 'Expat'}\n`;
}

function formatDpkgStatus(end: number, isGone: (number: number) => boolean = () => false): string {
  const records: string[] = [];
  for (let number = 0; number < end; number++) {
    if (!isGone(number)) {
      records.push(formatDpkgRecord(number));
    }
  }
  return records.join('\n');
}

function formatDpkgRecord(number: number): string {
  const name = formatDebianName(number);
  const needs = [number - 1, number >> 1, number >> 2].filter(
    (other) => other >= 0 && other < number,
  );
  const fields = [
    `Package: ${name}`,
    'Status: install ok installed',
    'Priority: optional',
    'Section: utils',
    `Installed-Size: ${100 + number}`,
    'Maintainer: A. Sailor <sailor@example.org>',
    'Architecture: amd64',
    `Source: ${formatDebianName(number - (number % 3))}`,
    `Version: 1:${1 + (number % 9)}.${number % 30}-${1 + (number % 4)}`,
    ...(needs.length > 0
      ? [`Depends: ${needs.map((other) => `${formatDebianName(other)} (>= 1.0)`).join(', ')}`]
      : []),
    `Description: made up for a benchmark`,
    ` ${new Chance(name).createText(300, '').toString('latin1').replaceAll('\n', ' ')}`,
  ];
  return `${fields.join('\n')}\n`;
}

function* generatePurgeLayer(scale: Scale): Generator<FixtureEntry> {
  const end = Math.floor(990 * scale);
  const isGone = (number: number): boolean => number % 12 === 5;
  for (let number = 0; number < end; number++) {
    if (isGone(number)) {
      const name = formatDebianName(number);
      for (const path of [`usr/share/.wh.${name}`, `usr/share/doc/.wh.${name}`]) {
        yield { name: path };
      }
      for (const kind of ['list', 'md5sums']) {
        yield { name: `var/lib/dpkg/info/.wh.${name}.${kind}` };
      }
    }
  }
  yield { name: 'var/lib/dpkg/status', content: formatDpkgStatus(end, isGone) };
}

function* generatePythonLayer(scale: Scale): Generator<FixtureEntry> {
  const chance = new Chance('python');
  const root = 'usr/local/lib/python3.13/site-packages';
  for (let number = 0; number < 250 * scale; number++) {
    const name = `${chance.nextWord()}${number}`;
    const version = chance.nextVersion();
    const files: FixtureEntry[] = [];
    for (let at = chance.nextInteger(150); at >= 0; at--) {
      const content = chance.createText(
        chance.nextSize(9 * KIB, 400 * KIB),
        `"""${name} ${at}"""\n`,
      );
      files.push({ name: `${name}/${chance.nextWord()}_${at}.py`, content });
    }
    if (number % 5 === 0) {
      const content = createProgram(name, chance.nextSize(1_500 * KIB, 20 * MIB), chance);
      files.push({ name: `${name}/_speed.cpython-313-x86_64-linux-gnu.so`, content, mode: 0o755 });
    }
    const about = `${name}-${version}.dist-info`;
    const needs = number === 0 ? '' : `Requires-Dist: numbers (>=1.${number})\n`;
    const metadata = `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\nLicense: MIT\n${needs}\n`;
    files.push({ name: `${about}/METADATA`, content: chance.createText(4 * KIB, metadata) });
    files.push({ name: `${about}/LICENSE`, content: MIT });
    files.push({ name: `${about}/INSTALLER`, content: 'pip\n' });
    const rows = files.map(
      (file) => `${file.name},sha256=${chance.nextHex(43)},${file.content?.length ?? 0}\n`,
    );
    files.push({ name: `${about}/RECORD`, content: rows.join('') });
    yield* files.map((file) => ({ ...file, name: `${root}/${file.name}` }));
  }
}

function* generateNodeLayer(scale: Scale): Generator<FixtureEntry> {
  const chance = new Chance('node');
  for (let number = 0; number < 2_800 * scale; number++) {
    const name = `${chance.nextWord()}-${chance.nextWord()}-${number}`;
    const folder = `srv/app/node_modules/${name}`;
    const document = {
      name,
      version: chance.nextVersion(),
      description: `${chance.nextWord()} of ${chance.nextWord()}`,
      license: 'MIT',
      author: 'A. Sailor <sailor@example.org>',
      repository: { type: 'git', url: `git+https://example.org/${name}.git` },
      dependencies: { [chance.nextWord()]: '^1.0.0', [chance.nextWord()]: '~2.1.0' },
    };
    yield {
      name: `${folder}/package.json`,
      content: `${JSON.stringify(document, undefined, 2)}\n`,
    };
    yield { name: `${folder}/LICENSE`, content: MIT };
    yield { name: `${folder}/README.md`, content: chance.createText(4 * KIB, `# ${name}\n`) };
    for (let at = chance.nextInteger(52); at > 0; at--) {
      const content = chance.createText(chance.nextSize(6 * KIB, 900 * KIB), `// ${name} ${at}\n`);
      yield { name: `${folder}/lib/${chance.nextWord()}-${at}.js`, content };
    }
  }
}

function* generateJavaLayer(scale: Scale): Generator<FixtureEntry> {
  const chance = new Chance('java');
  for (let number = 0; number < 400 * scale; number++) {
    const artifact = `${chance.nextWord()}-${number}`;
    const version = chance.nextVersion();
    const group = `org.example.${chance.nextWord()}`;
    const properties = `version=${version}\ngroupId=${group}\nartifactId=${artifact}\n`;
    const about = `META-INF/maven/${group}/${artifact}`;
    const manifest = `Manifest-Version: 1.0\nImplementation-Title: ${artifact}\nImplementation-Version: ${version}\n`;
    const classes = Array.from({ length: 30 + chance.nextInteger(150) }, (_, at) => ({
      name: `org/example/${chance.nextWord()}/${chance.nextWord()}${at}.class`,
      content: chance.createMachineCode(chance.nextSize(8 * KIB, 200 * KIB)),
    }));
    const content = createZip([
      { name: 'META-INF/MANIFEST.MF', content: manifest },
      { name: `${about}/pom.properties`, content: properties },
      ...classes,
    ]);
    yield { name: `opt/java/${artifact}-${version}.jar`, content };
  }
}

function* generateProgramLayer(scale: Scale): Generator<FixtureEntry> {
  const chance = new Chance('programs');
  for (let number = 0; number < 10 * scale; number++) {
    const lines = ['path\texample.org/program', `mod\texample.org/program${number}\t(devel)\t`];
    for (let at = 0; at < 50; at++) {
      const version = chance.nextVersion();
      lines.push(
        `dep\texample.org/${chance.nextWord()}/${chance.nextWord()}\tv${version}\th1:${chance.nextHex(43)}=`,
      );
    }
    const elf = createElf(`program${number}`, {
      contents: [
        { name: '.go.buildinfo', bytes: createInlineBuildInfo('go1.24.1', lines) },
        { name: '.text', bytes: chance.createMachineCode(chance.nextSize(40 * MIB, 120 * MIB)) },
      ],
    });
    yield { name: `usr/local/bin/program${number}`, content: elf, mode: 0o755 };
  }
}

function createProgram(name: string, sizeBytes: number, chance: Chance): Uint8Array {
  return createElf(name, {
    contents: [{ name: '.text', bytes: chance.createMachineCode(sizeBytes) }],
  });
}

const SYMBOLS = Array.from({ length: 60 }, (_, at) => ({ name: `symbol_${at}`, section: at % 2 }));

function createElf(name: string, more: Pick<TinyElf, 'contents'>): Uint8Array {
  return createTinyElf({
    ...more,
    interpreter: '/lib64/ld-linux-x86-64.so.2',
    dynamic: [
      [1, 'libc.so.6'],
      [14, `lib${name}.so`],
      [30, 8],
    ],
    symbols: SYMBOLS,
    segments: [{ type: 0x6474e551, flags: 6 }],
  });
}

function formatDebianName(number: number): string {
  return `${new Chance(`name ${number}`).nextWord()}${number}`;
}
