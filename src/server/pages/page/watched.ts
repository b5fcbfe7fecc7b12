import { HOUR_MS } from '../../../foundation/core/duration.ts';
import { formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { type JobSummary, listHeldUpdates, readJobs } from '../../query/jobs.ts';
import { listSourceStates } from '../../query/placements.ts';
import type { FailedTag, RegistryWatchView } from '../../registry/registry-watch.ts';
import { listFailedTags, listRegistryWatches } from '../../registry/watch-store.ts';
import { formatAddress } from '../address.ts';
import { createFormToken } from '../forms.ts';
import { describeAge } from '../health-text.ts';
import { getFormStatus, type PageContent, type PageContext } from '../page.ts';
import {
  createNotice,
  createSection,
  createTable,
  createTime,
  formatAge,
  shortenName,
} from '../parts.ts';
import { createSourceSection } from '../placement-parts.ts';

/** A check that was due and did not succeed for so long is a failure of its own. */
const LATE_MS = HOUR_MS;

/** Answers: what is watched, which of it fails, and why? */
export async function createWatchedPage(context: PageContext): Promise<PageContent> {
  const { db, at, form } = context;
  if (at !== undefined) {
    return {
      heading: 'Failures of the past are not kept',
      body: markup`<p>The past has the images and placements that were found: see the <a href="${formatAddress('changes')}">changes</a>.</p>`,
    };
  }
  const watches = await listRegistryWatches(db);
  const failed = await listFailedTags(db);
  const sources = await listSourceStates(context);
  const { dead } = await readJobs(db);
  const lost = dead.filter(({ kind }) => kind !== 'verdicts');
  const advisories = await describeAdvisories(context);
  const failures =
    watches.filter((watch) => findFailure(watch, context.now) !== undefined).length +
    watches.reduce((sum, { counts }) => sum + counts.failed, 0) +
    sources.filter(({ isSilent }) => isSilent).length +
    lost.length +
    advisories.held;
  return {
    heading:
      form?.problem === undefined
        ? describeFailures(failures, watches.length, sources.length)
        : `Nothing was changed: ${form.problem}`,
    ...getFormStatus(form),
    body: markup`${createWatchSection(context, watches)}
${createFailedSection(failed, watches)}
${createLostSection(lost)}
${sources.length === 0 ? createNoSources() : await createSourceSection(context)}
${advisories.section}`,
  };
}

function describeFailures(failures: number, registries: number, sources: number): string {
  if (failures > 0) {
    return formatCount(failures, 'failure in what is watched', 'failures in what is watched');
  }
  if (registries + sources === 0) {
    return 'Neither registries nor images in use are watched';
  }
  const watched =
    registries === 0
      ? 'No registry is watched'
      : formatCount(registries, 'registry is watched', 'registries are watched');
  const reports =
    sources === 0
      ? 'no source reports images in use'
      : formatCount(sources, 'source reports images in use', 'sources report images in use');
  return `${watched}, ${reports}, without a failure`;
}

/** Returns why a watch fails; `undefined` if it does not. */
function findFailure(
  { error, succeeded, created }: RegistryWatchView,
  now: string,
): string | undefined {
  const since = Date.parse(succeeded ?? created);
  const isLate = Date.parse(now) - since > LATE_MS;
  return (
    error ?? (isLate ? `no check succeeded for ${formatAge(since, Date.parse(now))}` : undefined)
  );
}

function createWatchSection(context: PageContext, watches: readonly RegistryWatchView[]): Markup {
  if (watches.length === 0) {
    return createSection(
      'registries',
      'No registry is watched',
      markup`<p>Only pushed images are known. Watch a registry: <code>plimsoll serve admin watch add shop 'registry.example.org/shop/*'</code>.</p>`,
    );
  }
  const table = createTable<RegistryWatchView>(
    'Registries',
    [
      {
        title: 'Registry',
        cell: ({ name, registry, repositories, tags }) =>
          markup`${name} <span class="row-note">${registry}/${repositories}${tags === '*' ? '' : `:${tags}`}</span>`,
      },
      { title: 'State', cell: (watch) => describeState(watch, context.now) },
      { title: 'Tags', isNumber: true, cell: ({ counts }) => counts.tags },
      { title: 'Read', isNumber: true, cell: ({ counts }) => counts.taken },
      { title: 'Not readable', isNumber: true, cell: ({ counts }) => counts.failed },
      { title: 'Drift', isNumber: true, cell: ({ drift }) => drift },
      ...(canCheck(context)
        ? [
            {
              title: 'Check',
              cell: (watch: RegistryWatchView) => createCheckForm(context, watch),
            },
          ]
        : []),
    ],
    watches,
  );
  const note = markup`<p class="dim">Drift counts the differences that a check found, and no event of the registry had reported.</p>`;
  return createSection(
    'registries',
    formatCount(watches.length, 'registry is watched', 'registries are watched'),
    markup`${table}${note}`,
  );
}

function describeState(watch: RegistryWatchView, now: string): Markup {
  const failure = findFailure(watch, now);
  const { succeeded } = watch;
  const last =
    succeeded === undefined
      ? markup`no check has succeeded yet`
      : markup`last check ${createTime(Date.parse(succeeded))}`;
  return failure === undefined
    ? markup`${succeeded === undefined ? 'begins' : 'in order'} <span class="row-note">${last}</span>`
    : markup`<span class="v v-fail">fails</span> ${failure} <span class="row-note">${last}</span>`;
}

function canCheck({ caller, formToken }: PageContext): boolean {
  return caller?.roles.includes('operator') === true && formToken !== undefined;
}

function createCheckForm({ formToken }: PageContext, { name }: RegistryWatchView): Markup {
  return markup`<form action="/watched/check" method="post">${createFormToken(formToken)}<input type="hidden" name="name" value="${name}"><button>Check ${name} now</button></form>`;
}

function createFailedSection(
  failed: readonly FailedTag[],
  watches: readonly RegistryWatchView[],
): Markup | undefined {
  if (failed.length === 0) {
    return undefined;
  }
  const total = watches.reduce((sum, { counts }) => sum + counts.failed, 0);
  const more = total - failed.length;
  const table = createTable<FailedTag>(
    'Images that could not be read completely',
    [
      {
        title: 'Image',
        cell: ({ repository, tag, watch }) =>
          markup`${shortenName(`${repository}:${tag}`)} <span class="row-note">${watch}</span>`,
      },
      { title: 'Reason', cell: ({ error }) => error },
      { title: 'Attempts', isNumber: true, cell: ({ attempts }) => attempts },
      { title: 'Next attempt', cell: ({ next }) => createTime(Date.parse(next)) },
    ],
    failed,
  );
  const rest = more > 0 ? markup`<p>And ${groupDigits(more)} more.</p>` : undefined;
  return createSection(
    'failed',
    formatCount(total, 'image could not be read completely', 'images could not be read completely'),
    markup`<p>Anything that was not read is unknown. Other platforms of these images may have been read.</p>${table}${rest}`,
  );
}

/** Inventories that were read or sent, but could not be added. */
function createLostSection(lost: JobSummary['dead']): Markup | undefined {
  const lines = lost.map(({ id, error }) => markup`<li>Job ${id}: ${shortenName(error)}</li>`);
  return lines.length === 0
    ? undefined
    : createSection(
        'lost',
        formatCount(lost.length, 'inventory could not be added', 'inventories could not be added'),
        markup`<ul>${lines}</ul><p><a href="${formatAddress('health')}">Run them again</a></p>`,
      );
}

function createNoSources(): Markup {
  return createSection(
    'sources',
    'No source reports which images are in use',
    markup`<p><code>kubectl get pods -A -o json | plimsoll push --placements - --environment prod</code></p>`,
  );
}

interface AdvisoryState {
  readonly section: Markup;
  /** Updates that wait for a person. */
  readonly held: number;
}

async function describeAdvisories({
  db,
  revision,
  assessments,
  now,
}: PageContext): Promise<AdvisoryState> {
  const description =
    revision === undefined ? undefined : assessments.describeDatabase(revision.generation);
  const age = describeAge(description?.providers, Date.parse(now));
  const held = await listHeldUpdates(db);
  const notices = held.map(({ at, reason }) =>
    createNotice(markup`New advisories of ${createTime(at)} wait for a person: ${reason}.`),
  );
  const section = createSection(
    'advisories',
    'Advisories',
    markup`${notices}<p>${age}. <a href="${formatAddress('health')}">All sources</a></p>`,
  );
  return { section, held: held.length };
}
