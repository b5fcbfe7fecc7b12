import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { createOciArchive } from '../../examples/sample-image.ts';
import { ALPINE, createAlpineLayer, DecidedWorld } from '../support/decided-image.ts';
import { skipUnlessInstalled } from '../support/installed-program.ts';
import { runOnTerminal } from '../support/pseudo-terminal.ts';

const world = new DecidedWorld();
after(() => world[Symbol.dispose]());

const IDS = Array.from({ length: 12 }, (_, index) => `CVE-2025-${index + 1}`);
const [ID = '', OTHER = ''] = IDS;
const WIDTHS = [0, 80, 100, 140];

/** Commands that show progress and then print a result, by name. */
const commands = new Map<string, readonly string[]>();

before(async () => {
  const severities = [{ scheme: 'CHMLN', value: 'high', rank: 1 }];
  const ranges = [{ scheme: 'apk', constraint: '< 2', fix: '2' }];
  const about = { provider: 'alpine', system: 0, ecosystem: 'apk', ranges, severities };
  const statements = IDS.map((id) => ({ ...about, id, name: 'musl' }));
  await world.addDatabase('db', { ...ALPINE, statements });
  const image = world.writeImage(createAlpineLayer(['musl 1', 'zlib 1']));
  const fixed = world.writeImage(createAlpineLayer(['musl 2', 'zlib 1']));
  const vex = world.writeFile('vendor.openvex.json', {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'urn:vendor',
    author: 'The maker',
    timestamp: '2026-01-01T00:00:00Z',
    statements: [
      {
        vulnerability: { name: ID },
        products: [{ '@id': 'pkg:apk/alpine/musl@1' }],
        status: 'not_affected',
        justification: 'vulnerable_code_not_present',
      },
    ],
  });
  const script = join(world.folder, 'script.tar');
  const entries = [
    { path: 'bin/sh', content: 'a shell', mode: 0o755 },
    { path: 'start.sh', content: '#!/bin/sh\n/bin/sh -c true\n', mode: 0o755 },
  ];
  const layers = [{ instruction: 'COPY . /', entries }];
  writeFileSync(
    script,
    createOciArchive({ reference: 'a:1', layers, entrypoint: ['/start.sh'], labels: {} }),
  );
  for (const args of [
    ['scan', image],
    ['sbom', image],
    ['sbom', image, '-o', 'cyclonedx-json'],
    ['compare', image, fixed],
    ['compare', image, fixed, script],
    ['why', image, ID],
    ['why', fixed, OTHER],
    ['why', image, fixed],
    ['why', script, '/bin/sh'],
    ['why', 'verify', script],
    ['justify', 'vex', 'apply', image, vex],
    ['justify', 'vex', 'explain', image, vex],
    ['justify', 'vex', 'audit', image, vex],
    ['db', 'status'],
    ['db', 'search', ID],
  ]) {
    const isShown = (arg: string): boolean => !arg.includes('/') || arg === '/bin/sh';
    commands.set(args.filter(isShown).join(' '), args);
  }
});

const TITLES = [
  'scan',
  'sbom',
  'sbom -o cyclonedx-json',
  'compare',
  `why ${ID}`,
  `why ${OTHER}`,
  'why',
  'why /bin/sh',
  'why verify',
  'justify vex apply',
  'justify vex explain',
  'justify vex audit',
  'db status',
  `db search ${ID}`,
];

suite('on a pseudo-terminal', { skip: skipUnlessInstalled('script', 'stty') }, () => {
  for (const title of TITLES) {
    for (const columns of title.startsWith('sbom') ? [80] : WIDTHS) {
      test(`plimsoll ${title}: progress keeps the result intact at ${columns} columns`, async () => {
        const args = commands.get(title) ?? assert.fail(`no command ${title}`);
        const environment = {
          PLIMSOLL_DB: join(world.folder, 'db'),
          PLIMSOLL_DB_AUTO_UPDATE: 'false',
          PLIMSOLL_CACHE_DIR: join(world.folder, 'cache'),
          SOURCE_DATE_EPOCH: '1767441845',
        };
        const run = { columns, environment };
        const [result, screen] = await Promise.all([
          runOnTerminal(args, { ...run, showsProgress: false }),
          runOnTerminal(args, { ...run, showsProgress: true }),
        ]);
        assert.notEqual(result, '');
        assert.ok(screen.includes(result), `${screen}\n--- lacks ---\n${result}`);
      });
    }
  }
});
