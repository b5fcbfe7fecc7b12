import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import { parsePurl } from '../../foundation/identity/purl/parse-purl.ts';
import { matchPackage } from '../../vulnerability/decide/package-reference.ts';
import { findImages } from '../store/find-images.ts';
import { FINDING_KIND } from '../store/match-kind.ts';
import { splitKeys } from '../store/store.ts';
import { isOpenThen, type StoreView } from '../store/store-view.ts';
import { toStoredText } from '../store/stored-text.ts';
import { readComponent } from './component-context.ts';
import { expandText } from './component-text.ts';
import { canApply, type DecisionRequest } from './decisions.ts';

/** A package version with the vulnerability of a decision. */
export interface DecidedComponent {
  readonly component: number;
  readonly name: string;
  readonly version: string;
  /** Images that the decision is about, and that contain it. */
  readonly images: readonly number[];
}

/** A package version that a decision does not cover, although it has the vulnerability. */
export interface NearMiss {
  readonly component: number;
  readonly name: string;
  readonly version: string;
  readonly images: number;
  /** A sentence without the full stop. */
  readonly reason: string;
}

/** What a decision covers in a store: findings by component and image. */
export interface DecisionEffects {
  readonly hits: readonly DecidedComponent[];
  readonly misses: readonly NearMiss[];
  /** Number of findings: each component in each image. */
  readonly findings: number;
  /** Distinct images. */
  readonly images: ReadonlySet<number>;
}

type Question = Pick<
  DecisionRequest,
  'vulnerability' | 'package' | 'versions' | 'images' | 'project'
>;

/**
 * Finds the findings that a decision covers, by the same comparison of packages that applies it.
 * Evidence and later decisions are judged for each image.
 */
export async function findDecisionEffects(
  view: StoreView,
  request: Question,
): Promise<DecisionEffects> {
  const { db, at } = view;
  const rows = await db
    .selectFrom('match')
    .innerJoin('component', 'component.id', 'match.component')
    .select(['component.id', 'component.name', 'component.version', 'component.context'])
    .where('match.vulnerability', '=', toStoredText(request.vulnerability))
    .where('match.kind', '=', FINDING_KIND)
    .where('match.number', '=', 0)
    .where(isOpenThen(at))
    .orderBy('component.name')
    .orderBy('component.id')
    .execute();
  const holders = await findImages(db, new Set(rows.map(({ id }) => id)), at);
  const named = await selectImages(view, request, holders);
  const hits: DecidedComponent[] = [];
  const misses: NearMiss[] = [];
  for (const { id: component, name, version, context } of rows) {
    const holding = [...(holders.get(component) ?? [])];
    const images = holding.filter((image) => named?.has(image) !== false);
    const reason = findMiss(request, expandText(context));
    const others = reason === undefined ? holding.length - images.length : holding.length;
    if (reason === undefined && images.length > 0) {
      hits.push({ component, name, version, images });
    }
    if (others > 0) {
      const why = reason ?? `the decision is only about ${describeImages(request)}`;
      misses.push({ component, name, version, images: others, reason: why });
    }
  }
  return {
    hits,
    misses,
    findings: hits.reduce((sum, { images }) => sum + images.length, 0),
    images: new Set(hits.flatMap(({ images }) => images)),
  };
}

/** Describes the images that a limited decision is about. */
export function describeImages({ images = '', project = '' }: Omit<Question, 'package'>): string {
  const called = images === '' ? 'images' : `images called ${images}`;
  return project === '' ? called : `${called} in the project ${project}`;
}

/** Returns the images that a decision is about; `undefined` for all. */
async function selectImages(
  { db }: StoreView,
  request: Question,
  holders: ReadonlyMap<number, ReadonlySet<number>>,
): Promise<ReadonlySet<number> | undefined> {
  if ((request.images ?? '') === '' && (request.project ?? '') === '') {
    return undefined;
  }
  const named = new Set<number>();
  for (const some of splitKeys(new Set([...holders.values()].flatMap((ids) => [...ids])))) {
    const rows = await db
      .selectFrom('image')
      .select(['id', 'name', 'project'])
      .where('id', 'in', some)
      .execute();
    rows.filter((row) => canApply(request, row)).forEach(({ id }) => void named.add(id));
  }
  return named;
}

/** Returns why a decision is not about a component; `undefined` if it is. */
function findMiss({ package: name, versions }: Question, context: string): string | undefined {
  const { component } = readComponent(context);
  const item = component.package as unknown as InventoryPackage;
  const reference = {
    identifiers: [name],
    hashes: [],
    subcomponents: [],
    ...(versions === undefined || versions === '' ? {} : { versionRange: versions }),
  };
  const match = matchPackage(reference, item);
  if (match.isMatch) {
    return undefined;
  }
  return match.closeness === 0
    ? `the decision is only about the package ${parsePurl(name)?.name ?? name}`
    : match.miss;
}
