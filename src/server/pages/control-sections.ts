import { findControl } from '../../compliance/policy/find-control.ts';
import type { Control, Policy, Rule } from '../../compliance/policy/policy.ts';
import { CONTROL_STATUSES, type ControlStatus } from '../../foundation/core/control.ts';
import { formatCount } from '../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../foundation/present/markup.ts';
import type { StoredControl } from '../engine/judge-image.ts';
import { listProvenImages, PROVEN_MAX, type ProvenImage } from '../query/proofs.ts';
import type { PageContext } from './page.ts';
import {
  createLink,
  createSection,
  createTable,
  createTime,
  shortenName,
  type TableColumn,
} from './parts.ts';

/** A control with its answers for images. */
export interface FleetControl {
  readonly key: string;
  readonly title: string;
  /** The requirement and its source are absent if the policy no longer has the control. */
  readonly requirement?: string;
  readonly source?: string;
  readonly images: ReadonlyMap<ControlStatus, readonly ControlAnswer[]>;
  /** The earliest due date, or the end of a statement; milliseconds since 1970. */
  readonly due: number | undefined;
  /** Whether a person may answer it: its rules alone do not. */
  readonly isAnswerable: boolean;
  /** The part that its rules do not answer. */
  readonly open: string | undefined;
  /** The rules by which it fails in any image; `undefined` for a reason that names no rule. */
  readonly failing: readonly (Rule | undefined)[];
  /** Owners of the images that do not pass it, most images first; empty: none is stated. */
  readonly owners: readonly string[];
}

export interface ControlAnswer {
  readonly control: StoredControl;
  readonly proven: ProvenImage;
}

/** Collects the answers to each control, over all images. */
export async function listFleetControls(context: PageContext): Promise<readonly FleetControl[]> {
  const { fleet } = context;
  return await fleet.remember('controls', async () => {
    if (fleet.policy?.rules === undefined) {
      return [];
    }
    const proven = await listProvenImages(context, fleet);
    const answers = proven.flatMap((one) =>
      (one.proof.controls ?? []).map((control) => ({ control, proven: one })),
    );
    return [...Map.groupBy(answers, ({ control }) => control.key)].map(([key, some]) => {
      const dates = some.flatMap(({ control: { dueAt, statement } }) =>
        [dueAt, statement?.expires].flatMap((date) => (date === undefined ? [] : Date.parse(date))),
      );
      const definition = findControl(fleet.policy?.rules ?? [], key);
      return {
        key,
        title: some[0]?.control.title ?? '',
        ...(definition === undefined
          ? {}
          : {
              requirement: definition.requirement,
              source: `${definition.source.title}, ${definition.source.section}`,
            }),
        images: Map.groupBy(some, ({ control }) => control.status),
        due: dates.length === 0 ? undefined : Math.min(...dates),
        isAnswerable: definition !== undefined && definition.kind !== 'automatic',
        open: definition?.cannotAnswer,
        failing: listFailingRules(fleet.policy?.rules ?? [], definition, some),
        owners: listOwners(some),
      };
    });
  });
}

/** Lists the rules by which a control fails; `undefined` for a reason that names no rule. */
function listFailingRules(
  policies: readonly Policy[],
  definition: Control | undefined,
  answers: readonly ControlAnswer[],
): readonly (Rule | undefined)[] {
  const reasons = answers
    .filter(({ control: { status } }) => status === 'failed')
    .flatMap(({ control }) => control.reasons);
  const own = new Set(definition?.rules);
  const named = new Set(
    reasons.map((reason) => {
      const [id = ''] = reason.split(':', 1);
      return own.has(id) ? id : undefined;
    }),
  );
  const rules = policies.flatMap((policy) => policy.rules);
  return [...named].map((name) => rules.find(({ id }) => id === name));
}

/** Lists who must act: the owners of images that neither pass nor are exempt. */
function listOwners(answers: readonly ControlAnswer[]): readonly string[] {
  const open = answers.filter(
    ({ control: { status } }) => status !== 'passed' && status !== 'not-applicable',
  );
  const groups = Map.groupBy(open, ({ proven: { image } }) => image.owner);
  return [...groups]
    .sort(([, left], [, right]) => right.length - left.length)
    .map(([owner]) => owner);
}

const OWNERS_MAX = 3;

