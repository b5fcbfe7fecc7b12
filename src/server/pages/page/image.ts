import { findSharedBase, type SharedBase } from '../../../assess/shared-base.ts';
import { present } from '../../../foundation/core/assert.ts';
import type { CoverageVerdict } from '../../../foundation/core/coverage.ts';
import { SEVERITIES } from '../../../foundation/core/finding.ts';
import { describePolicyVerdict } from '../../../foundation/core/policy-verdict.ts';
import { formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import type { GateResult } from '../../../foundation/core/verdict.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { createAnswerCard } from '../../../report/format/page/answer-card.ts';
import { type Entry, isOpen, listFindingEntries } from '../../../report/format/page/entry.ts';
import {
  createLayersSection,
  createProblemsSection,
  createUnevaluatedSection,
  createUnexplainedSection,
} from '../../../report/format/page/inventory-sections.ts';
import { toSentence } from '../../../report/format/page/reasons.ts';
import { createSuppressedSection } from '../../../report/format/page/suppressed-section.ts';
import { createSurfaceSection } from '../../../report/format/page/surface-section.ts';
import {
  createUpdatesSection,
  listUpdateGroups,
} from '../../../report/format/page/updates-section.ts';
import { pickDecisiveReason } from '../../query/decisive-reason.ts';
import type { FleetImage } from '../../query/fleet-image.ts';
import type { ImageReport } from '../../query/image-assessments.ts';
import { readImageReport } from '../../query/image-report.ts';
import { formatAddress } from '../address.ts';
import { createGateFilter } from '../gate-filter.ts';
import { ADVISORY_STEP, describeAge } from '../health-text.ts';
import { createPackageSection } from '../package-section.ts';
import type { PageContent, PageContext } from '../page.ts';
import {
  createLink,
  createSection,
  createSeverity,
  createTable,
  createTime,
  type TableColumn,
} from '../parts.ts';
import { createPeerSection } from '../peer-section.ts';
import { createAttachmentSection, createPlacementSection } from '../placement-parts.ts';
import { createRuleSection } from '../rule-section.ts';
import { formatDistance } from './due.ts';
import { areAdvisoriesGone, createKeptImagePage } from './kept-image.ts';

/** Answers: may this image ship? If not, why, and what comes first? */
export async function createImagePage(context: PageContext): Promise<PageContent> {
  const gate = context.get('gate');
  const kept = context.fleet.get(Number(context.parts['id']));
  if (kept !== undefined && areAdvisoriesGone(context)) {
    return await createKeptImagePage(context, kept);
  }
  const found = await readImageReport(context, context.parts['id'] ?? '', gate);
  if (found === undefined) {
    return createUnknownImage(context.parts['id'] ?? '');
  }
  const { image, report } = found;
  const entries = listFindingEntries(report);
  const outcome = present(report.verdict, 'the verdict of the gate').outcome;
  const counted = context.fleet.judgeListed(image, gate);
  const notices =
    counted.word === outcome
      ? []
      : [describeOther(counted.word, context.fleet.policy !== undefined && gate === '')];
  const peer = await createPeerSection(context, found);
  const base = findSharedBase(report.inventory);
  const body = markup`<div class="cards">${createAnswerCard(report, entries, { describeGate: describeOtherReasons, advisoryStep: createAdvisoryStep(context), firstSteps: listBaseSteps(report, entries, base), updatesMax: 1 })}${createFactCard(image, report, describeDueDates(context, image))}</div>
${createGateFilter('image', { fleet: context.fleet, gate }, { id: image.id })}
${await createPlacementSection(context, image)}
${await createAttachmentSection(context, image)}
${createUpdatesSection(report, entries)}
${createLayersSection(report, entries, base?.layers)}
${createFindingSection(image, entries)}
${createRuleSection(report)}
${createSuppressedSection(report, entries)}
${createUnevaluatedSection(report)}
${createUnexplainedSection(report)}
${createSurfaceSection(report)}
${peer.section}
${createProblemsSection(report)}
${createPackageSection(report, entries)}
${createHistory(context, image)}`;
  return {
    heading: createHeading(image, report),
    body,
    notices,
    // The bars of both surfaces have the style of comparisons.
    ...(peer.isFound ? { style: 'comparison' as const } : {}),
  };
}

function createAdvisoryStep({ revision, assessments, now }: PageContext): Markup {
  const { providers } = assessments.describeDatabase(revision?.generation ?? '') ?? {};
  const age = describeAge(providers, Date.parse(now));
  return markup`Update the advisories: ${ADVISORY_STEP}. ${age}, which is one of the reasons.`;
}

export function createUnknownImage(id: string): PageContent {
  return {
    heading: `The store has no image ${id}`,
    status: 404,
    body: markup`<p>See <a href="${formatAddress('images')}">all images</a>.</p>`,
  };
}

/** Explains why the lists show another verdict than the page of an image. */
function describeOther(word: string, isStored: boolean): string {
  return isStored
    ? `lists still show this image as "${word}": jobs judge it again`
    : `lists show this image as "${word}", because they count findings before decisions, and do not judge coverage`;
}

const ANSWERS = {
  pass: 'may ship',
  warn: 'may ship, with warnings',
  fail: 'must not ship',
  unknown: 'may not be safe: its verdict is unknown',
} as const;

function createHeading({ name }: FleetImage, { verdict }: ImageReport): string {
  const { outcome, gates, policy } = present(verdict, 'the verdict of the gate');
  const worst = gates.find((gate) => gate.outcome === outcome);
  const rules = policy?.outcome === outcome ? describePolicyVerdict(policy) : undefined;
  const [first] = gates;
  const rest = rules ?? (first === undefined ? '' : pickDecisiveReason(first));
  const reason = worst === undefined ? rest : pickDecisiveReason(worst);
  return `${name} ${ANSWERS[outcome]}${reason === '' ? '' : `: ${reason}`}`;
}

/** Leaves out the reason that the heading of the page has. */
function describeOtherReasons(gate: GateResult): string {
  const stated = pickDecisiveReason(gate).split('; ');
  const others = gate.reason.split('; ').filter((part) => !stated.includes(part));
  return others.length === 0 ? '' : `Also: ${toSentence(others.join('; '))}`;
}

/** The first step is a newer build of the base image if that clears more than any single update. */
function listBaseSteps(
  report: ImageReport,
  entries: readonly Entry[],
  base: SharedBase | undefined,
): readonly Markup[] {
  const cleared = entries.filter(
    (entry) =>
      isOpen(entry) &&
      entry.finding.fixState === 'fixed' &&
      base?.packages.has(entry.package.key) === true,
  ).length;
  const isLess = listUpdateGroups(report, entries).some((group) => group.entries.length >= cleared);
  if (base === undefined || cleared === 0 || isLess) {
    return [];
  }
  const name = base.name || base.system || 'unknown system';
  const layers =
    base.layers === 1
      ? markup`<a href="#l1">layer 1</a>`
      : markup`layers 1 to <a href="#l${base.layers}">${base.layers}</a>`;
  return [
    markup`Rebuild on a newer build of the base image (${name}, ${layers}) <span class="dim">${formatCount(cleared, 'finding')} in its packages ${cleared === 1 ? 'has' : 'have'} a fix</span>`,
  ];
}

/** Leads to the due dates of an image; `undefined` if it has none. */
function describeDueDates({ fleet, now }: PageContext, { id }: FleetImage): Markup | undefined {
  const { due = [] } = fleet.findVerdict(id) ?? {};
  const [first] = due;
  if (first === undefined) {
    return undefined;
  }
  const link = createLink('due', { image: id }, formatCount(due.length, 'due date'));
  return markup`<li>${link}, the first ${formatDistance(first, Date.parse(now))}</li>`;
}

function createFactCard(image: FleetImage, report: ImageReport, due: Markup | undefined): Markup {
  const { coverage, inventory, findings, verdict } = report;
  const { distro } = inventory;
  const stated = verdict?.gates.map(({ reason }) => reason).join('; ') ?? '';
  const system =
    distro === undefined
      ? 'unknown system'
      : (distro.prettyName ?? `${distro.name ?? distro.id} ${distro.versionId ?? ''}`.trim());
  const reasons = coverage.reasons
    .filter(({ reason }) => !stated.includes(reason))
    .map(({ reason }) => markup`<li>${reason}</li>`);
  const { target } = inventory;
  // Registries and comparisons name an image by its manifest, Docker by its configuration.
  const manifest =
    target.kind === 'image'
      ? markup`<li>manifest <code>${target.manifestDigest}</code></li>`
      : undefined;
  const digest =
    image.digest === '' ? undefined : markup`<li>image ID <code>${image.digest}</code></li>`;
  const database = present(findings.database, 'an image is judged by a database');
  return markup`<section class="card"><h2>What was judged</h2><ul><li>${system}</li><li><a href="#packages">${formatCount(image.packages, 'package')}</a></li>${due}${manifest}${digest}<li>added ${createTime(image.firstSeen)}</li><li>${COVERAGE_TEXTS[coverage.verdict]}</li>${reasons}<li>advisories of ${createTime(Date.parse(database.builtAt))}</li><li><a href="/api/v1/images/${image.id}/result">complete result as JSON</a></li></ul></section>`;
}

const COVERAGE_TEXTS: Readonly<Record<CoverageVerdict, string>> = {
  supported: 'everything could be judged',
  partial: 'some parts could not be judged',
  'end-of-life': 'the vendor publishes no more advisories for the system',
  unsupported: 'packages of the system could not be judged',
};

const PACKAGES_MAX = 200;
const FINDINGS_EACH_MAX = 12;

interface PackageGroup {
  readonly name: string;
  readonly version: string;
  readonly key: string;
  readonly entries: readonly Entry[];
}

function createFindingSection(image: FleetImage, entries: readonly Entry[]): Markup {
  const open = entries.filter(isOpen);
  if (open.length === 0) {
    return createSection(
      'findings',
      'Findings',
      markup`<p>No open finding in ${formatCount(image.packages, 'package')}.</p>`,
    );
  }
  const groups = [...Map.groupBy(open, ({ package: item }) => item.key)].map(
    ([key, group]): PackageGroup => {
      const { name = '', version = '' } = group[0]?.package ?? {};
      return { key, name, version, entries: group };
    },
  );
  const more = groups.length - PACKAGES_MAX;
  const rest =
    more > 0
      ? markup`<p>And ${formatCount(more, 'more package')}: see the <a href="/api/v1/images/${image.id}/result">complete result</a>.</p>`
      : undefined;
  const title = `${formatCount(open.length, 'open finding')} in ${formatCount(groups.length, 'package')}`;
  return createSection(
    'findings',
    title,
    markup`${createFindingTable(image, groups.slice(0, PACKAGES_MAX))}${rest}`,
  );
}

function createFindingTable(image: FleetImage, groups: readonly PackageGroup[]): Markup {
  return createTable<PackageGroup>(
    'Findings by package',
    [
      {
        title: 'Package',
        cell: ({ name, version, key }) =>
          markup`${createLink('finding', { id: image.id, package: key }, name)} <span class="row-note">${version}</span>`,
      },
      { title: 'Findings', isNumber: true, cell: ({ entries }) => entries.length },
      {
        title: 'By severity',
        cell: ({ entries }) => {
          const words = SEVERITIES.toReversed().flatMap((word) => {
            const count = entries.filter(({ finding }) => finding.severity === word).length;
            return count === 0 ? [] : [markup`${createSeverity(word, count)} `];
          });
          return markup`${words}`;
        },
      },
      ...(groups.some(({ entries }) => entries[0]?.finding.reach !== undefined)
        ? [{ title: 'Reach', cell: ({ entries }: PackageGroup) => entries[0]?.finding.reach }]
        : []),
      {
        title: 'Vulnerabilities',
        cell: ({ entries, key }) => createFindingLinks(image, entries, key),
      },
      ...(groups.some((group) => getLayerNumber(group) > 0) ? [LAYER_COLUMN] : []),
    ],
    groups,
  );
}

const LAYER_COLUMN: TableColumn<PackageGroup> = {
  title: 'Layer',
  isNumber: true,
  cell: (group) => {
    const number = getLayerNumber(group);
    return number === 0 ? undefined : markup`<a href="#l${number}">${number}</a>`;
  },
};

/** 0 if it is not known, as in an SBOM without layers. */
function getLayerNumber({ entries }: PackageGroup): number {
  return entries[0]?.layerNumber ?? 0;
}

function createFindingLinks(image: FleetImage, entries: readonly Entry[], key: string): Markup {
  const links = entries
    .slice(0, FINDINGS_EACH_MAX)
    .map(
      ({ finding }) =>
        markup`${createLink('finding', { id: image.id, vulnerability: finding.id, package: key }, finding.id)} `,
    );
  const more = entries.length - FINDINGS_EACH_MAX;
  return more > 0
    ? markup`${links}<a href="${formatAddress('finding', { id: image.id, package: key })}">and ${groupDigits(more)} more</a>`
    : markup`${links}`;
}

const HISTORY_MAX = 20;

/** Lists the other images of the same name, and a form to compare with any. */
function createHistory({ fleet }: PageContext, image: FleetImage): Markup {
  const newest = fleet.sortImages('newest');
  const same = newest.filter(({ name, id }) => name === image.name && id !== image.id);
  const others = newest.filter(({ name }) => name !== image.name);
  const listed = [...same, ...others].slice(0, HISTORY_MAX);
  if (listed.length === 0) {
    return createSection(
      'history',
      'History and comparison',
      markup`<p>This is the only image of the store.</p>`,
    );
  }
  const lines = listed.map(
    (one) =>
      markup`<li><a href="${formatAddress('compare', { a: one.id, b: image.id })}">Compare with ${one.name} (image ${one.id})</a>, added ${createTime(one.firstSeen)}</li>`,
  );
  const title =
    same.length === 0
      ? markup`<p>No other image has this name.</p>`
      : markup`<p>${formatCount(same.length, 'other image has', 'other images have')} this name.</p>`;
  return createSection('history', 'History and comparison', markup`${title}<ul>${lines}</ul>`);
}
