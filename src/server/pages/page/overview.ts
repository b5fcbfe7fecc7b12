import { defined } from '../../../foundation/core/defined.ts';
import { SEVERITIES, type SeverityWord } from '../../../foundation/core/finding.ts';
import type { PolicyOutcome } from '../../../foundation/core/policy-verdict.ts';
import { formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { toSentence } from '../../../report/format/page/reasons.ts';
import type { BaseFix } from '../../query/bases.ts';
import { groupChanges, readChanges } from '../../query/change-groups.ts';
import { countBySeverity, countFindings } from '../../query/distinct-findings.ts';
import { countDueDates } from '../../query/due-dates.ts';
import { type FixOnce, listFixesOnce } from '../../query/fixes-once.ts';
import type { FleetImage } from '../../query/fleet-image.ts';
import { VERDICTS } from '../../query/fleet-verdicts.ts';
import type { RevisionChange } from '../../query/revisions.ts';
import { formatAddress } from '../address.ts';
import { createBaseTable, createWorst, nameBase, readBaseFixes } from '../base-section.ts';
import { createChangeGroup } from '../change-lines.ts';
import { createGateFilter, describeGate } from '../gate-filter.ts';
import {
  ADVISORY_STEP,
  type AdvisoryState,
  describeAge,
  describeHealth,
  judgeAdvisories,
} from '../health-text.ts';
import { createImageTable } from '../image-table.ts';
import { createDueCard, createEscalatedCard, createOwnerSection } from '../overview-parts.ts';
import type { PageContent, PageContext } from '../page.ts';
import {
  createLink,
  createSection,
  createSeverity,
  createTable,
  createVerdict,
  createVerdictReason,
} from '../parts.ts';
import { createInUseCard } from '../placement-parts.ts';
import { createUnknownReasons, type Judging } from '../unknown-reasons.ts';

const SHOWN_MAX = 5;
/** Changes that are read for the last ones: equal ones share a line. */
const CHANGES_READ = 50;

/** Answers: must I act today? Why, and what comes first? */
export async function createOverviewPage(context: PageContext): Promise<PageContent> {
  const { fleet, revision } = context;
  const gate = context.get('gate');
  if (fleet.size === 0 || revision === undefined) {
    return { heading: 'No images yet', body: createStart() };
  }
  const judging = { fleet, gate };
  const groups = fleet.groupByVerdict(gate);
  const { fixes, counts, exploited } = await fleet.rememberRevision('overview', async () => ({
    fixes: await listFixesOnce(context, SHOWN_MAX),
    counts: await countBySeverity(context),
    exploited: await countFindings(context, { exploited: 'yes' }),
  }));
  const changes = await fleet.remember('changes', async () => await listLastChanges(context));
  const worst = (groups.get('fail') ?? groups.get('unknown') ?? []).slice(0, SHOWN_MAX);
  const due = countDueDates(context);
  const state = judgeAdvisories(context);
  const [base] = await readBaseFixes(context);
  const lead = createLead(
    context,
    { worst, fixes, ...defined({ base }) },
    createAdvisoryLead(context, state),
  );
  const body = markup`${lead}
<div class="cards">${createDueCard(context, due)}${createVerdictCard(groups, judging)}${await createInUseCard(context)}${await createEscalatedCard(context)}${createFindingCard(counts, exploited)}${await createHealthCard(context, state)}</div>
${createGateFilter('overview', judging)}
${worst.length === 0 ? undefined : createSection('worst', 'Images to look at first', createImageTable(worst, judging))}
${createFixSection(fixes, await createBaseTable(context))}
${await createOwnerSection(context)}
${createSection(
  'changes',
  'Last changes',
  markup`<ol class="events">${changes.map((some) => createChangeGroup(some))}</ol><p><a href="${formatAddress('changes')}">All changes</a></p>`,
)}`;
  const overdue = due.get('overdue')?.dates ?? 0;
  const answer = createAnswer(groups, fleet.size, revision.id);
  return {
    heading: overdue === 0 ? answer : `${groupDigits(overdue)} overdue; ${answer}`,
    body,
  };
}

/** Lists the last changes, equal ones together. */
async function listLastChanges({
  db,
  at,
}: PageContext): Promise<readonly (readonly RevisionChange[])[]> {
  const filter = { kind: '', before: 0, ...defined({ at }) };
  const changes = await readChanges(db, filter, { lines: SHOWN_MAX, most: CHANGES_READ });
  return groupChanges(changes).slice(0, SHOWN_MAX);
}

type Groups = ReadonlyMap<PolicyOutcome, readonly FleetImage[]>;

function createAnswer(groups: Groups, total: number, revision: number): string {
  const failing = groups.get('fail') ?? [];
  const unknown = groups.get('unknown') ?? [];
  const of = `of ${formatCount(total, 'image')}`;
  const [first] = failing;
  if (first !== undefined) {
    return failing.length === 1
      ? `1 ${of} must not ship: ${first.name}`
      : `${groupDigits(failing.length)} ${of} must not ship`;
  }
  return unknown.length > 0
    ? `No image fails, but ${groupDigits(unknown.length)} ${of} ${unknown.length === 1 ? 'is' : 'are'} unknown`
    : `${total === 1 ? 'The image' : `All ${groupDigits(total)} images`} may ship at revision ${revision}`;
}

/** Old advisories come first, because every verdict depends on them. */
function createAdvisoryLead(
  context: PageContext,
  { isOld, images }: AdvisoryState,
): Markup | undefined {
  const { revision, assessments, fleet, now } = context;
  if (!isOld) {
    return undefined;
  }
  const { providers } = assessments.describeDatabase(revision?.generation ?? '') ?? {};
  const effect =
    images === 0
      ? 'they are too old to rely on'
      : `a reason why ${groupDigits(images)} of ${formatCount(fleet.size, 'image')} ${images === 1 ? 'does' : 'do'} not pass`;
  return markup`<p class="lead">First: ${ADVISORY_STEP}. ${describeAge(providers, Date.parse(now))}: ${effect}.</p>`;
}

interface FirstSteps {
  readonly worst: readonly FleetImage[];
  readonly fixes: readonly FixOnce[];
  readonly base?: BaseFix;
}

function createLead(
  { fleet, get }: PageContext,
  { worst: [image], fixes, base }: FirstSteps,
  advisories: Markup | undefined,
): Markup | undefined {
  if (image === undefined) {
    return advisories;
  }
  const [fix] = fixes;
  const gate = get('gate');
  const address = formatAddress('image', { id: image.id, gate });
  const why = markup`<p class="lead">Why: in <a href="${address}">${image.name}</a>, ${createVerdictReason(fleet.judgeListed(image, gate), address)}.</p>`;
  const word = advisories === undefined ? 'First' : 'Then';
  const rebuild = base !== undefined && isBaseFirst(base, fix) ? describeRebuild(base) : undefined;
  const update =
    fix === undefined
      ? undefined
      : markup`update ${createLink('exposure', { package: fix.name }, fix.name)} to ${fix.version ?? linkVersions(fix)} to clear ${linkFindings(fix)} in ${formatCount(fix.images, 'image')}${describeGain(fix)}`;
  const rest = fixes.length === 0 ? 'no finding has a fix' : 'updates are below';
  const open = markup`open <a href="${address}">${image.name}</a> to see the reasons; ${rest}`;
  const alternative =
    rebuild === undefined || update === undefined
      ? undefined
      : markup` Without a newer build, ${update}.`;
  const step = markup`<p class="lead">${word}: ${rebuild ?? update ?? open}.${alternative}</p>`;
  return markup`${why}${advisories}${step}`;
}

/** Whether the first base image comes before the first package. */
function isBaseFirst(base: BaseFix, fix: FixOnce | undefined): boolean {
  const rankStep = ({ isExploited, severity }: Pick<FixOnce, 'isExploited' | 'severity'>): number =>
    (isExploited ? SEVERITIES.length : 0) + SEVERITIES.indexOf(severity as SeverityWord);
  return (
    fix === undefined ||
    rankStep(base) > rankStep(fix) ||
    (rankStep(base) === rankStep(fix) && base.findings > fix.findings)
  );
}

function describeRebuild({ id, rows, findings, images }: BaseFix): Markup {
  const link = createLink(
    'findings',
    { base: id, fix: 'available' },
    formatCount(findings, 'finding'),
  );
  return markup`rebuild with a newer build of the base image ${nameBase({ id, rows })}: its packages have ${link} with a fix, in ${formatCount(images, 'image')}`;
}

/** Explains why an update comes first. */
function describeGain({ findings, isExploited, severity, worstFindings }: FixOnce): string {
  if (isExploited) {
    return `, ${findings === 1 ? '' : 'at least one '}known to be exploited`;
  }
  return `, ${groupDigits(worstFindings)} of them ${severity}`;
}

/** Packages of several systems have several fixed versions. */
function linkVersions({ name }: FixOnce): Markup {
  return createLink('exposure', { package: name }, 'the fixed version of each system');
}

function linkFindings({ name, findings }: FixOnce): Markup {
  const address = formatAddress('findings', { package: name, fix: 'available' });
  return markup`<a href="${address}">${formatCount(findings, 'finding')}</a>`;
}

function linkWorst(fix: FixOnce): Markup {
  const { name, severity, worstFindings } = fix;
  const filter = { package: name, severity, fix: 'available' };
  return createWorst(fix, createLink('findings', filter, createSeverity(severity, worstFindings)));
}

function createVerdictCard(groups: Groups, judging: Judging): Markup {
  const { fleet, gate } = judging;
  const words = VERDICTS.filter((word) => word !== 'warn' || groups.has('warn'));
  const lines = words.map((word) => {
    const count = groups.get(word)?.length ?? 0;
    const number = groupDigits(count);
    const link =
      count === 0
        ? markup`${number}`
        : createLink('images', { verdict: word, gate }, formatCount(count, 'image'));
    return markup`<li>${createVerdict(word)} <b>${link}</b>${word === 'unknown' ? createUnknownReasons(groups.get(word) ?? [], judging) : undefined}</li>`;
  });
  const state = (groups.get('fail')?.length ?? 0) > 0 ? 'v-fail' : 'v-unknown';
  const isPassed = groups.size === 1 && groups.has('pass');
  return markup`<section class="card ${isPassed ? 'v-pass' : state}"><h2>Verdicts</h2><ul>${lines}</ul><p class="dim">${toSentence(describeGate(fleet, gate))}</p></section>`;
}

function createFindingCard(counts: readonly number[], exploited: number): Markup {
  const lines = SEVERITIES.map((severity, rank) => ({ severity, count: counts[rank] ?? 0 }))
    .filter(({ count }) => count > 0)
    .toReversed()
    .map(
      ({ severity, count }) =>
        markup`<li>${createLink('findings', { severity }, createSeverity(severity, count))}</li>`,
    );
  const list = lines.length === 0 ? markup`<p class="big">None</p>` : markup`<ul>${lines}</ul>`;
  const known =
    exploited === 0
      ? markup`<p class="dim">None is known to be exploited.</p>`
      : markup`<p>${createLink('findings', { exploited: 'yes' }, groupDigits(exploited))} known to be exploited.</p>`;
  return markup`<section class="card"><h2>Distinct findings</h2>${list}${known}<p class="dim">Each counts once, even if many images have it.</p></section>`;
}

async function createHealthCard(context: PageContext, { isOld }: AdvisoryState): Promise<Markup> {
  const lines = (await describeHealth(context)).map((line) => markup`<li>${line}</li>`);
  const link =
    context.caller?.closed?.includes('health') === true
      ? undefined
      : markup`<p><a href="${formatAddress('health')}">Sources and their age</a></p>`;
  return markup`<section class="card ${isOld ? 'v-fail' : ''}"><h2>Health</h2><ul>${lines}</ul>${link}</section>`;
}

function createFixSection(
  fixes: readonly FixOnce[],
  bases: Markup | undefined,
): Markup | undefined {
  if (fixes.length === 0) {
    return undefined;
  }
  const table = createTable<FixOnce>(
    'Packages to update',
    [
      {
        title: 'Package',
        cell: ({ name }) => createLink('exposure', { package: name }, name),
      },
      { title: 'To at least', cell: (fix) => fix.version ?? linkVersions(fix) },
      { title: 'Worst', isNumber: true, cell: linkWorst },
      { title: 'Clears', isNumber: true, cell: linkFindings },
      { title: 'Images', isNumber: true, cell: ({ images }) => images },
    ],
    fixes,
  );
  return createSection(
    'fixes',
    'Fix once',
    markup`<p class="dim">Sorted by known exploitation, worst severity, and the number of findings of this severity that each clears.</p>${table}${bases}`,
  );
}

function createStart(): Markup {
  return markup`<p class="lead">Nothing was evaluated, so nothing is known. Send the first image:</p>
<ol><li><code>plimsoll push IMAGE.tar</code> reads an image on this machine and sends its inventory.</li>
<li><code>plimsoll push sbom.cdx.json</code> sends an SBOM.</li>
<li><code>plimsoll serve --sample</code> starts another server with three sample images.</li></ol>
`;
}
