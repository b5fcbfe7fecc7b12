import { spawnSync } from 'node:child_process';
import { deflateSync, gzipSync } from 'node:zlib';
import {
  createMachO,
  createUniversal,
} from '../../../src/foundation/bytes/executable/executable-image.fixture.ts';
import { createZip } from '../../../src/foundation/bytes/zip/zip.fixture.ts';
import { createInlineBuildInfo } from '../../../src/inventory/ecosystem/go/go-program.fixture.ts';
import { createClassFile } from '../../../src/inventory/ecosystem/java/class-file.fixture.ts';
import { createGguf } from '../../../src/inventory/ecosystem/model/gguf.fixture.ts';
import { createTinyElf } from '../tiny-elf.ts';
import { createFiles, type GrowingInput, repeat } from './growing-input.ts';

const NEEDED = 1;
const list = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

const ELF: readonly GrowingInput[] = [
  {
    name: 'elf: sections',
    start: 200,
    large: 30_000,
    make: (count) => [
      {
        'bin/a': createTinyElf({
          contents: list(count).map((at) => ({ name: `.s${at}`, bytes: Buffer.from('x') })),
          hasSections: true,
        }),
      },
    ],
  },
  {
    name: 'elf: libraries that one program needs',
    start: 500,
    large: 50_000,
    make: (count) => [
      {
        'bin/a': createTinyElf({
          dynamic: list(count).map((at) => [NEEDED, `l${at}.so`] as const),
        }),
      },
    ],
  },
  {
    name: 'elf: segments',
    start: 500,
    large: 60_000,
    make: (count) => [
      { 'bin/a': createTinyElf({ segments: list(count).map(() => ({ type: 1, flags: 5 })) }) },
    ],
  },
  {
    name: 'elf: symbols',
    start: 500,
    large: 100_000,
    make: (count) => [
      {
        'bin/a': createTinyElf({ symbols: list(count).map((at) => ({ name: `s${at}`, type: 2 })) }),
      },
    ],
  },
  {
    name: 'elf: programs that need one library',
    start: 50,
    large: 5_000,
    make: (count) => [
      createFiles(count, (at) => [`bin/a${at}`, createTinyElf({ dynamic: [[NEEDED, 'libx.so']] })]),
    ],
  },
  {
    name: 'rust: crates of a program',
    start: 200,
    large: 60_000,
    make: (count) => [{ 'bin/a': createAuditable(count) }],
  },
  {
    name: 'rust: a program with many names',
    start: 30,
    large: 3_000,
    make: (count) => [
      {
        'bin/a': createAuditable(count),
        ...createFiles(count, (at) => [`bin/l${at}`, { link: 'a' }]),
      },
    ],
  },
  {
    name: 'go: modules of a program',
    start: 200,
    large: 100_000,
    make: (count) => [
      {
        'bin/a': createTinyElf({
          contents: [
            {
              name: '.go.buildinfo',
              bytes: createInlineBuildInfo('go1.22.0', [
                'path\ta.com/a',
                'mod\ta.com/a\tv1.0.0\t',
                ...list(count).map((at) => `dep\ta.com/b${at}\tv1.0.0\th1:x=`),
              ]),
            },
          ],
          hasSections: true,
        }),
      },
    ],
  },
  {
    name: 'go: licenses of modules in a cache',
    start: 60,
    large: 3_000,
    make: (count) => [
      {
        ...createFiles(count, (at) => [
          `root/go/pkg/mod/a.com/b${at}@v1.0.0/LICENSE`,
          'Permission is hereby granted, free of charge.',
        ]),
        'go.mod': `module a\n\nrequire (\n${repeat(count, (at) => `\ta.com/b${at} v1.0.0\n`)})\n`,
      },
    ],
  },
  {
    name: 'mach-o: architectures that lie on each other',
    start: 8,
    large: 200,
    make: (count) => [
      {
        'bin/a': createUniversal(
          list(count).map(() => createMachO({ name: '__data', bytes: Buffer.alloc(2_000) })),
        ),
      },
    ],
  },
  {
    name: 'gguf: entries of a header',
    start: 500,
    large: 90_000,
    make: (count) => ({
      'a.gguf': createGguf({
        entries: {
          'general.name': { text: 'a' },
          ...Object.fromEntries(list(count).map((at) => [`k${at}`, { text: 'v' }])),
        },
      }),
    }),
  },
  {
    name: 'safetensors: tensors of a header',
    start: 500,
    large: 400_000,
    make: (count) => ({
      'a.safetensors': createSafetensors(count),
      'config.json': '{"architectures":["A"]}',
    }),
  },
  {
    name: 'linux: modules that are packed',
    start: 2,
    large: 30,
    make: (count) => {
      const module = compressXz(Buffer.alloc(count > 20 ? 500_000_000 : 100_000));
      return createFiles(count, (at) => [`lib/modules/5/m${at}.ko.xz`, module]);
    },
  },
  {
    name: 'linux: a module that is packed',
    start: 100_000,
    large: 500_000_000,
    make: (count) => ({ 'lib/modules/5/a.ko.gz': gzipSync(Buffer.alloc(count)) }),
  },
];

