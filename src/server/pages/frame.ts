import { VERSION } from '../../core/package-version.ts';
import { type Markup, markup, shortenText } from '../../present/markup.ts';
import { formatAddress, type PageId } from './address.ts';
import { getStyleAddress, ICON_ADDRESS } from './assets.ts';
import type { PageContent, PageRevision } from './page.ts';
import { createNotice, createTime, shortenName } from './parts.ts';

/** The entries of the navigation, with the pages below each. */
const ENTRIES: readonly {
  readonly title: string;
  readonly page: PageId;
  readonly below: readonly PageId[];
}[] = [
  { title: 'Overview', page: 'overview', below: [] },
  { title: 'Changes', page: 'changes', below: [] },
  { title: 'Images', page: 'images', below: ['image', 'finding', 'compare'] },
  { title: 'Findings', page: 'findings', below: [] },
  { title: 'Exposure', page: 'exposure', below: [] },
  { title: 'Review', page: 'review', below: [] },
  { title: 'Compliance', page: 'compliance', below: [] },
  { title: 'Health', page: 'health', below: [] },
];

const HEADING_CHARS_MAX = 300;

/** The parts of a page around its content. */
export interface Frame {
  /** Absent for pages outside the navigation. */
  readonly page?: PageId;
  /** Address of the page in its one form. */
  readonly address: string;
  readonly revision?: PageRevision;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Sentences about the address, without the full stop. */
  readonly notices: readonly string[];
}

/** Creates the complete page. It loads its style from the server, and nothing else. */
export function createFramedPage(content: PageContent, frame: Frame): string {
  const { heading, title = heading, body, notices = [] } = content;
  const style = getStyleAddress(content.style ?? 'page');
  const messages = [...frame.notices, ...notices].map((notice) =>
    createNotice(`${notice.charAt(0).toUpperCase()}${notice.slice(1)}.`),
  );
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${shortenText(title, HEADING_CHARS_MAX)} · plimsoll</title>
<link rel="stylesheet" href="${style}">
<link rel="icon" type="image/svg+xml" href="${ICON_ADDRESS}">
<link rel="alternate" type="application/atom+xml" title="Changes" href="${formatAddress('atom')}">
</head><body>
<a class="skip" href="#main">Skip to the content</a>
<header><div class="top"><p class="brand"><a href="/">plimsoll</a></p>${createSearch()}</div></header>
${createNavigation(frame.page)}
<main id="main"><h1>${shortenText(heading, HEADING_CHARS_MAX)}</h1>
${messages}
${body}</main>
${createFooter(frame)}
</body></html>
`.html;
}

function createSearch(): Markup {
  return markup`<form class="find" role="search" action="${formatAddress('search')}" method="get"><label class="hide" for="find">CVE, package, image or digest</label><input id="find" type="search" name="q" placeholder="CVE, package, image or digest" autocomplete="off" spellcheck="false"><button>Find</button></form>`;
}

function createNavigation(page: PageId | undefined): Markup {
  const links = ENTRIES.map((entry) => {
    const isCurrent = page === entry.page || (page !== undefined && entry.below.includes(page));
    const current = isCurrent ? markup` aria-current="page"` : undefined;
    return markup`<li><a href="${formatAddress(entry.page)}"${current}>${entry.title}</a></li>`;
  });
  return markup`<nav class="toc" aria-label="Pages"><ul>${links}</ul></nav>`;
}

function createFooter({ revision, address, now }: Frame): Markup {
  const state =
    revision === undefined
      ? markup`No revision yet`
      : markup`Revision ${revision.id} of ${createTime(revision.at)}`;
  return markup`<footer>${state} · plimsoll ${VERSION} · shown at ${createTime(now)} · <a href="${address}">Permanent address of this page: ${shortenName(address)}</a></footer>`;
}
