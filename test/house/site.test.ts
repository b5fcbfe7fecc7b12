import assert from 'node:assert/strict';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildSite } from '../../tools/site.ts';
import { ROOT } from '../../tools/source-tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-site-'));
const pages = new Map<string, string>();
after(() => rmSync(folder, { recursive: true, force: true }));
before(() => {
  buildSite(folder);
  for (const name of globSync('*.html', { cwd: folder })) {
    pages.set(name, readFileSync(join(folder, name), 'utf8'));
  }
});

function listAttributes(html: string, pattern: RegExp): readonly string[] {
  return [...html.matchAll(pattern)].map(([, value = '']) => value.replaceAll('&amp;', '&'));
}

test('every link leads to a page, a file or an anchor of the site, or to another site', () => {
  const broken: string[] = [];
  for (const [name, html] of pages) {
    const main = html.slice(html.indexOf('<main'));
    const repeated = name === 'index.html' ? html : main;
    for (const link of listAttributes(repeated, / (?:href|src)="([^"]*)"/gu)) {
      if (/^(?:https?|mailto):/u.test(link)) continue;
      const [path = '', anchor] = link.split('#', 2);
      const target = path === '' ? name : path;
      const isAnchored = anchor === undefined || pages.get(target)?.includes(` id="${anchor}"`);
      if (!existsSync(join(folder, target)) || isAnchored !== true) broken.push(`${name}: ${link}`);
    }
  }
  assert.deepEqual(broken, []);
});

test('a page loads nothing from other servers, and runs no script', () => {
  for (const [name, html] of pages) {
    assert.doesNotMatch(html, /<script|<iframe|<object| on[a-z]+="|="javascript:/iu, name);
    const loaded = listAttributes(html, /<(?:img|link)[^>]* (?:src|href)="([^"]*)"/gu);
    assert.deepEqual(
      loaded.filter((address) => /^[a-z]+:|^\/\//iu.test(address)),
      [],
      name,
    );
  }
  assert.doesNotMatch(readFileSync(join(folder, 'style.css'), 'utf8'), /url\(|@import/u);
});

test('every document is in the navigation, under one of its five sections', () => {
  const index = readFileSync(join(ROOT, 'docs', 'README.md'), 'utf8');
  const sections = [...index.matchAll(/^## (.+)$/gmu)].map(([, title]) => title);
  const expected = ['Getting started', 'Guides', 'Reference', 'Explanation', 'Migration'];
  assert.deepEqual(sections, expected);
  const linked = new Set([...index.matchAll(/\]\(([a-z-]+\.md)\)/gu)].map(([, path]) => path));
  const documents = globSync('*.md', { cwd: join(ROOT, 'docs') });
  // Appendices: pages link to these lists, which nobody starts with.
  const appendices = new Set(['README.md', 'feeds.md']);
  assert.deepEqual(
    documents.filter((path) => !appendices.has(path) && !linked.has(path)),
    [],
  );
});

test('pages have a language, one heading of the first level, and texts for their images', () => {
  for (const [name, html] of pages) {
    assert.match(html, /<html lang="en">/u);
    const levels = listAttributes(html.slice(html.indexOf('<main')), /<h([1-6])/gu).map(Number);
    assert.deepEqual(levels.filter((level) => level === 1).length, 1, name);
    assert.doesNotMatch(html, /<img(?![^>]* alt="[^"]+")/u, name);
  }
});

test('common questions are answered within two clicks from the first page', () => {
  const list = pages.get('questions.html') ?? '';
  assert.ok(
    listAttributes(pages.get('index.html') ?? '', / href="([^"]*)"/gu).includes('questions.html'),
  );
  const rows = list.match(/<tr>\s*<td>[^]*?<\/tr>/gu) ?? [];
  assert.ok(rows.length >= 10);
  for (const row of rows) {
    // The test of links requires that the anchors exist.
    assert.match(row, /<td>[^]* href="[a-z-]+\.html#[a-z-]+"/u, row);
  }
});
