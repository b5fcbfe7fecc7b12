import { catalogers } from '../../catalog/registry.generated.ts';
import { compareText } from '../../core/compare-text.ts';
import type { Inventory } from '../../core/inventory.ts';
import { detectFileKinds } from '../../document/sbom/package-file.ts';
import {
  explainMissingInComponent,
  explainMissingInDocument,
  type GradeContext,
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
  /** Number of components that must have the element, and of those that lack it. */
  readonly total: number;
  readonly lacking: number;
  /** The most frequent first. */
  readonly reasons: readonly Reason[];
}

interface Reason {
  readonly why: string;
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
    related: listRelatedKeys(inventory),
  };
  const known = new Map<ElementId, Omit<ElementGrade, 'name'>>();
  const gradeNamed = (element: ElementId): Omit<ElementGrade, 'name'> => {
    const grade = known.get(element) ?? gradeElement(element, context);
    known.set(element, grade);
    return grade;
  };
  return STANDARDS.map(({ id, title, spec, elements }) => ({
    id,
    title,
    spec,
    elements: elements.map(([element, name]) => ({ ...gradeNamed(element), name })),
  }));
}

function listRelatedKeys({ relationships }: Inventory): Set<string> {
  return new Set(
    relationships.flatMap((edge) => (edge.kind === 'dependency-of' ? [edge.from, edge.to] : [])),
  );
}

function gradeElement(element: ElementId, context: GradeContext): Omit<ElementGrade, 'name'> {
  if (DOCUMENT_ELEMENTS.has(element)) {
    const why = explainMissingInDocument(element, context);
    const reasons = why === undefined ? [] : [{ why, count: 1, examples: [] }];
    return { element, of: 'document', total: 1, lacking: reasons.length, reasons };
  }
  const { packages } = context.inventory;
  const reasons = new Map<string, { count: number; examples: string[] }>();
  let lacking = 0;
  for (const pkg of packages) {
    const why = explainMissingInComponent(element, pkg, context);
    if (why !== undefined) {
      lacking += 1;
      const reason = reasons.get(why) ?? { count: 0, examples: [] };
      reason.count += 1;
      if (reason.examples.length < EXAMPLES_MAX) {
        reason.examples.push(`${pkg.name} ${pkg.version}`.trim());
      }
      reasons.set(why, reason);
    }
  }
  const sorted = [...reasons]
    .map(([why, reason]) => ({ why, ...reason }))
    .sort((left, right) => right.count - left.count || compareText(left.why, right.why));
  return { element, of: 'component', total: packages.length, lacking, reasons: sorted };
}
