import { formatCount } from '../../foundation/core/screen-text.ts';
import { parsePurl } from '../../foundation/identity/purl/parse-purl.ts';
import { type Markup, markup } from '../../foundation/present/markup.ts';
import type { DecisionEffects } from '../engine/decision-effects.ts';
import type { DecisionRequest } from '../engine/decisions.ts';
import {
  type AffectedComponent,
  findHighestSeverity,
  listAffectedComponents,
} from '../query/exposure.ts';
import { toStoredText } from '../store/stored-text.ts';
import type { PageContext } from './page.ts';
import { createSeverity, shortenName } from './parts.ts';

const FIXES_MAX = 3;

/** The findings that a decision would suppress, by the advisories. */
export interface DecisionRisk {
  readonly components: ReadonlyMap<number, AffectedComponent>;
  /** The highest of all that it covers; absent if it covers nothing. */
  readonly severity: string | undefined;
  readonly fixes: readonly string[];
  readonly isExploited: boolean;
}

/** Reads severity, fixes and known exploitation of the findings that a decision covers. */
export async function readDecisionRisk(
  context: PageContext,
  vulnerability: string,
  { hits }: DecisionEffects,
): Promise<DecisionRisk> {
  const id = toStoredText(vulnerability);
  const covered = new Set(hits.map(({ component }) => component));
  const affected = await listAffectedComponents(context, id);
  const components = new Map(
    affected.flatMap((one) => (covered.has(one.component) ? [[one.component, one]] : [])),
  );
  const known = await context.db
    .selectFrom('vulnerability')
    .select('exploited')
    .where('id', '=', id)
    .executeTakeFirst();
  const all = [...components.values()];
  return {
    components,
    severity: findHighestSeverity(all.map(({ severity }) => severity)),
    fixes: [...new Set(all.flatMap(({ fixVersions = '' }) => fixVersions || []))],
    isExploited: known?.exploited === 1,
  };
}

/** Reminds of the severity, known exploitation and fix of the findings that a decision covers. */
export function createRiskFacts(risk: DecisionRisk, { findings, images }: DecisionEffects): Markup {
  const { severity, fixes, isExploited } = risk;
  const more = fixes.length - FIXES_MAX;
  const rest = more > 0 ? ` and ${more} more` : '';
  const shown = fixes.slice(0, FIXES_MAX).map(shortenName).join(', ');
  const fix = fixes.length === 0 ? 'no fix is known' : `${shown}${rest}`;
  return markup`<dl class="facts">
<div><dt>Covers now</dt><dd>${formatCount(findings, 'finding')} in ${formatCount(images.size, 'image')}</dd></div>
<div><dt>Severity</dt><dd>${severity === undefined ? 'unknown' : createSeverity(severity)}</dd></div>
<div><dt>Known exploited</dt><dd>${isExploited ? markup`<b class="v v-fail">✖ yes</b>` : 'not known'}</dd></div>
<div><dt>Fixed in</dt><dd>${fix}</dd></div>
</dl>`;
}

type Scope = Omit<DecisionRequest, 'author'>;

/** Lists the limits that a decision does not have. */
export function listMissingLimits(request: Scope): readonly string[] {
  const { versions = '', images = '', project = '', expires, evidence = [] } = request;
  const place = project === '' ? '' : ` of the project ${project}`;
  const isOneVersion = parsePurl(request.package)?.version !== undefined;
  return [
    ...(images === '' ? [`all images${place} including later ones`] : []),
    ...(versions === '' && !isOneVersion ? ['all versions'] : []),
    ...(expires === undefined ? ['no end'] : []),
    ...(evidence.length === 0 ? ['no evidence'] : []),
  ];
}

const LIMITS = 4;

/** Whether a decision suppresses findings without any limit. */
export function isUnlimited(request: Scope): boolean {
  const { project = '' } = request;
  return project === '' && isSuppressing(request) && listMissingLimits(request).length === LIMITS;
}

export function isSuppressing({ status }: Pick<Scope, 'status'>): boolean {
  return status === 'not_affected' || status === 'fixed';
}
