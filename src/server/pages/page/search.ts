import { formatCount } from '../../../core/screen-text.ts';
import { type Markup, markup } from '../../../present/markup.ts';
import { formatAddress } from '../address.ts';
import type { PageContent, PageContext } from '../page.ts';
import { createLink, createSection } from '../parts.ts';
import type { FleetImage } from '../query/fleet.ts';
import { searchComponents, searchVulnerabilities } from '../query/search.ts';

const SHOWN_MAX = 50;

/** Finds images, packages and vulnerabilities. A full name leads straight to its page. */
export async function createSearchPage(context: PageContext): Promise<PageContent> {
  const { db, fleet, get } = context;
  const text = get('q').trim();
  if (text === '') {
    return {
      heading: 'Search',
      body: markup`<p>Enter a CVE, a package or its URL, the name or the digest of an image.</p>`,
    };
  }
  const direct = await findDirectly(context, text);
  if (direct !== undefined) {
    return { heading: '', body: markup``, redirect: direct };
  }
  const words = text.toLowerCase();
  const images = fleet
    .sortImages('name')
    .filter(({ name, digest }) => `${name}\n${digest}`.toLowerCase().includes(words));
  const packages = await searchComponents(db, text, SHOWN_MAX);
  const vulnerabilities = await searchVulnerabilities(db, text, SHOWN_MAX);
  const total = images.length + packages.length + vulnerabilities.length;
  return {
    heading:
      total === 0 ? `Nothing is called "${text}"` : `${formatCount(total, 'result')} for "${text}"`,
    body:
      total === 0
        ? markup`<p>Compared with ${formatCount(fleet.size, 'image')}, all package names and all vulnerabilities with a match.</p>`
        : markup`${createResultList('images', 'Images', images.slice(0, SHOWN_MAX).map(linkImage))}${createResultList(
            'packages',
            'Packages',
            packages.map((name) => createLink('exposure', { package: name }, name)),
          )}${createResultList(
            'vulnerabilities',
            'Vulnerabilities',
            vulnerabilities.map((vulnerability) =>
              createLink('exposure', { vulnerability }, vulnerability),
            ),
          )}`,
  };
}

function linkImage({ id, name }: FleetImage): Markup {
  return createLink('image', { id }, name);
}

function createResultList(id: string, title: string, links: readonly Markup[]): Markup | undefined {
  return links.length === 0
    ? undefined
    : createSection(id, title, markup`<ul>${links.map((one) => markup`<li>${one}</li>`)}</ul>`);
}

const VULNERABILITY = /^(?:CVE|GHSA|ELSA|ALAS|DSA|DLA|RHSA|USN|GO|PYSEC|RUSTSEC)-[\w:.-]+$/i;
const PURL_NAME = /^pkg:[^?#@]*\/([^/?#@]+)(?:@[^?#]*)?(?:[?#].*)?$/;
const DIGEST = /^(?:sha256:)?[0-9a-f]{12,64}$/i;

/** Returns the address of the one thing that has this name. */
async function findDirectly({ db, fleet }: PageContext, text: string): Promise<string | undefined> {
  if (VULNERABILITY.test(text)) {
    const [known] = await searchVulnerabilities(db, text, 1);
    return formatAddress('exposure', { vulnerability: known ?? text.toUpperCase() });
  }
  const [, encoded] = PURL_NAME.exec(text) ?? [];
  if (encoded !== undefined) {
    return formatAddress('exposure', { package: decodeName(encoded) });
  }
  const images = fleet.sortImages('newest');
  const isDigest = DIGEST.test(text);
  const wanted = text.toLowerCase().replace(/^sha256:/, '');
  const named = images.filter(
    ({ name, digest }) =>
      name === text || (isDigest && digest.toLowerCase().startsWith(`sha256:${wanted}`)),
  );
  const [image] = named;
  return image !== undefined && named.length === 1
    ? formatAddress('image', { id: image.id })
    : undefined;
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
