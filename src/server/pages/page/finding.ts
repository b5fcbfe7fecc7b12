import { findSharedBase } from '../../../assess/shared-base.ts';
import { quoteArgument } from '../../../foundation/core/quote-argument.ts';
import { formatCount } from '../../../foundation/core/screen-text.ts';
import { link, type Markup, markup } from '../../../foundation/present/markup.ts';
import {
  type Entry,
  isOpen,
  listFindingEntries,
  STATE_TEXT,
} from '../../../report/format/page/entry.ts';
import { createLayersSection } from '../../../report/format/page/inventory-sections.ts';
import { createReasons, toSentence } from '../../../report/format/page/reasons.ts';
import { explainFindings } from '../../../vulnerability/explain/explain-finding.ts';
import type { FindingExplanation } from '../../../vulnerability/explain/explanation.ts';
import { findAffectedHolders } from '../../query/exposure.ts';
import type { FleetImage } from '../../query/fleet-image.ts';
import { joinHolders } from '../../query/holders.ts';
import type { ImageReport } from '../../query/image-assessments.ts';
import { readImageReport } from '../../query/image-report.ts';
import { formatAddress } from '../address.ts';
import { createCopies } from '../copy-as.ts';
import { createDecisionList } from '../finding-decisions.ts';
import { createFindingHistory } from '../finding-history.ts';
import type { PageContent, PageContext } from '../page.ts';
import { createLink, createSection, createSeverity } from '../parts.ts';
import { createReachSection } from '../reach-section.ts';
import { createRemedies } from '../remedies.ts';
import { createUnknownImage } from './image.ts';
import { areAdvisoriesGone, createKeptImagePage } from './kept-image.ts';

/** Packages that a heading names. */
const NAMES_MAX = 3;
/** Findings of one page. */
const ENTRIES_MAX = 50;

/** Answers: why is it a finding, where is it, and how is it removed? */
export async function createFindingPage(context: PageContext): Promise<PageContent> {
  const { parts, get } = context;
  const kept = context.fleet.get(Number(parts['id']));
  if (kept !== undefined && areAdvisoriesGone(context)) {
    return await createKeptImagePage(context, kept);
  }
  const found = await readImageReport(context, parts['id'] ?? '', '');
  if (found === undefined) {
    return createUnknownImage(parts['id'] ?? '');
  }
  const { image, report } = found;
  const wanted = { vulnerability: get('vulnerability'), key: get('package') };
  const entries = listFindingEntries(report).filter(
    ({ finding, package: item }) =>
      (wanted.vulnerability === '' || hasName(finding, wanted.vulnerability)) &&
      (wanted.key === '' || item.key === wanted.key),
  );
  if (entries.length === 0) {
    return createAbsence(image, wanted, report);
  }
  const shown = entries.slice(0, ENTRIES_MAX);
  const more = entries.length - shown.length;
  const articles: Markup[] = [];
  for (const entry of shown) {
    articles.push(await createArticle(context, entry, { image, report }));
  }
  const rest = more > 0 ? markup`<p>And ${formatCount(more, 'more finding')}.</p>` : undefined;
  return {
    heading: createHeading(entries, image),
    body: markup`<p>In ${createLink('image', { id: image.id }, image.name)}.</p>
${articles}${rest}
${createLayersSection(report, entries, findSharedBase(report.inventory)?.layers)}`,
  };
}

function hasName(
  { id, aliases }: { readonly id: string; readonly aliases: readonly string[] },
  name: string,
): boolean {
  return [id, ...aliases].some((one) => one.toLowerCase() === name.toLowerCase());
}

function createHeading(entries: readonly Entry[], { name }: FleetImage): string {
  const [first] = entries;
  if (entries.length === 1 && first !== undefined) {
    const { finding, package: item, state } = first;
    const [version] = finding.fixVersions;
    const rest = isOpen(first)
      ? version === undefined
        ? 'no version fixes it'
        : `fixed in ${version}`
      : STATE_TEXT[state];
    return `${finding.id} in ${item.name} ${item.version}: ${finding.severity}, ${rest}`;
  }
  const open = entries.filter(isOpen).length;
  const ids = new Set(entries.map(({ finding }) => finding.id));
  const packages = [...new Set(entries.map(({ package: item }) => item.name))];
  if (first !== undefined && ids.size === 1 && packages.length <= NAMES_MAX) {
    return `${first.finding.id} in ${packages.join(' and ')}: ${first.finding.severity}, ${open} of ${entries.length} open`;
  }
  const where = packages.length === 1 ? `${packages[0]} of ${name}` : name;
  return `${formatCount(entries.length, 'finding')} in ${where}, ${open} of them open`;
}