function nestArchives(count: number): Buffer {
  let inner = createZip([{ name: 'META-INF/MANIFEST.MF', content: 'Implementation-Title: b\n' }]);
  for (let depth = 0; depth < count; depth++) {
    inner = createZip([
      { name: 'lib/b-1.jar', content: inner, isStored: true },
      { name: 'a.bin', content: Buffer.alloc(2_000), isStored: true },
    ]);
  }
  return inner;
}

function createAuditable(count: number): Uint8Array {
  const packages = list(count).map((at) => ({
    name: `c${at}`,
    version: '1.0.0',
    source: 'crates.io',
    ...(at === 0 ? { root: true } : {}),
    dependencies: [(at + 1) % count],
  }));
  const bytes = deflateSync(JSON.stringify({ packages }));
  return createTinyElf({ contents: [{ name: '.dep-v0', bytes }], hasSections: true });
}

function createSafetensors(count: number): Buffer {
  const header = Buffer.from(
    `{${repeat(count, (at) => `"t${at}":{"dtype":"F32","shape":[1,2],"data_offsets":[0,1]}`, ',')}}`,
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header]);
}

/** Node has no xz; inputs that need it are empty files if the program is missing. */
function compressXz(content: Uint8Array): Buffer {
  const { stdout } = spawnSync('xz', ['-6', '-T1', '-c'], {
    input: content,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout ?? Buffer.alloc(0);
}

const JAVA: readonly GrowingInput[] = [
  {
    name: 'java: entries of an archive',
    start: 500,
    large: 65_000,
    make: (count) => [{ 'a.jar': createZip(list(count).map((at) => ({ name: `a/B${at}.txt` }))) }],
  },
  {
    name: 'java: entries of an archive that share their content',
    start: 50,
    large: 20_000,
    make: (count) => [
      {
        'a.jar': createZip([
          {
            name: 'META-INF/maven/g/a/pom.properties',
            content: 'groupId=g\nartifactId=a\nversion=1\n'.padEnd(20_000, '#'),
          },
          ...list(count).map((at) => ({
            name: `META-INF/maven/g/b${at}/pom.properties`,
            content: '',
            sameAs: 0,
          })),
        ]),
      },
    ],
  },
  {
    name: 'java: projects of an archive',
    start: 60,
    large: 20_000,
    make: (count) => [
      {
        'a.jar': createZip(
          list(count).map((at) => ({
            name: `META-INF/maven/g/a${at}/pom.properties`,
            content: `groupId=g\nartifactId=a${at}\nversion=1\n`,
          })),
        ),
      },
    ],
  },
  {
    name: 'java: archives in an archive',
    start: 150,
    large: 10_000,
    make: (count) => [
      {
        'a.jar': createZip(
          list(count).map((at) => ({
            name: `lib/b${at}-1.jar`,
            content: createZip([
              { name: 'META-INF/MANIFEST.MF', content: 'Implementation-Title: b\n' },
            ]),
            isStored: true,
          })),
        ),
      },
    ],
  },
  {
    name: 'java: archives that unpack to much',
    start: 2,
    large: 60,
    make: (count) => [
      {
        'a.jar': createZip(
          list(count).map((at) => ({
            name: `lib/b${at}-1.jar`,
            content: createZip([
              { name: 'META-INF/MANIFEST.MF', content: 'Implementation-Title: b\n' },
              {
                name: 'a.bin',
                content: Buffer.alloc(count > 20 ? 80_000_000 : 20_000),
                isStored: true,
              },
            ]),
          })),
        ),
      },
    ],
  },
  {
    name: 'java: archives one in the other',
    start: 2,
    large: 60,
    make: (count) => [{ 'a.jar': nestArchives(count) }],
  },
  {
    name: 'java: lines of a manifest',
    start: 500,
    large: 200_000,
    make: (count) => [
      {
        'a.jar': createZip([
          {
            name: 'META-INF/MANIFEST.MF',
            content: `Implementation-Title: a\n${repeat(count, (at) => `A${at}: b\n`)}`,
          },
        ]),
      },
    ],
  },
  {
    name: 'java: sections of a manifest',
    start: 300,
    large: 100_000,
    make: (count) => [
      {
        'a.jar': createZip([
          {
            name: 'META-INF/MANIFEST.MF',
            content: `Implementation-Title: a\n\n${repeat(count, (at) => `Name: a${at}/\nX: y\n\n`)}`,
          },
        ]),
      },
    ],
  },
  {
    name: 'java: a line of a manifest that goes on',
    start: 500,
    large: 1_000_000,
    make: (count) => [
      {
        'a.jar': createZip([
          { name: 'META-INF/MANIFEST.MF', content: `Bundle-License: a\n${' b\n'.repeat(count)}` },
        ]),
      },
    ],
  },
  {
    name: 'java: dependencies of a project that put in a property',
    start: 300,
    large: 60_000,
    make: (count) => ({
      'pom.xml': `<project><groupId>g</groupId><artifactId>a</artifactId><version>1</version><properties><a>${'x'.repeat(3_000)}</a></properties><dependencies>${repeat(count, (at) => `<dependency><groupId>g</groupId><artifactId>d${at}</artifactId><version>\${a}-${at}</version></dependency>`)}</dependencies></project>`,
    }),
  },
  {
    name: 'java: properties that double each other',
    start: 100,
    large: 60_000,
    make: (count) => ({
      'pom.xml': `<project><groupId>g</groupId><artifactId>a</artifactId><version>\${p0}</version><properties>${repeat(count, (at) => `<p${at}>\${p${at + 1}}\${p${at + 1}}</p${at}>`)}</properties></project>`,
    }),
  },
  {
    name: 'java: projects that manage the dependencies of each other',
    start: 80,
    large: 500,
    make: (count) =>
      createFiles(count, (at) => [
        `m${at}/pom.xml`,
        `<project>${at === 0 ? '' : `<parent><groupId>g</groupId><artifactId>a${at - 1}</artifactId><version>1</version><relativePath>../m${at - 1}</relativePath></parent>`}<groupId>g</groupId><artifactId>a${at}</artifactId><version>1</version><dependencyManagement><dependencies>${repeat(20, (no) => `<dependency><groupId>g</groupId><artifactId>x${no}</artifactId><version>1</version></dependency>`)}</dependencies></dependencyManagement><dependencies>${repeat(20, (no) => `<dependency><groupId>g</groupId><artifactId>x${no}</artifactId></dependency>`)}</dependencies></project>`,
      ]),
  },
  {
    name: 'java: elements in each other',
    start: 500,
    large: 500_000,
    make: (count) => ({
      'pom.xml': `<project>${'<a>'.repeat(count)}${'</a>'.repeat(count)}</project>`,
    }),
  },
  {
    name: 'java: constants of a class',
    start: 300,
    large: 32_000,
    make: (count) => [
      {
        'a.jar': createZip([
          {
            name: 'a/A.class',
            content: createClassFile({ name: 'a/A', classes: list(count).map((at) => `b/B${at}`) }),
          },
        ]),
      },
    ],
  },
  {
    name: 'java: lines of a gradle lock',
    start: 500,
    large: 1_000_000,
    make: (count) => ({
      'gradle.lockfile': repeat(count, (at) => `g:a${at}:1=compileClasspath\n`),
    }),
  },
  {
    name: 'java: components of a verification file',
    start: 200,
    large: 25_000,
    make: (count) => ({
      'gradle/verification-metadata.xml': `<verification-metadata><components>${repeat(count, (at) => `<component group="g" name="a${at}" version="1"/>`)}</components></verification-metadata>`,
    }),
  },
];

/** Inputs for the readers of programs, archives and models. */
export const BINARY_INPUTS: readonly GrowingInput[] = [...ELF, ...JAVA];
