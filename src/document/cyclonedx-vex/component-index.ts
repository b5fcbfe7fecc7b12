import { getBaseName } from '../../foundation/core/base-name.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import type { ProductReference, VexStatement } from '../../foundation/core/decision.ts';
import { unescapeUriComponent } from '../../foundation/core/uri-component.ts';
import type { CyclonedxVersion } from '../cyclonedx/cyclonedx-model.ts';
import { type HashMembers, toHashMembers } from '../cyclonedx/hash-members.ts';

interface ComponentMembers {
  readonly type: 'container' | 'library' | 'application';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly cpe?: string;
  readonly hashes?: readonly HashMembers[];
}

/** Components of a document that lists only some. */
export interface ComponentIndex {
  /** The product that contains the parts, if all statements name the same one. */
  readonly root: ComponentMembers | undefined;
  /** Sorted by reference. */
  readonly others: readonly ComponentMembers[];
  /** Returns one reference for each name of a product or part. */
  listRefs(reference: ProductReference): readonly string[];
}

/**
 * Lists every product of a statement as a component. CycloneDX states an analysis of a component,
 * not of a component in a product, so the product becomes the subject of the document, if there is
 * one.
 */
export function indexComponents(
  statements: readonly VexStatement[],
  version: CyclonedxVersion,
): ComponentIndex {
  const readComponents = (reference: ProductReference): readonly ComponentMembers[] =>
    listComponents(reference, version);
  const products = statements.flatMap((statement) => statement.products);
  const wholes = products.filter(({ subcomponents }) => subcomponents.length > 0);
  const parts = products.filter(({ subcomponents }) => subcomponents.length === 0);
  const matching = [...parts, ...wholes.flatMap(({ subcomponents }) => subcomponents)];
  const roots = new Map(wholes.flatMap(readComponents).map((one) => [one['bom-ref'], one]));
  const others = new Map(matching.flatMap(readComponents).map((one) => [one['bom-ref'], one]));
  // Digests distinguish several names of one image from several images.
  const purls = [...roots.values()].filter(({ purl }) => purl !== undefined);
  const root = purls.length === 1 ? purls[0] : undefined;
  return {
    root,
    others: [...others.values()]
      .filter((one) => one['bom-ref'] !== root?.['bom-ref'])
      .toSorted((left, right) => compareText(left['bom-ref'], right['bom-ref'])),
    listRefs: ({ identifiers }) => identifiers,
  };
}

function listComponents(
  { identifiers, hashes }: ProductReference,
  version: CyclonedxVersion,
): readonly ComponentMembers[] {
  const known = toHashMembers(
    hashes.map(({ algorithm, value }) => ({ algorithm, digits: value })),
    version,
  );
  const digests = known.length === 0 ? {} : { hashes: known };
  return identifiers.map((identifier) => ({ ...toNamedComponent(identifier), ...digests }));
}

/** A component needs a name, which a package URL or CPE contains. */
function toNamedComponent(identifier: string): ComponentMembers {
  const frame = { 'bom-ref': identifier } as const;
  if (identifier.startsWith('pkg:')) {
    const type = /^pkg:(?:oci|docker)\//.test(identifier) ? 'container' : 'library';
    const path = identifier.split(/[?#]/, 1)[0] ?? '';
    const at = path.lastIndexOf('@');
    const head = at === -1 ? path : path.slice(0, at);
    const name = unescapeUriComponent(getBaseName(head));
    const version = at === -1 ? {} : { version: unescapeUriComponent(path.slice(at + 1)) };
    return { type, ...frame, name, ...version, purl: identifier };
  }
  if (identifier.startsWith('cpe:')) {
    const name = identifier.split(':')[identifier.startsWith('cpe:2.3:') ? 4 : 3] ?? identifier;
    return { type: 'application', ...frame, name, cpe: identifier };
  }
  const at = identifier.lastIndexOf('@');
  return at <= 0
    ? { type: 'application', ...frame, name: identifier }
    : {
        type: 'application',
        ...frame,
        name: identifier.slice(0, at),
        version: identifier.slice(at + 1),
      };
}
