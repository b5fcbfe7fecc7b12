import { VERSION } from '../../foundation/core/package-version.ts';
import { formatCount } from '../../foundation/core/screen-text.ts';
import { Markup, markup, shortenText } from '../../foundation/present/markup.ts';
import { formatAddress, type PageId } from './address.ts';
import { getStyleAddress, ICON_ADDRESS, ISLANDS_ADDRESS } from './assets.ts';
import { freezeLinks } from './frozen-links.ts';
import type { PageContent, PageRevision } from './page.ts';
import { capitalize, createNotice, createTime, shortenName } from './parts.ts';

/** The entries of the navigation, with the pages below each. */
const ENTRIES: readonly {
  readonly title: string;
  readonly page: PageId;
  readonly below: readonly PageId[];
}[] = [
  { title: 'Overview', page: 'overview', below: ['due'] },
  { title: 'Changes', page: 'changes', below: ['cause'] },
  { title: 'Images', page: 'images', below: ['image', 'finding', 'compare'] },
  { title: 'In use', page: 'placements', below: [] },
  { title: 'Findings', page: 'findings', below: [] },
  { title: 'Exposure', page: 'exposure', below: [] },
  { title: 'Review', page: 'review', below: ['decide', 'draft'] },
  { title: 'Compliance', page: 'compliance', below: ['control'] },
  { title: 'Timeline', page: 'timeline', below: [] },
  { title: 'Health', page: 'health', below: ['watched'] },
  { title: 'Settings', page: 'settings', below: [] },
];

/** They change the store, or show what is not part of its revisions. */
const PRESENT_PAGES: ReadonlySet<PageId> = new Set(['decide', 'draft', 'settings', 'watched']);

/** Bundlers need a helper for a tagged template with the end of a script. */
const SCRIPT = new Markup(`<script type="module" src="${ISLANDS_ADDRESS}"></script>`);

const HEADING_CHARS_MAX = 300;

/** The parts of a page around its content. */
export interface Frame {
  /** Absent for pages outside the navigation. */
  readonly page?: PageId;
  /** Address of the page in its one form, which shows the present. */
  readonly address: string;
  /** Address of the state that it shows, which does not change any more. */
  readonly permanent: string;
  /** Present if the page shows the state of a revision that was chosen. */
  readonly at?: number;
  readonly revision?: PageRevision;
  /** Jobs that wait or run. */
  readonly openJobs?: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Sentences about the address, without the full stop. */
  readonly notices: readonly string[];
  /** Pages that the reader may not open. */
  readonly closed?: readonly PageId[];
  /** Only their images are shown; absent for all. */
  readonly projects?: readonly string[];
}