function describeOwners({ owners }: FleetControl): string {
  const more = owners.length - OWNERS_MAX;
  const shown = owners
    .slice(0, OWNERS_MAX)
    .map((owner) => shortenName(owner || 'no owner stated'))
    .join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** Words for the states of a control. */
const TITLES: Readonly<Record<ControlStatus, string>> = {
  passed: 'passed',
  'not-applicable': 'not applicable',
  unanswered: 'unanswered',
  unknown: 'unknown',
  failed: 'failed',
};

/** The worst states first. */
const SHOWN = CONTROL_STATUSES.toReversed();

/** The state of a control is the worst one of its images. */
function findWorst({ images }: FleetControl): ControlStatus {
  return SHOWN.find((status) => images.has(status)) ?? 'unanswered';
}

function countWorst(control: FleetControl): number {
  return control.images.get(findWorst(control))?.length ?? 0;
}

/** Whether a control fails, lacks answers, or needs no action. */
export type ControlGroup = 'failed' | 'open' | 'passed';

/** A control fails if it fails for any image; it is open if any image has no answer. */
export function findControlGroup(control: FleetControl): ControlGroup {
  const worst = findWorst(control);
  if (worst === 'failed') {
    return 'failed';
  }
  return worst === 'unknown' || worst === 'unanswered' ? 'open' : 'passed';
}

/** Shows the controls of each pack, the failed ones first, with their images by state. */
export function createControlSection(
  controls: readonly FleetControl[],
  total: number,
): Markup | undefined {
  if (controls.length === 0) {
    return undefined;
  }
  const cut =
    total > PROVEN_MAX
      ? markup`<p class="notice">Only the ${PROVEN_MAX} images with the most severe findings are counted.</p>`
      : undefined;
  const hasOwners = controls.some(({ owners }) => owners.some((owner) => owner !== ''));
  const owned = hasOwners
    ? undefined
    : markup` No image states its owner: set the label <code>owner</code> or <code>team</code>.`;
  const packs = Map.groupBy(controls, ({ key }) => key.split('/', 1)[0] ?? '');
  const sections = [...packs].map(([pack, some]) => createPackSection(pack, some, hasOwners));
  const words = markup`<p>A control <b>failed</b> if it fails for any image. It is <b>open</b> if it fails for none, but at least one has no answer: its rules could not be evaluated (unknown), or a person must answer it (unanswered).${owned}</p>`;
  return createSection(
    'controls',
    formatCount(controls.length, 'control'),
    markup`${cut}${words}${sections}`,
  );
}

/** More open controls of a pack are folded. */
const OPEN_SHOWN_MAX = 20;

function createPackSection(
  pack: string,
  controls: readonly FleetControl[],
  hasOwners: boolean,
): Markup {
  const groups = Map.groupBy(
    controls.toSorted(
      (left, right) =>
        SHOWN.indexOf(findWorst(left)) - SHOWN.indexOf(findWorst(right)) ||
        (left.due ?? Number.POSITIVE_INFINITY) - (right.due ?? Number.POSITIVE_INFINITY) ||
        countWorst(right) - countWorst(left),
    ),
    findControlGroup,
  );
  const listGroup = (group: ControlGroup): readonly FleetControl[] => groups.get(group) ?? [];
  const [failed, open, passed] = [listGroup('failed'), listGroup('open'), listGroup('passed')];
  const show = (
    some: readonly FleetControl[],
    words: string,
    isShown = false,
  ): Markup | undefined =>
    some.length === 0
      ? undefined
      : markup`<details${isShown ? markup` open` : undefined}><summary>${words}</summary>${createControlTable(`${words} of ${pack}`, some, hasOwners)}</details>`;
  const first =
    failed.length === 0
      ? undefined
      : createControlTable(`Failed controls of ${pack}`, failed, hasOwners);
  const exempt = passed.every((one) => findWorst(one) === 'not-applicable');
  const word = exempt ? 'not applicable' : 'passed or not applicable';
  return markup`<h3>${pack}: ${failed.length} failed, ${open.length} open, ${passed.length} passed</h3>${first}${show(open, `${open.length} open`, open.length <= OPEN_SHOWN_MAX)}${show(passed, `${passed.length} ${word}`)}`;
}

const DUE_COLUMN: TableColumn<FleetControl> = {
  title: 'Next due',
  cell: ({ due }) => (due === undefined ? markup`<span class="dim">none</span>` : createTime(due)),
};

function createControlTable(
  label: string,
  controls: readonly FleetControl[],
  hasOwners: boolean,
): Markup {
  const owners = { title: 'Owners who must act', cell: describeOwners };
  return createTable<FleetControl>(
    label,
    [
      {
        title: 'Control',
        cell: ({ key, title }) =>
          markup`${createLink('control', { key }, key)}<span class="row-note">${shortenName(title)}</span>`,
      },
      ...SHOWN.filter((status) => controls.some(({ images }) => images.has(status))).map(
        (status) => ({
          title: TITLES[status],
          isNumber: true as const,
          cell({ key, images }: FleetControl): Markup {
            const count = images.get(status)?.length ?? 0;
            return count === 0
              ? markup`<span class="zero">0</span>`
              : createLink('control', { key, status }, formatCount(count, 'image'));
          },
        }),
      ),
      ...(hasOwners ? [owners] : []),
      ...(controls.some(({ due }) => due !== undefined) ? [DUE_COLUMN] : []),
    ],
    controls,
  );
}
