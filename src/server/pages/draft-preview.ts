import { formatCount } from '../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../foundation/present/markup.ts';
import type { DecidedComponent, DecisionEffects, NearMiss } from '../engine/decision-effects.ts';
import { type DecisionRequest, listCurrentDecisions, toDecisionRow } from '../engine/decisions.ts';
import { loadFleetPolicy } from '../engine/fleet-policy.ts';
import { listCurrentStatements } from '../engine/statements.ts';
import { PRESET_GATE } from '../query/fleet.ts';
import type { DecisionRisk } from './decision-risk.ts';
import type { PageContext } from './page.ts';
import {
  createLink,
  createSection,
  createSeverity,
  createTable,
  createVerdict,
  shortenName,
} from './parts.ts';

const ROWS_MAX = 50;
/** Images that are judged with and without the decision: each takes a tenth of a second. */
const JUDGED_MAX = 8;

/** Shows the findings that a decision covers or nearly covers, and the verdicts that change. */
export async function createPreview(
  context: PageContext,
  request: DecisionRequest,
  { effects, risk }: { readonly effects: DecisionEffects; readonly risk: DecisionRisk },
): Promise<Markup> {
  const { hits, misses, findings, images } = effects;
  const rows = hits.slice(0, ROWS_MAX);
  const more = hits.length - rows.length;
  const rest =
    more > 0 ? markup`<p>And ${formatCount(more, 'more package version')}.</p>` : undefined;
  const covered =
    findings === 0
      ? markup`<p class="notice">It covers no finding of the store.</p>`
      : markup`${createHitTable(rows, risk)}${rest}`;
  return markup`${createSection('hits', `Covers ${formatCount(findings, 'finding')} in ${formatCount(images.size, 'image')}`, covered)}
${createMisses(misses)}
${await createFlips(context, request, [...images])}`;
}

function createHitTable(rows: readonly DecidedComponent[], { components }: DecisionRisk): Markup {
  return createTable<DecidedComponent>(
    'Covered findings',
    [
      { title: 'Package', cell: ({ name }) => createLink('exposure', { package: name }, name) },
      { title: 'Version', cell: ({ version }) => shortenName(version) },
      {
        title: 'Severity',
        cell: ({ component }) => createSeverity(components.get(component)?.severity ?? 'unknown'),
      },
      {
        title: 'Fixed in',
        cell: ({ component }) => shortenName(components.get(component)?.fixVersions || 'no fix'),
      },
      { title: 'Images', isNumber: true, cell: ({ images }) => images.length },
    ],
    rows,
  );
}

function createMisses(misses: readonly NearMiss[]): Markup {
  const title = `Not covered: ${formatCount(misses.length, 'package version')} with the same vulnerability`;
  if (misses.length === 0) {
    return createSection(
      'misses',
      'Nothing is left uncovered',
      markup`<p>Every package version with this vulnerability is covered.</p>`,
    );
  }
  const rows = misses.slice(0, ROWS_MAX);
  const more = misses.length - rows.length;
  const table = createTable<NearMiss>(
    'Not covered',
    [
      { title: 'Package', cell: ({ name }) => shortenName(name) },
      { title: 'Version', cell: ({ version }) => shortenName(version) },
      { title: 'Images', isNumber: true, cell: ({ images }) => images },
      { title: 'Why not', cell: ({ reason }) => shortenName(reason) },
    ],
    rows,
  );
  const rest = more > 0 ? markup`<p>And ${formatCount(more, 'more')}.</p>` : undefined;
  return createSection('misses', title, markup`${table}${rest}`);
}

interface Flip {
  readonly image: number;
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** Judges images with and without the decision. */
async function createFlips(
  context: PageContext,
  request: DecisionRequest,
  images: readonly number[],
): Promise<Markup> {
  const judged = images.slice(0, JUDGED_MAX);
  const flips: Flip[] = [];
  for (const image of judged) {
    const flip = await judgeTwice(context, request, image);
    flips.push(...(flip === undefined ? [] : [flip]));
  }
  const scope =
    judged.length === images.length
      ? ''
      : ` in the first ${judged.length} of ${formatCount(images.length, 'image')}`;
  const title = `Changes ${formatCount(flips.length, 'verdict')}${scope}`;
  const lines = flips.map(
    ({ image, name, before, after }) =>
      markup`<li>${createLink('image', { id: image }, name)}: ${createOutcome(before)} → ${createOutcome(after)}</li>`,
  );
  return createSection(
    'flips',
    title,
    lines.length === 0
      ? markup`<p>No verdict changes: other findings or gaps still decide.</p>`
      : markup`<ul>${lines}</ul>`,
  );
}

const OUTCOMES = ['pass', 'warn', 'unknown', 'fail'] as const;

function createOutcome(word: string): Markup {
  return createVerdict(OUTCOMES.find((one) => one === word) ?? 'unknown');
}

async function judgeTwice(
  context: PageContext,
  request: DecisionRequest,
  image: number,
): Promise<Flip | undefined> {
  const { db, fleet, revision, assessments, now } = context;
  const row = await db
    .selectFrom('image')
    .select(['document', 'project'])
    .where('id', '=', image)
    .executeTakeFirst();
  const known = fleet.get(image);
  if (row === undefined || known === undefined || revision === undefined) {
    return undefined;
  }
  const decisions = await listCurrentDecisions(db, Date.parse(now));
  const next = Math.max(0, ...decisions.map(({ id }) => id)) + 1;
  const added = toDecisionRow(request, {
    id: next,
    revision: revision.id,
    now: Date.parse(now),
  });
  const policy = fleet.policy ?? loadFleetPolicy({ severity: PRESET_GATE, policies: [] });
  const statements = await listCurrentStatements(db);
  const { generation } = revision;
  const question = { db, ...row, generation, policy, statements, now };
  const before = await assessments.assess({ ...question, decisions });
  const after = await assessments.assessAgain({ ...question, decisions: [...decisions, added] });
  const [first, second] = [before, after].map(({ verdict }) => verdict?.outcome ?? 'unknown');
  return first === second || first === undefined || second === undefined
    ? undefined
    : { image, name: known.name, before: first, after: second };
}
