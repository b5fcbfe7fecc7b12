import { CONTROL_STATUSES, type ControlStatus } from '../../core/control.ts';
import { formatCount } from '../../core/screen-text.ts';
import type { Control, Policy } from '../../policy/policy.ts';
import { type Markup, markup } from '../../present/markup.ts';
import type { StoredControl } from '../engine/judge-image.ts';
import type { PageContext } from './page.ts';
import { createLink, createSection, createTable, createTime, shortenName } from './parts.ts';
import { listProvenImages, PROVEN_MAX, type ProvenImage } from './query/proofs.ts';

/** A control with its answers for images. */
export interface FleetControl {
  readonly key: string;
  readonly title: string;
  readonly images: ReadonlyMap<ControlStatus, readonly ControlAnswer[]>;
  /** The earliest due date, or the end of a statement; milliseconds since 1970. */
  readonly due: number | undefined;
  /** Whether a person may answer it: its rules alone do not. */
  readonly isAnswerable: boolean;
  /** The part that its rules do not answer. */
  readonly open: string | undefined;
  /** Owners of the images that do not pass it, those with the most images first. */
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
        images: Map.groupBy(some, ({ control }) => control.status),
        due: dates.length === 0 ? undefined : Math.min(...dates),
        isAnswerable: definition !== undefined && definition.kind !== 'automatic',
        open: definition?.cannotAnswer,
        owners: listOwners(some),
      };
    });
  });
}

function findControl(policies: readonly Policy[], key: string): Control | undefined {
  return policies
    .flatMap(({ pack }) => (pack?.controls ?? []).map((control) => ({ pack, control })))
    .find(({ pack, control }) => `${pack?.id}/${control.id}` === key)?.control;
}

/** Lists who must act: the owners of images that neither pass nor are exempt. */
function listOwners(answers: readonly ControlAnswer[]): readonly string[] {
  const open = answers.filter(
    ({ control: { status } }) => status !== 'passed' && status !== 'not-applicable',
  );
  const groups = Map.groupBy(open, ({ proven: { image } }) => image.owner);
  return [...groups]
    .sort(([, left], [, right]) => right.length - left.length)
    .map(([owner]) => owner || 'no owner stated');
}

const OWNERS_MAX = 3;

function describeOwners({ owners }: FleetControl): string {
  const more = owners.length - OWNERS_MAX;
  const shown = owners.slice(0, OWNERS_MAX).map(shortenName).join(', ');
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

/** Shows each control with the number of images of each state. */
export function createControlSection(
  controls: readonly FleetControl[],
  total: number,
): Markup | undefined {
  if (controls.length === 0) {
    return undefined;
  }
  const table = createTable<FleetControl>(
    'Controls',
    [
      {
        title: 'Control',
        cell: ({ key, title }) =>
          markup`${createLink('control', { key }, key)}<span class="row-note">${shortenName(title)}</span>`,
      },
      ...SHOWN.map((status) => ({
        title: TITLES[status],
        isNumber: true as const,
        cell({ key, images }: FleetControl): Markup {
          const count = images.get(status)?.length ?? 0;
          return count === 0
            ? markup`<span class="zero">0</span>`
            : createLink('control', { key, status }, formatCount(count, 'image'));
        },
      })),
      { title: 'Owners who must act', cell: describeOwners },
      {
        title: 'Next due',
        cell: ({ due }) => (due === undefined ? undefined : createTime(due)),
      },
    ],
    controls,
  );
  const cut =
    total > PROVEN_MAX
      ? markup`<p class="notice">Only the ${PROVEN_MAX} images with the most severe findings are counted.</p>`
      : undefined;
  return createSection('controls', formatCount(controls.length, 'control'), markup`${cut}${table}`);
}
