import { SEVERITIES } from '../../../foundation/core/finding.ts';
import type { PolicyOutcome } from '../../../foundation/core/policy-verdict.ts';
import { formatCount } from '../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { type Fleet, PRESET_GATE } from '../../query/fleet.ts';
import { VERDICTS } from '../../query/fleet-verdicts.ts';
import { formatAddress } from '../address.ts';
import {
  createControlSection,
  type FleetControl,
  findControlGroup,
  listFleetControls,
} from '../control-sections.ts';
import { createFirstControls } from '../control-steps.ts';
import { describeLeast } from '../gate-filter.ts';
import type { PageContent, PageContext } from '../page.ts';
import { createLink, createSection, createTable, shortenName } from '../parts.ts';

interface GateRow {
  /** Gates with the same numbers. */
  readonly gates: readonly string[];
  readonly counts: ReadonlyMap<PolicyOutcome, number>;
}

/** Answers: which images pass which gate? */
export async function createCompliancePage(context: PageContext): Promise<PageContent> {
  const { fleet, revision } = context;
  const controls = await listFleetControls(context);
  if (fleet.size === 0) {
    return {
      heading: 'Nothing was evaluated: no images yet',
      body: markup`<p>Send an image: <code>plimsoll push IMAGE.tar</code>.</p>`,
    };
  }
  const gates = ['', ...SEVERITIES.toReversed()];
  const rows = mergeGates(
    gates.map((gate): GateRow => {
      const groups = fleet.groupByVerdict(gate);
      const counts = new Map([...groups].map(([word, some]) => [word, some.length] as const));
      return { gates: [gate], counts };
    }),
  );
  const { policy } = fleet;
  const passed = rows[0]?.counts.get('pass') ?? 0;
  const words = VERDICTS.filter(
    (word) => word !== 'warn' || rows.some(({ counts }) => counts.has(word)),
  );
  const table = createTable<GateRow>(
    'Gates',
    [
      {
        title: 'Gate',
        cell: ({ gates: [first = '', ...same] }) => describeRows(fleet, first, same),
      },
      ...words.map((word) => ({
        title: word,
        isNumber: true as const,
        cell: ({ gates: [gate = ''], counts }: GateRow) =>
          linkCount(word, gate, counts.get(word) ?? 0),
      })),
    ],
    rows,
  );
  return {
    heading: `${passed} of ${formatCount(fleet.size, 'image')} ${policy === undefined ? 'pass the preset gate: no high or critical findings, evaluated completely' : 'pass the policy of the server'}${describeControls(controls)}`,
    body: markup`${createFirstControls(controls, fleet.size)}<p>At revision ${revision?.id ?? 0}. A gate is a condition for all images: a severity from which findings fail an image, or the policy of the server. Only the policy takes decisions into account. Findings of unknown severity only fail “of any severity”, as with <code>--fail-on</code>. <a href="${formatAddress('packet')}">Evidence as one archive</a></p>
${createControlSection(controls, fleet.size)}
${createSection('gates', 'Gates', table)}
${createSection(
  'packs',
  'Policies',
  policy === undefined || policy.policies.length === 0
    ? markup`<p>The server has no policy with controls, so controls of a framework are <b>not evaluated</b>, which is not a pass. Set one: <code>plimsoll serve --policy FILE</code>. It may include a built-in pack.</p>`
    : markup`<ul>${policy.policies.map(({ name }) => markup`<li>${shortenName(name)}</li>`)}</ul><p>The page of an image lists the rules that it does not meet.</p>`,
)}`,
  };
}

function describeControls(controls: readonly FleetControl[]): string {
  const groups = Map.groupBy(controls, findControlGroup);
  const failed = groups.get('failed')?.length ?? 0;
  const open = groups.get('open')?.length ?? 0;
  return controls.length === 0
    ? ''
    : `; of ${formatCount(controls.length, 'control')}, ${failed} fail and ${open} are open`;
}

/** Gates with equal numbers share one row. The policy of the server has its own. */
function mergeGates([first, ...others]: readonly GateRow[]): readonly GateRow[] {
  const formatKey = ({ counts }: GateRow): string =>
    VERDICTS.map((word) => counts.get(word) ?? 0).join(' ');
  const merged = [...Map.groupBy(others, formatKey).values()].map(
    ([one, ...same]): GateRow => ({
      gates: [one, ...same].flatMap((row) => row?.gates ?? []),
      counts: one?.counts ?? new Map(),
    }),
  );
  return [...(first === undefined ? [] : [first]), ...merged];
}

function describeRows(fleet: Fleet, first: string, same: readonly string[]): Markup {
  const note =
    same.length === 0
      ? undefined
      : markup` <span class="row-note">the same numbers: ${same.map((one) => `no findings ${describeLeast(one)}`).join('; ')}</span>`;
  return markup`${describeRow(fleet, first)}${note}`;
}

function describeRow(fleet: Fleet, gate: string): string {
  return gate === '' && fleet.policy !== undefined
    ? 'the policy of the server'
    : `no findings ${describeLeast(gate === '' ? PRESET_GATE : gate)}${gate === '' ? ' (preset)' : ''}`;
}

function linkCount(verdict: PolicyOutcome, gate: string, count: number): Markup | string {
  return count === 0 ? '0' : createLink('images', { verdict, gate }, formatCount(count, 'image'));
}