interface Place {
  readonly image: FleetImage;
  readonly report: ImageReport;
}

async function createArticle(
  context: PageContext,
  entry: Entry,
  { image, report }: Place,
): Promise<Markup> {
  const { finding, package: item, state } = entry;
  const [facts] = explainFindings(
    { id: finding.id, package: item.key },
    report.inventory,
    report.findings,
  );
  const affected = joinHolders(await findAffectedHolders(context, finding.id));
  const fleet = createLink(
    'exposure',
    { vulnerability: finding.id },
    formatCount(affected.size, 'image'),
  );
  return createSection(
    `f-${report.inventory.packages.indexOf(item)}-${finding.id.replaceAll(/[^A-Za-z0-9-]/g, '')}`,
    `${finding.id} in ${item.name}`,
    markup`<p>${createSeverity(finding.severity)} <span class="flag">${STATE_TEXT[state]}</span> ${context.caller?.projects === undefined ? 'In the whole store' : 'In your projects'}: ${fleet}.</p>
${createReasons(entry, [])}
${facts === undefined ? undefined : createFacts(facts)}
${createReachSection(entry, report.inventory)}
${createRemedies(entry, report)}
${await createDecisionList(context, entry, { image, report })}
${await createFindingHistory(context, entry, image.id)}
${copyFinding(entry, image)}
${createCommands(entry, image)}`,
  );
}

const SOURCES_MAX = 10;

function createFacts({ summary, epss, cvss, references }: FindingExplanation): Markup {
  const scores = cvss.map(
    ({ source, baseScore, vector }) =>
      markup`<li>CVSS ${baseScore} by ${source}: <code>${vector}</code></li>`,
  );
  const probability =
    epss === undefined
      ? undefined
      : markup`<li>EPSS: ${(epss.epss * 100).toFixed(2)} % within 30 days</li>`;
  const links = references
    .slice(0, SOURCES_MAX)
    .map((address) => markup`<li>${link(address, address)}</li>`);
  const about = summary === undefined ? undefined : markup`<p>${toSentence(summary)}</p>`;
  return markup`${about}<ul>${probability}${scores}</ul>${links.length === 0 ? undefined : markup`<details><summary>${formatCount(links.length, 'reference')}</summary><ul>${links}</ul></details>`}`;
}

/** The facts of a finding for tickets, messages and programs. */
function copyFinding({ finding, package: item }: Entry, { id, name, digest }: FleetImage): Markup {
  const { id: vulnerability, severity, fixVersions, aliases } = finding;
  const fix = fixVersions.length === 0 ? 'no fixed version' : `fixed in ${fixVersions[0]}`;
  const address = formatAddress('finding', { id, vulnerability, package: item.key });
  const facts = { vulnerability, aliases, severity, package: item.purl, fixVersions, image: name };
  return createCopies({
    markdown: `**${vulnerability}** (${severity}) in \`${item.name} ${item.version}\` of \`${name}\`: ${fix}`,
    json: JSON.stringify({ ...facts, digest }),
    link: address,
    command: `plimsoll why ${quoteArgument(vulnerability)} ${quoteArgument(item.name)} result.json`,
  });
}

function createCommands({ finding, package: item }: Entry, image: FleetImage): Markup {
  return markup`<p class="dim">The same without a server: <code>plimsoll why ${finding.id} ${item.name} result.json</code>, with the <a href="/api/v1/images/${image.id}/result">complete result</a> saved as a file.</p>`;
}

function createAbsence(
  image: FleetImage,
  { vulnerability, key }: { readonly vulnerability: string; readonly key: string },
  { inventory }: ImageReport,
): PageContent {
  const item = inventory.packages.find((one) => one.key === key);
  const where = item === undefined ? image.name : `${item.name} ${item.version} of ${image.name}`;
  const what = vulnerability === '' ? 'has no finding' : `is not affected by ${vulnerability}`;
  const isMissing = key !== '' && item === undefined;
  return {
    heading: isMissing ? `${image.name} has no package ${key}` : `${where} ${what}`,
    ...(isMissing ? { status: 404 as const } : {}),
    body: markup`<p>${formatCount(inventory.packages.length, 'package')} were checked against the current advisories. See ${createLink('image', { id: image.id }, 'the image')}${vulnerability === '' ? undefined : markup`, or <a href="${formatAddress('exposure', { vulnerability })}">all images with ${vulnerability}</a>`}.</p>`,
  };
}
