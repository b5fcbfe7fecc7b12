import type { PageContext } from '../pages/page.ts';
import { countOverdue } from './due-dates.ts';
import type { Fleet } from './fleet.ts';
import type { FleetImage } from './fleet-image.ts';

/** The images of one owner, as their labels state it. */
export interface OwnerSummary {
  /** Empty for images without one. */
  readonly owner: string;
  readonly images: number;
  /** Images in which everything was evaluated. */
  readonly covered: number;
  readonly failing: number;
  readonly overdue: number;
}

/** Summarizes the images of each owner, those with the lowest coverage first. */
export function summarizeOwners(fleet: Fleet, gate: string, now: number): readonly OwnerSummary[] {
  const overdue = countOverdue(fleet, now);
  const owners = new Map<string, { -readonly [Key in keyof OwnerSummary]: OwnerSummary[Key] }>();
  for (const image of fleet.sortImages('newest')) {
    const { owner } = image;
    const none = { owner, images: 0, covered: 0, failing: 0, overdue: 0 };
    const summary = owners.get(owner) ?? none;
    owners.set(owner, summary);
    summary.images += 1;
    summary.covered += fleet.isCovered(image) ? 1 : 0;
    summary.overdue += overdue.get(image.id) ?? 0;
  }
  for (const { owner } of fleet.groupByVerdict(gate).get('fail') ?? []) {
    const summary = owners.get(owner);
    if (summary !== undefined) {
      summary.failing += 1;
    }
  }
  return [...owners.values()].sort(compareOwners);
}

function compareOwners(left: OwnerSummary, right: OwnerSummary): number {
  return (
    left.covered / left.images - right.covered / right.images ||
    right.overdue - left.overdue ||
    right.failing - left.failing ||
    right.images - left.images
  );
}

type Get = PageContext['get'];

/** Returns whether the filter of an address selects the owner of an image. */
export function createOwnerFilter(get: Get): (image: FleetImage) => boolean {
  const [wanted, unowned] = [get('owner'), get('unowned')];
  return ({ owner }) => (wanted === '' || owner === wanted) && (unowned === '' || owner === '');
}

/** Names the owner that the filter of an address selects. */
export function findOwnerName(get: Get): string | undefined {
  return get('unowned') === '' ? get('owner') || undefined : 'images without an owner';
}
