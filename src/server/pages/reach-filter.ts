import { defined } from '../../foundation/core/defined.ts';
import { formatCount, groupDigits } from '../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../foundation/present/markup.ts';
import {
  type ExposedComponent,
  type Exposure,
  type ExposureQuestion,
  findExposure,
} from '../query/exposure.ts';
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

/** Asks as the API does, with the choice of the address, by reachability in memory. */
export async function askExposure(
  context: Pick<PageContext, 'db' | 'at' | 'fleet' | 'get'>,
  question: ExposureQuestion,
): Promise<Exposure> {
  const { db, fleet, get } = context;
  const asked = { ...question, ...defined({ reach: readReachChoice(get) }) };
  return await findExposure(context, asked, async (holders) =>
    (await fleet.readReach(db)).divide(holders),
  );
}

/** States that images were left out, without the full stop. */
export function listLeftOut(get: PageContext['get'], { leftOut }: Exposure): readonly string[] {
  const reason =
    readReachChoice(get) === 'reachable'
      ? 'the entry point cannot load it there'
      : 'it is reachable or unknown there';
  return leftOut === 0
    ? []
    : [`${formatCount(leftOut, 'image is', 'images are')} left out: ${reason}`];
}

/** Whether the reachability of any component is known. */
export function isAnyAnalyzed(components: readonly Pick<ExposedComponent, 'reach'>[]): boolean {
  return components.some(({ reach }) => reach.reachable.size + reach.unreachable.size > 0);
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
  { reachable, unreachable, unknown }: ReachStates,
  { component, environment }: { readonly component: number; readonly environment: string },
): Markup {
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
