import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ADDRESSES,
  formatAddress,
  listParameters,
  type PageId,
} from '../../src/server/pages/address.ts';
import type { PageCaller } from '../../src/server/pages/page.ts';
import { type PageAnswer, PageReader } from '../../src/server/pages/page-reader.ts';
import { Store } from '../../src/server/store/store.ts';
import { createDraw, type Draw, drawItem } from './random-draw.ts';
import { type FleetShape, writeRandomFleet } from './random-fleet.ts';
import type { TestEngine } from './store-engines.ts';

const NOW = Date.parse('2026-01-05T00:00:00Z');
/** The others are documents of another type. */
export const PAGES = (Object.keys(ADDRESSES) as PageId[]).filter(
  (id) => id !== 'atom' && id !== 'packet',
);
/** Pages about one thing have tests of their own. */
export const LIST_PAGES = PAGES.filter((id) => !ADDRESSES[id].path.includes(':'));
/** Pages that read no documents, which this fleet lacks. */
const STATE_PAGES = LIST_PAGES.filter((id) => id !== 'decide' && id !== 'compare');

const CLOSED = ['health', 'watched', 'settings'] as const satisfies PageId[];

/** A random fleet with the reader of its pages. */
export class FleetPages implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'plimsoll-pages-'));
  readonly resources = new AsyncDisposableStack();
  reader: PageReader | undefined;

  /** Pages are limited to these projects; absent for all. */
  projects: readonly string[] | undefined;

  async open(engine: TestEngine, shape?: FleetShape): Promise<void> {
    const setting = { folder: this.folder, ...(await engine.create(this.resources)) };
    await using store = await Store.open(setting);
    if (shape !== undefined) {
      await writeRandomFleet(store, shape);
    }
    this.reader = this.resources.use(await PageReader.open(setting));
  }

  async get(address: string, known = ''): Promise<PageAnswer> {
    const { pathname, search } = new URL(address, 'http://127.0.0.1');
    assert.ok(this.reader);
    const answer = await this.reader.answerRequest({
      path: pathname,
      query: search,
      now: NOW,
      known,
      ...(this.projects === undefined ? {} : { caller: createViewer(this.projects) }),
    });
    assert.ok(answer.problem === undefined || isUnassessed(address), answer.problem ?? '');
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.resources.disposeAsync();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function isClosed(id: PageId): boolean {
  return CLOSED.some((one) => one === id);
}

function createViewer(projects: readonly string[]): PageCaller {
  return { id: 'viewer', name: 'viewer', roles: [], projects, closed: CLOSED };
}

/** The fleet has neither documents nor an advisory database. */
export function isUnassessed(address: string): boolean {
  return /^\/(?:images\/\d|compare\?)/.test(address);
}

/** Returns the addresses of the links of a page with their texts. */
export function listLinks(html: string): { readonly address: string; readonly text: string }[] {
  return [...html.matchAll(/<a [^>]*?href="([^"]*)"[^>]*>([^]*?)<\/a>/g)].map(
    ([, address = '', text = '']) => ({
      address: address.replaceAll('&amp;', '&').replaceAll('&#39;', "'"),
      text: text.replaceAll(/<[^>]*>/g, ''),
    }),
  );
}

export function isPage(address: string): boolean {
  return !address.startsWith('#') && !/\.(?:atom|zip)(?:$|\?)/.test(address);
}

export function countRows(html: string): number {
  const [, body = ''] = /<tbody>([^]*?)<\/tbody>/.exec(html) ?? [];
  return [...body.matchAll(/<tr>/g)].length;
}

export function readHeading(html: string): string {
  return /<h1>([^]*?)<\/h1>/.exec(html)?.[1] ?? '';
}

/** Counts the rows of a list on all its pages. */
export async function countAll(world: FleetPages, address: string): Promise<number> {
  let rows = 0;
  let next: string | undefined = address;
  for (let pages = 0; next !== undefined; pages += 1) {
    assert.ok(pages < 50, 'the pages of a list end');
    const { body } = await world.get(next);
    const count = countRows(body);
    assert.ok(count <= 200);
    rows += count;
    const found: string | undefined = /<a href="([^"]*)" rel="next">/.exec(body)?.[1];
    next = found?.replaceAll('&amp;', '&');
  }
  return rows;
}

