import { compareText } from '../../core/compare-text.ts';
import type { ProductReference, VexStatement } from '../../core/decision.ts';
import { textOfUriComponent } from '../../core/uri-component.ts';
import { HASH_ALGORITHMS } from '../sbom/sbom-package.ts';

interface ComponentMembers {
  readonly type: 'container' | 'library' | 'application';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly cpe?: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
}

/** The components of a document that speaks only of some. */
export interface ComponentIndex {
  /** What holds the parts, where all statements name the same. */
  readonly root: ComponentMembers | undefined;
  /** Sorted by their reference. */
  readonly others: readonly ComponentMembers[];
  /** One for each name that a product or part has. */
  refsOf(reference: ProductReference): readonly string[];
}

/**
 * Every product that a statement is about as a component. CycloneDX says of a component, not of a
 * component in a product, so that the product is the subject of the document where there is one.
 */
export function indexComponents(statements: readonly VexStatement[]): ComponentIndex {
  const products = statements.flatMap((statement) => statement.products);
  const wholes = products.filter(({ subcomponents }) => subcomponents.length > 0);
  const parts = products.filter(({ subcomponents }) => subcomponents.length === 0);
  const meant = [...parts, ...wholes.flatMap(({ subcomponents }) => subcomponents)];
  const roots = new Map(wholes.flatMap(componentsOf).map((one) => [one['bom-ref'], one]));
  const others = new Map(meant.flatMap(componentsOf).map((one) => [one['bom-ref'], one]));
  // Several names of one image are told from several images by their digests.
  const purls = [...roots.values()].filter(({ purl }) => purl !== undefined);
  const root = purls.length === 1 ? purls[0] : undefined;
  return {
    root,
    others: [...others.values()]
      .filter((one) => one['bom-ref'] !== root?.['bom-ref'])
      .toSorted((left, right) => compareText(left['bom-ref'], right['bom-ref'])),
    refsOf: ({ identifiers }) => identifiers,
  };
}

function componentsOf({ identifiers, hashes }: ProductReference): readonly ComponentMembers[] {
  const known = hashes.flatMap(({ algorithm, value }) => {
    const alg = HASH_ALGORITHMS.get(algorithm);
    return alg === undefined ? [] : [{ alg, content: value }];
  });
  const digests = known.length === 0 ? {} : { hashes: known };
  return identifiers.map((identifier) => ({ ...namedBy(identifier), ...digests }));
}

/** A component must have a name, which a package URL or CPE has in it. */
function namedBy(identifier: string): ComponentMembers {
  const frame = { 'bom-ref': identifier } as const;
  if (identifier.startsWith('pkg:')) {
    const type = /^pkg:(?:oci|docker)\//.test(identifier) ? 'container' : 'library';
    const path = identifier.split(/[?#]/, 1)[0] ?? '';
    const at = path.lastIndexOf('@');
    const head = at === -1 ? path : path.slice(0, at);
    const name = textOfUriComponent(head.slice(head.lastIndexOf('/') + 1));
    const version = at === -1 ? {} : { version: textOfUriComponent(path.slice(at + 1)) };
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
