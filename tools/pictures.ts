import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BASE_IMAGES } from '../test/conformance/base-images.ts';
import { requireSharedMaterial } from '../test/conformance/shared-material.ts';
import { build, ENTRIES } from './build.ts';
import { ROOT } from './source-tree.ts';
import { createTerminalPicture } from './terminal-picture.ts';

/**
 * Makes the pictures of the documentation from the built program and the samples of the repository:
 * the terminal as SVG, and the pages as PNG by an installed Chromium (`CHROMIUM` names another one).
 */
const PICTURES = join(ROOT, 'docs', 'pictures');
const SAMPLE = 'examples/sample.oci.tar';

/** The advisories of the sample. */
const FEEDS = [
  'debian-tracker=examples/advisories/debian-tracker.json',
  'osv=examples/advisories/osv-npm.json',
  'osv=examples/advisories/severities.osv.json',
];

/** The advisories of the base images, which are all that lead to a finding. */
const BASE_FEED = 'osv=examples/base-images/debian-osv.json';

/** A time after that of the samples, so that pictures do not depend on the day. */
const EPOCH = '1764460800';

/** Runs the built program with colors, and without the settings of the user. */
export function runPlimsoll(cache: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'dist', 'cli.js'), ...args],
    {
      cwd: ROOT,
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        HOME: '/dev/null',
        PLIMSOLL_CACHE_DIR: cache,
        SOURCE_DATE_EPOCH: EPOCH,
        FORCE_COLOR: '1',
      },
    },
  );
  if (status !== 0) throw new Error(`plimsoll ${args.join(' ')} failed:\n${stderr}`);
  return stdout;
}

const LINES_MAX = 30;

/** Returns the pictures of terminals, by file name. */
export function drawTerminals(cache: string): ReadonlyMap<string, string> {
  const scan = runPlimsoll(cache, 'scan', SAMPLE, ...SCAN_OPTIONS);
  const lines = scan.trimEnd().split('\n');
  const shown = [
    ...lines.slice(0, 12),
    '…',
    ...lines.slice(lines.findIndex((line) => line === '')),
  ];
  return new Map([
    ['demo.svg', createTerminalPicture('plimsoll demo', runPlimsoll(cache, 'demo', '-q'))],
    [
      'scan.svg',
      createTerminalPicture('plimsoll scan sample.oci.tar', shown.slice(0, LINES_MAX).join('\n')),
    ],
  ]);
}

const SCAN_OPTIONS = ['-q', '--offline', '--db-max-age', '0'] as const;

/** Builds the database of the samples. */
export function buildDatabase(cache: string): void {
  runPlimsoll(cache, 'db', 'build', ...FEEDS);
}

function drawPages(cache: string): void {
  const page = join(cache, 'scan.html');
  runPlimsoll(cache, 'scan', SAMPLE, ...SCAN_OPTIONS, '-o', `html=${page}`);
  takeScreenshot(page, 'scan.png');
}

/** Compares the recorded base images, of which the repository only has SBOMs. */
function drawComparison(cache: string): void {
  const images = join(requireSharedMaterial(), 'corpus', 'images');
  const targets = BASE_IMAGES.map((name) => join(images, `${name}.oci.tar`));
  const page = join(cache, 'compare.html');
  const own = join(cache, 'base-images');
  runPlimsoll(own, 'db', 'build', BASE_FEED);
  runPlimsoll(own, 'compare', ...targets, ...SCAN_OPTIONS, '-o', `html=${page}`);
  takeScreenshot(page, 'compare.png');
}

function takeScreenshot(page: string, name: string): void {
  const { status, stderr } = spawnSync(
    process.env['CHROMIUM'] ?? 'chromium',
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--hide-scrollbars',
      '--window-size=1200,720',
      `--screenshot=${join(PICTURES, name)}`,
      pathToFileURL(page).href,
    ],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`chromium failed:\n${stderr}`);
}

if (import.meta.main) {
  await build({ root: ROOT, entries: ENTRIES, hasTypes: false });
  const cache = mkdtempSync(join(tmpdir(), 'plimsoll-pictures-'));
  try {
    mkdirSync(PICTURES, { recursive: true });
    buildDatabase(cache);
    for (const [name, picture] of drawTerminals(cache)) {
      writeFileSync(join(PICTURES, name), picture);
    }
    drawPages(cache);
    drawComparison(cache);
  } finally {
    rmSync(cache, { recursive: true });
  }
}
