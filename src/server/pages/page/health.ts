import type { DatabaseProvider } from '../../../foundation/core/advisory.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { VERSION } from '../../../foundation/core/package-version.ts';
import { formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { type JobSummary, listHeldUpdates, readJobs } from '../../query/jobs.ts';
import { listRevisions, type RevisionChange } from '../../query/revisions.ts';
import { countComponents } from '../../query/status.ts';
import { formatAddress } from '../address.ts';
import { describeMatches } from '../change-lines.ts';
import { createFormToken } from '../forms.ts';
import { ADVISORY_STEP, describeAge, describeHealth, judgeAdvisories } from '../health-text.ts';
import type { PageContent, PageContext } from '../page.ts';
import { createSection, createTable, createTime, formatAge, shortenName } from '../parts.ts';

const UPDATES_MAX = 10;

/** Answers: how old is the advisory data, is any of it missing, and did any job fail? */
export async function createHealthPage(context: PageContext): Promise<PageContent> {
  const { db, revision, assessments, fleet, now } = context;
  if (revision === undefined) {
    return {
      heading: 'The store is empty',
      body: markup`<p>The sources of advisories are listed after the first image was sent.</p>`,
    };
  }
  const at = Date.parse(now);
  const description = assessments.describeDatabase(revision.generation);
  if (description === undefined) {
    return {
      heading: describeAge(undefined, at),
      body: markup`<p class="notice">The advisory database of revision ${revision.id} is missing or damaged. Lists still work; images cannot be judged. Restore the directory of the store from a backup.</p>`,
    };
  }
  const { providers, schema } = description;
  const absent = assessments.listAbsentShards(revision.generation);
  const updates = await listRevisions(db, {
    kind: 'data',
    before: 0,
    rows: UPDATES_MAX,
    ...defined({ at: context.at }),
  });
  const [data] = updates;
  const health = await describeHealth(context);
  const lines = health.slice(1).map((line) => markup`<li>${line}</li>`);
  const held = (await listHeldUpdates(db)).map(
    ({ at: since, reason }) =>
      markup`<p class="notice">New advisories of ${createTime(since)} wait for a person: ${reason}.</p>`,
  );
  const { dead } = await readJobs(db);
  const missing =
    absent.length === 0
      ? markup`<p>No part that was needed is missing.</p>`
      : markup`<p class="notice">Missing parts: ${absent.join(', ')}. Findings in them are unknown. Update with <code>plimsoll db update</code>.</p>`;
  return {
    heading: `${describeAge(providers, at)}${absent.length === 0 ? '' : `, and ${formatCount(absent.length, 'part')} missing`}`,
    body: markup`${createUpdateStep(context)}${held}<ul>${lines}</ul><p><a href="${formatAddress('watched')}">Registries and other sources that are watched</a></p>
${createDeadJobs(context, dead)}
${createSection('updates', 'Updates of advisories', createUpdates(updates))}
${createSection('sources', formatCount(providers.length, 'source'), markup`${createSourceTable(providers, at)}${missing}`)}
${createSection('store', 'Store', createStoreFacts(context, { components: await countComponents(context), schema, images: fleet.size, ...(data === undefined ? {} : { data: data.at }) }))}`,
  };
}

function createUpdateStep(context: PageContext): Markup {
  const { isOld, images } = judgeAdvisories(context);
  const effect =
    images === 0
      ? undefined
      : markup` They are a reason why ${formatCount(images, 'image does', 'images do')} not pass.`;
  return isOld
    ? markup`<p class="notice">The advisories are too old to rely on.${effect} Update them: ${ADVISORY_STEP}.</p>`
    : markup`<p>To update the advisories, ${ADVISORY_STEP}.</p>`;
}

function createUpdates(updates: readonly RevisionChange[]): Markup {
  const lines = updates.map(
    ({ id, at, ...counts }) =>
      markup`<li>${createTime(at)}<a href="${formatAddress('changes', { kind: 'data', before: id + 1 })}">Revision ${id}</a>: ${describeMatches(counts)}.</li>`,
  );
  return lines.length === 0
    ? markup`<p>None since the store was created.</p>`
    : markup`<ol class="events">${lines}</ol>`;
}

function createDeadJobs({ formToken, caller }: PageContext, dead: JobSummary['dead']): Markup {
  const canRetry = caller?.roles.includes('operator') === true && formToken !== undefined;
  const lines = dead.map(({ id, kind, error }) => {
    const retry = canRetry
      ? markup`<form action="/health/retry" method="post">${createFormToken(formToken)}<input type="hidden" name="id" value="${id}"><button>Run job ${id} again</button></form>`
      : undefined;
    return markup`<li>Job ${id} (${kind}): ${shortenName(error)}${retry}</li>`;
  });
  return lines.length === 0
    ? createSection('jobs', 'Jobs', markup`<p>No job has failed after all of its attempts.</p>`)
    : createSection('jobs', 'Jobs that failed after all attempts', markup`<ul>${lines}</ul>`);
}

function createSourceTable(providers: readonly DatabaseProvider[], now: number): Markup {
  return createTable<DatabaseProvider>(
    'Sources',
    [
      { title: 'Source', cell: ({ id }) => id },
      { title: 'Data of', cell: ({ capturedAt }) => createSourceTime(capturedAt) },
      {
        title: 'Age',
        isNumber: true,
        cell: ({ capturedAt }) =>
          Number.isNaN(Date.parse(capturedAt)) ? 'unknown' : formatAge(Date.parse(capturedAt), now),
      },
      { title: 'Digest', cell: ({ inputDigest }) => markup`<code>${inputDigest}</code>` },
    ],
    [...providers].sort((left, right) => (left.capturedAt < right.capturedAt ? -1 : 1)),
  );
}

function createSourceTime(text: string): Markup | string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? 'unknown' : createTime(time);
}

interface StoreFacts {
  readonly components: number;
  readonly images: number;
  readonly schema: number;
  /** Milliseconds since 1970. */
  readonly data?: number;
}

function createStoreFacts(
  { revision }: PageContext,
  { components, images, schema, data }: StoreFacts,
): Markup {
  const update = data === undefined ? markup`none since the store was created` : createTime(data);
  return markup`<dl class="facts">
<div><dt>Revision</dt><dd>${revision?.id ?? 0}, <a href="${formatAddress('changes')}">changes</a></dd></div>
<div><dt>Last update of advisories</dt><dd>${update}</dd></div>
<div><dt>Images</dt><dd><a href="${formatAddress('images')}">${formatCount(images, 'image')}</a></dd></div>
<div><dt>Package versions</dt><dd>${groupDigits(components)}</dd></div>
<div><dt>Database</dt><dd>schema ${schema}, <code>${revision?.generation ?? ''}</code></dd></div>
<div><dt>Program</dt><dd>plimsoll ${VERSION}</dd></div>
</dl>`;
}
