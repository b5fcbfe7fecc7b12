import { formatCount } from '../../../foundation/core/screen-text.ts';
import { markup } from '../../../foundation/present/markup.ts';
import type { FleetImage } from '../../query/fleet-image.ts';
import { type FindingView, listFindings } from '../../query/image-findings.ts';
import type { PageContent, PageContext } from '../page.ts';
import {
  createLink,
  createSection,
  createSeverity,
  createTable,
  createTime,
  createVerdict,
} from '../parts.ts';

const FINDINGS_MAX = 200;

/** Whether the advisories of a past state were removed, so that nothing can be judged by them. */
export function areAdvisoriesGone({ at, revision, assessments }: PageContext): boolean {
  return (
    at !== undefined &&
    revision !== undefined &&
    assessments.describeDatabase(revision.generation) === undefined
  );
}

/** Shows what the store keeps for good of an image: its verdict, and the intervals of findings. */
export async function createKeptImagePage(
  { db, at, fleet, revision }: PageContext,
  image: FleetImage,
): Promise<PageContent> {
  const { word, reason } = fleet.judgeListed(image, '');
  const findings = await listFindings(db, image.id, at);
  const shown = findings.slice(0, FINDINGS_MAX);
  const more = findings.length - shown.length;
  const table = createTable<FindingView>(
    'Findings',
    [
      {
        title: 'Vulnerability',
        cell: ({ id }) => createLink('exposure', { vulnerability: id }, id),
      },
      { title: 'Severity', cell: ({ severity }) => createSeverity(severity) },
      {
        title: 'Package',
        cell: ({ package: name, version }) =>
          markup`${name} <span class="row-note">${version}</span>`,
      },
      { title: 'Fixed in', cell: ({ fixVersions }) => fixVersions },
      { title: 'Since', cell: ({ since }) => createTime(Date.parse(since)) },
    ],
    shown,
  );
  const rest = more > 0 ? markup`<p>And ${formatCount(more, 'more finding')}.</p>` : undefined;
  return {
    heading: `${image.name} at revision ${revision?.id ?? 0}: ${word}, ${reason}`,
    notices: [
      'the advisories of this revision are not kept any more: this page shows the verdict and the findings that were stored, counted before decisions',
    ],
    body: markup`<p>${createVerdict(word)} ${reason}.</p>
${createSection('findings', formatCount(findings.length, 'finding'), findings.length === 0 ? markup`<p>None in ${formatCount(image.packages, 'package')}.</p>` : markup`${table}${rest}`)}`,
  };
}