/** Creates the complete page. It loads its style and script from the server, and nothing else. */
export function createFramedPage(content: PageContent, frame: Frame): string {
  const { heading, title = heading, body, notices = [] } = content;
  const style = getStyleAddress(content.style ?? 'page');
  const freeze = (part: Markup): Markup =>
    frame.at === undefined ? part : freezeLinks(part, frame.at);
  const messages = [...frame.notices, ...notices].map((notice) =>
    createNotice(`${capitalize(notice)}.`),
  );
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${shortenText(title, HEADING_CHARS_MAX)} · plimsoll</title>
<link rel="stylesheet" href="${style}">
${SCRIPT}
<link rel="icon" type="image/svg+xml" href="${ICON_ADDRESS}">
<link rel="alternate" type="application/atom+xml" title="Changes" href="${formatAddress('atom')}">
</head><body>
<a class="skip" href="#main">Skip to the content</a>
<header><div class="top"><p class="brand"><a href="/">plimsoll</a></p>${createState(frame)}${freeze(createSearch())}</div></header>
${freeze(createNavigation(frame))}
<main id="main"><h1>${shortenText(heading, HEADING_CHARS_MAX)}</h1>
${createBanner(frame)}${messages}
${freeze(body)}</main>
${createFooter(frame)}
</body></html>
`.html;
}

/**
 * States the revision of a page and the open jobs. With scripts, its element reports a newer
 * revision in the same line, so nothing moves.
 */
function createState({ at, page, revision, openJobs, projects }: Frame): Markup | undefined {
  if (at !== undefined || page === undefined) {
    return undefined;
  }
  const id = revision?.id ?? 0;
  const jobs =
    openJobs === undefined
      ? undefined
      : markup` · <span>${formatCount(openJobs, 'open job')}</span>`;
  const scope =
    projects === undefined
      ? undefined
      : markup`${projects.length === 1 ? `Project ${projects[0]}` : formatCount(projects.length, 'project')} · `;
  return markup`<p class="state">${scope}<live-state data-revision="${id}"><span role="status">Revision ${id}</span>${jobs}</live-state></p>`;
}

function createSearch(): Markup {
  return markup`<form class="find" role="search" action="${formatAddress('search')}" method="get"><label class="hide" for="find">CVE, package, image or digest</label><input id="find" type="search" name="q" placeholder="CVE, package, image or digest" autocomplete="off" spellcheck="false"><button>Find</button></form>`;
}

function createNavigation({ page, closed = [] }: Frame): Markup {
  const links = ENTRIES.filter((entry) => !closed.includes(entry.page)).map((entry) => {
    const isCurrent = page === entry.page || (page !== undefined && entry.below.includes(page));
    const current = isCurrent ? markup` aria-current="page"` : undefined;
    return markup`<li><a href="${formatAddress(entry.page)}"${current}>${entry.title}</a></li>`;
  });
  return markup`<nav class="toc" aria-label="Pages"><ul>${links}</ul></nav>`;
}

/** A past state must not be taken for the present one. */
function createBanner({ at, revision, address }: Frame): Markup | undefined {
  if (at === undefined) {
    return undefined;
  }
  const state =
    revision === undefined
      ? markup`before the first revision`
      : markup`of revision ${revision.id}, ${createTime(revision.at)}`;
  return markup`<p class="notice">This is the state ${state}. Scores and known exploitation of vulnerabilities are those of today. <a href="${address}">Show the present</a></p>`;
}

/** Numbers over some images must not look like numbers over the whole store. */
function describeScope({ projects }: Frame): Markup | undefined {
  return projects === undefined
    ? undefined
    : markup`Only images of ${projects.length === 1 ? 'the project' : 'the projects'} ${projects.join(', ')} · `;
}

function createFooter(frame: Frame): Markup {
  const { page, revision, permanent, now, at } = frame;
  const none = page === undefined ? undefined : markup`No revision yet · `;
  const state =
    revision === undefined
      ? none
      : markup`Revision ${revision.id} of ${createTime(revision.at)} · `;
  const hasPast = page === undefined || !PRESENT_PAGES.has(page);
  const link =
    (revision === undefined && at === undefined) || !hasPast
      ? undefined
      : markup` · <a href="${permanent}">Permanent address of this state: ${shortenName(permanent)}</a>`;
  return markup`<footer><p>${describeScope(frame)}${state}plimsoll ${VERSION} · shown at ${createTime(now)}${link}</p><div class="tools">${hasPast ? createTimeForm(frame) : undefined}<list-keys></list-keys><command-palette></command-palette></div></footer>`;
}

/** Shows the same page at another time. */
function createTimeForm({ page, address }: Frame): Markup | undefined {
  if (page === undefined) {
    return undefined;
  }
  const { pathname, searchParams } = new URL(address, 'http://localhost');
  const fields = [...searchParams].map(
    ([name, value]) => markup`<input type="hidden" name="${name}" value="${value}">`,
  );
  return markup`<form class="time" action="${pathname}" method="get">${fields}<label>State at the end of<input type="date" name="asof" required></label> <button>Go</button></form>`;
}
