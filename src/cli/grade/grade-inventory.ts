import { detectFileKinds } from '../../document/sbom/package-file.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { catalogers } from '../../inventory/catalog/registry.generated.ts';
import {
  findMissInComponent,
  findMissInDocument,
  type GradeContext,
  type Miss,
} from './judge-element.ts';
import { DOCUMENT_ELEMENTS, type ElementId, STANDARDS } from './standards.data.ts';

/** The grade of one inventory by one standard. */
export interface Grade {
  readonly id: string;
  readonly title: string;
  readonly spec: string;
  readonly elements: readonly ElementGrade[];
}

export interface ElementGrade {
  readonly element: ElementId;
  /** Name in the standard. */
  readonly name: string;
  readonly of: 'document' | 'component';
  /** Number of components that must have the element. */
  readonly total: number;
  /** Number of those that lack it. */
  readonly lacking: number;
  /** Number of those for which the document states that it is unknown. */
  readonly unknown: number;
  /** The most frequent first. */
  readonly reasons: readonly Reason[];
}

interface Reason {
  readonly why: string;
  /** The remedy. Absent if the standard exempts the components. */
  readonly next?: string;
  readonly count: number;
  /** A few of the packages, as name and version. */
  readonly examples: readonly string[];
}

const EXAMPLES_MAX = 3;

/**
 * Returns the minimum elements that an inventory has, by each standard, and the reasons for missing
 * ones.
 */
export function gradeInventory(inventory: Inventory, about: GradeContext['about']): Grade[] {
  const context: GradeContext = {
    inventory,
    about,
    kinds: detectFileKinds(inventory),
    capabilities: new Map(catalogers.map(({ id, can }) => [id, can])),
    declared: new Set(
      catalogers.filter(({ tags }) => tags.includes('declared')).map(({ id }) => id),
    ),
    related: listRelatedKeys(inventory),
  };
  const known = new Map<ElementId, Misses>();
  const findMisses = (element: ElementId): Misses => {
    const misses = known.get(element) ?? collectMisses(element, context);
    known.set(element, misses);
    return misses;
  };
  const hasUnknowns = about !== 'untold' && about.declaresUnknowns === true;
  return STANDARDS.map(({ id, title, spec, elements, mayBeUnknown }) => ({
    id,
    title,
    spec,
    elements: elements.map(([element, name]) => {
      const { of, total, lacking, reasons } = findMisses(element);
      const isUnknown = hasUnknowns && mayBeUnknown.includes(element);
      return {
        element,
        name,
        of,
        total,
        lacking: isUnknown ? 0 : lacking,
        unknown: isUnknown ? lacking : 0,
        reasons,
      };
    }),
  }));
}

function listRelatedKeys({ relationships }: Inventory): Set<string> {
  return new Set(
    relationships.flatMap((edge) => (edge.kind === 'dependency-of' ? [edge.from, edge.to] : [])),
  );
}

type Misses = Pick<ElementGrade, 'lacking' | 'of' | 'reasons' | 'total'>;

function collectMisses(element: ElementId, context: GradeContext): Misses {
  if (DOCUMENT_ELEMENTS.has(element)) {
    const miss = findMissInDocument(element, context);
    const reasons = miss === undefined ? [] : [toReason(miss, { count: 1, examples: [] })];
    return { of: 'document', total: 1, lacking: reasons.length, reasons };
  }
  const { packages } = context.inventory;
  const found = new Map<string, { miss: Miss; count: number; examples: string[] }>();
  const counts = { missing: 0, inapplicable: 0 };
  for (const pkg of packages) {
    const miss = findMissInComponent(element, pkg, context);
    if (miss !== undefined) {
      counts[miss.kind] += 1;
      const reason = found.get(miss.why) ?? { miss, count: 0, examples: [] };
      reason.count += 1;
      if (reason.examples.length < EXAMPLES_MAX) {
        reason.examples.push(`${pkg.name} ${pkg.version}`.trim());
      }
      found.set(miss.why, reason);
    }
  }
  const reasons = [...found.values()]
    .map(({ miss, ...reason }) => toReason(miss, reason))
    .sort((left, right) => right.count - left.count || compareText(left.why, right.why));
  const total = packages.length - counts.inapplicable;
  return { of: 'component', total, lacking: counts.missing, reasons };
}

function toReason({ why, next }: Miss, seen: Pick<Reason, 'count' | 'examples'>): Reason {
  return { why, ...defined({ next }), ...seen };
}
