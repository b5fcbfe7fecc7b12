/**
 * Builds the documentation as a static site: no scripts, no requests to other servers.
 *
 * npm run generate -- site [DIRECTORY]
 *
 * `docs/README.md` is the navigation. SITE_REPOSITORY names the address of the repository, for links
 * to files that are not part of the site; without it, they are plain text.
 */
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';
import { Marked, type Tokens } from 'marked';
import { SITE_STYLE } from './site-style.data.ts';
import { ROOT } from './source-tree.ts';

const NAVIGATION = 'docs/README.md';
/** Pages outside `docs`, with their names in the site. */
const OTHER_PAGES: ReadonlyMap<string, string> = new Map([
  ['README.md', 'index.html'],
  ['CHANGELOG.md', 'changelog.html'],
  ['CODE_OF_CONDUCT.md', 'code-of-conduct.html'],
  ['CONTRIBUTING.md', 'contributing.html'],
  ['GOVERNANCE.md', 'governance.html'],
  ['SECURITY.md', 'security.html'],
]);
const COPIED = ['docs/pictures/*', 'docs/*.json', 'docs/*.txt'];

interface Page {
  /** Path in the repository. */
  readonly source: string;
  /** Path in the site. */
  readonly target: string;
  readonly markdown: string;
  readonly title: string;
}

interface NavigationSection {
  readonly title: string;
  readonly links: readonly { readonly title: string; readonly source: string }[];
}

function readPages(): ReadonlyMap<string, Page> {
  const documents = globSync('docs/*.md', { cwd: ROOT }).map((path): [string, string] => [
    path,
    `${path.slice('docs/'.length, -'.md'.length)}.html`,
  ]);
  const named = documents.filter(([path]) => path !== NAVIGATION);
  const pages = [...named, [NAVIGATION, 'docs.html'] as const, ...OTHER_PAGES].map(
    ([source, target]): Page => {
      const markdown = readFileSync(join(ROOT, source), 'utf8');
      return { source, target, markdown, title: /^# (.+)$/mu.exec(markdown)?.[1] ?? source };
    },
  );
  return new Map(pages.map((page) => [page.source, page]));
}

/** Reads the sections and links of the index of the documentation. */
function readNavigation({ markdown }: Page): readonly NavigationSection[] {
  return markdown
    .split(/^## /mu)
    .slice(1)
    .map((section) => ({
      title: section.slice(0, section.indexOf('\n')),
      links: [...section.matchAll(/^- \[([^\]]+)\]\(([^)#]+)\)/gmu)].map(
        ([, title = '', path = '']) => ({ title, source: posix.join('docs', path) }),
      ),
    }));
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** As on GitHub, whose anchors the documents use. */
function createAnchor(text: string, used: Map<string, number>): string {
  const plain = text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replaceAll(' ', '-');
  const count = used.get(plain) ?? 0;
  used.set(plain, count + 1);
  return count === 0 ? plain : `${plain}-${count}`;
}

/** Returns the address in the site of a link in a page; `undefined` if it is not part of it. */
function resolveLink(
  href: string,
  from: Page,
  pages: ReadonlyMap<string, Page>,
): string | undefined {
  if (/^(?:https?:|mailto:|#)/u.test(href)) return href;
  const [path = '', anchor] = href.split('#', 2);
  const source = posix.normalize(posix.join(posix.dirname(from.source), path));
  const suffix = anchor === undefined ? '' : `#${anchor}`;
  const page = pages.get(source);
  if (page !== undefined) return `${page.target}${suffix}`;
  if (source.startsWith('docs/') && COPIED.some((pattern) => posix.matchesGlob(source, pattern))) {
    return source.slice('docs/'.length);
  }
  const repository = process.env['SITE_REPOSITORY'];
  return repository === undefined ? undefined : `${repository}/blob/main/${source}`;
}

function renderBody(page: Page, pages: ReadonlyMap<string, Page>): string {
  const used = new Map<string, number>();
  const marked = new Marked({ gfm: true });
  marked.use({
    renderer: {
      heading({ tokens, depth }: Tokens.Heading): string {
        const content = this.parser.parseInline(tokens);
        const plain = this.parser.parseInline(tokens, this.parser.textRenderer);
        const id = createAnchor(plain.replaceAll(/&[a-z]+;|&#\d+;/gu, ''), used);
        return `<h${depth} id="${id}">${content}</h${depth}>\n`;
      },
      link({ href, tokens }: Tokens.Link): string {
        const content = this.parser.parseInline(tokens);
        const address = resolveLink(href, page, pages);
        return address === undefined ? content : `<a href="${escapeHtml(address)}">${content}</a>`;
      },
      image({ href, text }: Tokens.Image): string {
        const address = resolveLink(href, page, pages) ?? '';
        return `<img src="${escapeHtml(address)}" alt="${escapeHtml(text)}" loading="lazy">`;
      },
      code({ text }: Tokens.Code): string {
        return `<pre tabindex="0"><code>${escapeHtml(text)}\n</code></pre>\n`;
      },
    },
  });
  const html = marked.parse(page.markdown, { async: false });
  // A heading without a text confuses screen readers.
  const cells = html.replaceAll('<th></th>', '<td></td>');
  return cells.replaceAll(/<table>[^]*?<\/table>/gu, '<div class="table" tabindex="0">$&</div>');
}

function renderNavigation(
  sections: readonly NavigationSection[],
  page: Page,
  pages: ReadonlyMap<string, Page>,
): string {
  const lists = sections.map(({ title, links }) => {
    const items = links.map(({ title: name, source }) => {
      const current = source === page.source ? ' aria-current="page"' : '';
      return `<li><a href="${pages.get(source)?.target ?? ''}"${current}>${escapeHtml(name)}</a></li>`;
    });
    return `<h2>${escapeHtml(title)}</h2>\n<ul>\n${items.join('\n')}\n</ul>`;
  });
  return lists.join('\n');
}

function renderPage(
  page: Page,
  pages: ReadonlyMap<string, Page>,
  sections: readonly NavigationSection[],
): string {
  const navigation = renderNavigation(sections, page, pages);
  const title = page.source === 'README.md' ? 'plimsoll' : `${page.title} – plimsoll`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self'; style-src 'self'">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="style.css">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header><a href="index.html">plimsoll</a></header>
<nav class="wide" aria-label="Pages">
${navigation}
</nav>
<details class="narrow"><summary>Pages</summary>
<nav aria-label="Pages">
${navigation}
</nav>
</details>
<main id="content">
${renderBody(page, pages)}</main>
</body>
</html>
`;
}

/** Builds the site in a directory, which is replaced. */
export function buildSite(target: string): void {
  const pages = readPages();
  const index = pages.get(NAVIGATION);
  if (index === undefined) throw new Error(`${NAVIGATION} is missing`);
  const sections = readNavigation(index);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const page of pages.values()) {
    writeFileSync(join(target, page.target), renderPage(page, pages, sections));
  }
  for (const path of globSync(COPIED, { cwd: ROOT })) {
    const copy = join(target, path.slice('docs/'.length));
    if (existsSync(join(ROOT, path))) {
      mkdirSync(dirname(copy), { recursive: true });
      cpSync(join(ROOT, path), copy);
    }
  }
  writeFileSync(join(target, 'style.css'), SITE_STYLE);
}

if (import.meta.main) {
  const target = resolve(process.argv[2] ?? join(ROOT, 'site'));
  buildSite(target);
  process.stdout.write(`wrote ${join(target, 'index.html')}\n`);
}
