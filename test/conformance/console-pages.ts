/**
 * Opens every page of the server in Chromium, for each fixture, theme and width: violations of the
 * policy, errors of scripts, one heading, no sideways scrolling, targets of 24 pixels, and axe.
 * Then follows every link.
 *
 * npm run conformance -- console [--images N] [--engine sqlite|postgresql] [--pictures DIRECTORY]
 *
 * Fixtures: an empty server, the three sample images with controls and due dates, and 100,000
 * synthetic images. With a directory, it also writes pictures of all pages, light, dark and
 * printed.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBrowser } from '../support/browser.ts';
import { startFleetServer } from '../support/fleet-server.ts';
import { AXE_TAGS, PAGES, SAMPLE_PAGES } from '../support/page-addresses.data.ts';
import { startPageServer } from '../support/page-server.ts';
import { followLinks, openContext, type WalkedServer, walkPages } from '../support/page-walk.ts';
import { createTestDatabase } from '../support/postgresql.ts';
import { ServerWorld } from '../support/server-world.ts';

const { values: flags } = parseArgs({
  options: {
    images: { type: 'string', default: '100000' },
    components: { type: 'string', default: '20000' },
    engine: { type: 'string', default: 'sqlite' },
    pictures: { type: 'string' },
  },
});

const HOUR_MS = 3_600_000;
const THEMES = ['light', 'dark'] as const;
const WIDTHS = [320, 1_280] as const;
/** Controls of several kinds, and findings with due dates. */
const POLICY = `policy: console
version: "1"
packs: [cis-docker@1, fedramp-rev5-containers@1, fedramp-vdr@1, cra@1]
rules:
  - id: fix-overdue
    for: finding
    when: { overdue-fedramp-rev5: over 0 days }
    then: fail
`;
const POLICY_PAGES = [
  '/compliance/control?key=cra%2FI-I-1',
  '/compliance/control?key=fedramp-vdr%2FVDR-CSO-RES',
  '/due?within=later',
  '/due?image=3',
  '/changes?kind=image',
  '/images?asof=2',
] as const;
const FLEET_PAGES = [
  '/images/7',
  '/images/7/finding?vulnerability=CVE-2020-0001',
  '/compare?a=7&b=8',
  '/images?sort=newest&after=50',
  '/images?base=3',
  '/findings?base=3&fix=available',
  '/findings?least=high&fix=none&exploited=yes',
  '/exposure?package=package-7',
  '/exposure?package=package-7&below=2.0',
  '/exposure?vulnerability=CVE-2026-17',
] as const;

interface Fixture {
  readonly name: string;
  readonly pages: readonly string[];
  start(resources: AsyncDisposableStack, folder: string): Promise<WalkedServer>;
}

/** Options of a server that stores in a directory, and in PostgreSQL if that was chosen. */
async function listOptions(resources: AsyncDisposableStack, folder: string) {
  const databaseUrl =
    flags.engine === 'postgresql' ? resources.use(await createTestDatabase()).url : undefined;
  return {
    databaseUrl,
    args: [
      '--server-dir',
      folder,
      ...(databaseUrl === undefined ? [] : ['--database', databaseUrl]),
    ],
  };
}

async function startEmpty(resources: AsyncDisposableStack, folder: string): Promise<WalkedServer> {
  const world = resources.use(new ServerWorld());
  await world.importDatabase();
  const { args } = await listOptions(resources, folder);
  return await startPageServer(resources, [...args, '--db', world.database], HOUR_MS);
}

/** The samples are stored in SQLite. */
async function startSample(resources: AsyncDisposableStack, folder: string): Promise<WalkedServer> {
  const policy = join(folder, 'policy.yaml');
  writeFileSync(policy, POLICY);
  const args = ['--sample', '--policy', policy, '--fail-on', 'high', '--server-dir', folder];
  return await startPageServer(resources, args, HOUR_MS);
}

async function startFleet(resources: AsyncDisposableStack, folder: string): Promise<WalkedServer> {
  const { databaseUrl } = await listOptions(resources, folder);
  const { server } = await startFleetServer(resources, {
    folder,
    images: Number(flags.images),
    components: Number(flags.components),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  });
  return server;
}

const FIXTURES: readonly Fixture[] = [
  { name: 'nothing', pages: PAGES, start: startEmpty },
  { name: 'three images', pages: [...SAMPLE_PAGES, ...POLICY_PAGES], start: startSample },
  {
    name: `${flags.images} images`,
    pages: [...PAGES, ...FLEET_PAGES],
    start: startFleet,
  },
];

const root = mkdtempSync(join(tmpdir(), 'plimsoll-console-'));
const browser = await startBrowser();
const print = (line: string): void => void process.stdout.write(`${line}\n`);
let problems = 0;

function report(title: string, found: readonly string[]): void {
  problems += found.length;
  print(`${found.length === 0 ? 'ok    ' : 'FAILED'} ${title}`);
  found.forEach((one) => print(`         ${one}`));
}

async function drawPages(server: WalkedServer, { name, pages }: Fixture, folder: string) {
  for (const theme of [...THEMES, 'print'] as const) {
    for (const width of theme === 'print' ? [1_280] : WIDTHS) {
      const setting = { theme: theme === 'print' ? 'light' : theme, width } as const;
      const context = await openContext(browser, server, setting);
      const page = await context.newPage();
      await page.emulateMedia({ media: theme === 'print' ? 'print' : 'screen' });
      for (const address of pages) {
        await page.goto(address);
        const file = `${name} ${address}`.replaceAll(/[^a-z0-9]+/gi, '-');
        await page.screenshot({
          path: join(folder, `${file}-${theme}-${width}.png`),
          fullPage: true,
        });
      }
      await context.close();
    }
  }
}

try {
  for (const [index, fixture] of FIXTURES.entries()) {
    await using resources = new AsyncDisposableStack();
    const folder = join(root, String(index));
    mkdirSync(folder);
    const server = await fixture.start(resources, folder);
    const { name, pages } = fixture;
    for (const theme of THEMES) {
      for (const width of WIDTHS) {
        const window = { theme, width } as const;
        const title = `${name}, ${theme}, ${width} pixels: ${pages.length} pages`;
        report(`${title}, layout and policy`, await walkPages(browser, server, pages, window));
        const axe = { ...window, axe: AXE_TAGS };
        report(`${title}, axe`, await walkPages(browser, server, pages, axe));
      }
    }
    const links = await followLinks(server, pages);
    const size = `the longest page has ${links.longest} compressed bytes`;
    report(`${name}: ${links.visited} links; ${size}`, links.problems);
    if (flags.pictures !== undefined) {
      mkdirSync(flags.pictures, { recursive: true });
      await drawPages(server, fixture, flags.pictures);
    }
  }
  print(`${problems} problems`);
  process.exitCode = problems === 0 ? 0 : 1;
} finally {
  await browser.close();
  rmSync(root, { recursive: true, force: true });
}
