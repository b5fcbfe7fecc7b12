import { SEVERITIES } from '../../../foundation/core/finding.ts';
import { formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import {
  type ExposureSummary,
  summarizePackages,
  summarizeVulnerabilities,
} from '../../query/exposure.ts';
import type { FleetImage } from '../../query/fleet-image.ts';
import { searchComponents, searchVulnerabilities } from '../../query/search.ts';
import { formatAddress } from '../address.ts';
import type { PageContent, PageContext } from '../page.ts';
import {
  createLink,
  createSection,
  createSeverities,
  createSeverity,
  shortenName,
} from '../parts.ts';

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
  const known = await summarizePackages(context, packages);
  const affected = await summarizeVulnerabilities(context, vulnerabilities);
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
            sortResults(packages, known).map((name) =>
              describeResult(createLink('exposure', { package: name }, name), known.get(name)),
            ),
          )}${createResultList(
            'vulnerabilities',
            'Vulnerabilities',
            sortResults(vulnerabilities, affected).map((vulnerability) =>
              describeResult(
                createLink('exposure', { vulnerability }, vulnerability),
                affected.get(vulnerability),
              ),
            ),
          )}`,
  };
}

/** Sorts names by severity; those in no image come last. Equal ones keep their order. */
function sortResults(
  names: readonly string[],
  summaries: ReadonlyMap<string, ExposureSummary>,
): readonly string[] {
  const rankResult = (name: string): number => {
    const { images = 0, worst } = summaries.get(name) ?? {};
    return images === 0 ? -2 : SEVERITIES.findIndex((one) => one === worst);
  };
  return names.toSorted((left, right) => rankResult(right) - rankResult(left));
}

function linkImage({ id, name, counts }: FleetImage): Markup {
  return markup`${createLink('image', { id }, name)} ${createSeverities(counts)}`;
}

const VERSIONS_MAX = 3;

function describeResult(link: Markup, summary: ExposureSummary | undefined): Markup {
  const { versions = [], images = 0, worst } = summary ?? {};
  if (images === 0) {
    return markup`${link} <span class="dim">in no image now</span>`;
  }
  const shown = versions.slice(0, VERSIONS_MAX).map(shortenName).join(', ');
  const more = versions.length - VERSIONS_MAX;
  const rest = more > 0 ? ` and ${groupDigits(more)} more` : '';
  const severity =
    worst === undefined ? markup`<span class="dim">no findings</span>` : createSeverity(worst);
  return markup`${link} ${severity} <span class="version">${shown}${rest}</span> in ${formatCount(images, 'image')}`;
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