/** Follows numbers that are links, and compares them with the rows behind. Returns how many. */
export async function checkCounts(world: FleetPages): Promise<number> {
  let checked = 0;
  const seen = new Set<string>();
  for (const start of ['/', '/images', '/findings', '/review', '/compliance', '/changes']) {
    const { body } = await world.get(start);
    for (const { address, text } of listLinks(body)) {
      const count = /^([\d,]+)(?: [a-z]+)*$/.exec(text)?.[1];
      if (count === undefined || seen.has(address) || seen.size > 90) {
        continue;
      }
      seen.add(address);
      assert.match(address, /^\/(?:images|findings)\?/);
      const wanted = Number(count.replaceAll(',', ''));
      assert.equal(await countAll(world, address), wanted, `${start}: ${address}`);
      const heading = readHeading((await world.get(address)).body);
      assert.equal(Number.parseInt(heading.replaceAll(',', ''), 10), wanted, heading);
      checked += 1;
    }
  }
  return checked;
}

/** Opens random addresses, and compares state and counts with the rows. Returns how many counts. */
export async function checkRandomAddresses(world: FleetPages, runs: number): Promise<number> {
  const draw = createDraw(runs);
  const pages = STATE_PAGES.filter((id) => world.projects === undefined || !isClosed(id));
  const rows = new Map<string, number>();
  const countOnce = async (address: string): Promise<number> => {
    const count = rows.get(address) ?? (await countAll(world, address));
    rows.set(address, count);
    return count;
  };
  let counts = 0;
  for (let count = 0; count < runs; count += 1) {
    const id = drawItem(draw, pages);
    const values = drawFilter(draw, id);
    const address = formatAddress(id, values);
    const { body, status, location } = await world.get(address);
    if (location !== undefined) {
      assert.equal(id, 'search', address);
      continue;
    }
    assert.equal(status, 200, address);
    assert.doesNotMatch(body, /changes nothing/, address);
    assertState(body, { id, values, address });
    if (id === 'images' || id === 'findings') {
      const heading = readHeading(body);
      assert.equal(await countOnce(address), Number.parseInt(heading, 10), address);
    }
    for (const link of listLinks(body)) {
      const number = /^([\d,]+)(?: [a-z]+)*$/.exec(link.text)?.[1]?.replaceAll(',', '');
      if (number !== undefined && /^\/(?:images|findings|due)\?/.test(link.address)) {
        assert.equal(await countOnce(link.address), Number(number), `${address}: ${link.address}`);
        counts += 1;
      }
    }
  }
  return counts;
}

/** Returns the value of each control of the first filter of a page. */
function readFilter(body: string): ReadonlyMap<string, string> {
  const [, form = ''] = /<form class="filter"[^>]*>([^]*?)<\/form>/.exec(body) ?? [];
  const inputs = [...form.matchAll(/<input [^>]*name="([a-z]+)" value="([^"]*)"/g)];
  const selects = [...form.matchAll(/<select name="([a-z]+)">([^]*?)<\/select>/g)];
  return new Map([
    ...inputs.map(([, name = '', value = '']) => [name, value] as const),
    ...selects.map(([, name = '', options = '']) => {
      const [, value = ''] = /<option value="([^"]*)" selected>/.exec(options) ?? [];
      return [name, value] as const;
    }),
  ]);
}

interface DrawnAddress {
  readonly id: PageId;
  readonly values: Readonly<Record<string, string>>;
  readonly address: string;
}

/** The permanent address and the filter of a page have the state of its address. */
function assertState(body: string, { id, values, address }: DrawnAddress): void {
  const [, permanent] = /<a href="([^"]*)">Permanent address/.exec(body) ?? [];
  if (permanent !== undefined) {
    const shown = permanent.replaceAll('&amp;', '&').replace(/[?&]asof=\d+$/, '');
    assert.equal(shown, address);
  }
  const filter = readFilter(body);
  const parameters = new Map(listParameters(id));
  for (const [name, value] of filter) {
    assert.equal(value, values[name] ?? parameters.get(name)?.preset ?? '', `${address}: ${name}`);
  }
}

/** Texts of filters that match some rows of the fleet, or none. */
const FILTER_TEXTS = ['', 'package-3', 'image-4', 'CVE-2026-7', '7', 'zzz'];

/** Draws values of the parameters of a list, except its place and its time. */
function drawFilter(draw: Draw, id: PageId): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, { accepts }] of listParameters(id)) {
    if (name !== 'after' && name !== 'asof' && draw(3) === 0) {
      const choices =
        accepts instanceof RegExp ? FILTER_TEXTS.filter((text) => accepts.test(text)) : accepts;
      values[name] = drawItem(draw, choices);
    }
  }
  return values;
}
