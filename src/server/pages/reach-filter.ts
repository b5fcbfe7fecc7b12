import { formatCount, groupDigits } from '../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../foundation/present/markup.ts';
import type { ExposedComponent } from '../query/exposure.ts';
import { joinHolders } from '../query/holders.ts';
import { keepChosen, type ReachChoice, type ReachStates } from '../query/reach-states.ts';
import type { PageContext } from './page.ts';
import { createLink, createSelect } from './parts.ts';

/** Unknown is never left out: an image that was not analyzed may load everything. */
export const REACH_TITLES: Readonly<Record<ReachChoice, string>> = {
  reachable: 'reachable or unknown',
  unreachable: 'not reachable',
};

/** Returns the choice in the address; `undefined` for all images. */
export function readReachChoice(get: PageContext['get']): ReachChoice | undefined {
  const chosen = get('reach');
  return chosen === '' ? undefined : (chosen as ReachChoice);
}

/** A control that chooses by reachability; none if no image was analyzed. */
export async function createReachControl({
  db,
  get,
}: Pick<PageContext, 'db' | 'get'>): Promise<readonly Markup[]> {
  const chosen = get('reach');
  const row = await db.selectFrom('image_reach').select('image').limit(1).executeTakeFirst();
  const choices = [
    { value: '', title: 'any' },
    ...Object.entries(REACH_TITLES).map(([value, title]) => ({ value, title })),
  ];
  return row === undefined && chosen === ''
    ? []
    : [createSelect('Can the image load it?', 'reach', { choices, chosen })];
}

/** The components and images that a choice by reachability keeps. */
export interface ReachSelection {
  /** Only with the chosen images. */
  readonly components: readonly ExposedComponent[];
  /** The chosen images of each component, by reachability. */
  readonly states: ReadonlyMap<number, ReachStates>;
  /** Sentences about images that were left out, without the full stop. */
  readonly notices: readonly string[];
}

/** Only keeps the images in which a component is in the chosen state. */
export async function selectReach(
  { db, fleet, get }: Pick<PageContext, 'db' | 'fleet' | 'get'>,
  given: readonly ExposedComponent[],
): Promise<ReachSelection> {
  const choice = readReachChoice(get);
  const reach = await fleet.readReach(db);
  const all = new Map(given.map(({ component, images }) => [component, images]));
  const held = choice === undefined ? all : keepChosen(reach.divide(all), choice);
  const components = given
    .map((one) => ({ ...one, images: held.get(one.component) ?? one.images }))
    .filter(({ images }) => choice === undefined || images.size > 0);
  const rest = countLeftOut(joinHolders(all), joinHolders(held));
  const reason =
    choice === 'reachable'
      ? 'the entry point cannot load it there'
      : 'it is reachable or unknown there';
  return {
    components,
    states: reach.divide(held),
    notices:
      rest === 0 ? [] : [`${formatCount(rest, 'image is', 'images are')} left out: ${reason}`],
  };
}

function countLeftOut(all: ReadonlySet<number>, kept: ReadonlySet<number>): number {
  return [...all].filter((image) => !kept.has(image)).length;
}

/** Whether the reachability of any component is known. */
export function isAnyAnalyzed(states: ReachSelection['states']): boolean {
  return [...states.values()].some(
    ({ reachable, unreachable }) => reachable.size + unreachable.size > 0,
  );
}

/** Returns the images that contain any of some components in the chosen state. */
export async function joinReached(
  { db, fleet, get }: Pick<PageContext, 'db' | 'fleet' | 'get'>,
  holders: ReadonlyMap<number, ReadonlySet<number>>,
): Promise<ReadonlySet<number>> {
  const choice = readReachChoice(get);
  if (choice === undefined) {
    return joinHolders(holders);
  }
  const reach = await fleet.readReach(db);
  return joinHolders(keepChosen(reach.divide(holders), choice));
}

/** Counts the images of a component by whether they can load it: `reachable in 3, unknown in 30`. */
export function describeReach(
  states: ReachStates | undefined,
  { component, environment }: { readonly component: number; readonly environment: string },
): Markup | undefined {
  if (states === undefined) {
    return undefined;
  }
  const { reachable, unreachable, unknown } = states;
  const values = { component: String(component), environment, reach: 'unreachable' };
  const parts = [
    ...(reachable.size === 0 ? [] : [markup`reachable in ${groupDigits(reachable.size)}`]),
    ...(unreachable.size === 0
      ? []
      : [
          markup`not reachable in ${createLink('images', values, formatCount(unreachable.size, 'image'))}`,
        ]),
    ...(unknown.size === 0 ? [] : [markup`unknown in ${groupDigits(unknown.size)}`]),
  ];
  return markup`${parts.map((part, at) => (at === 0 ? part : markup`, ${part}`))}`;
}
