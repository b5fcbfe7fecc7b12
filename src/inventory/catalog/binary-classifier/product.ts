import type { Classifier, Evidence, Product } from './evidence.ts';

/** A product in the short form of the table. */
interface ProductEntry {
  readonly class: string;
  readonly package: string;
  readonly evidence: Evidence;
  /** Absent if it is a generic one with the package's name. */
  readonly purl?: string;
  readonly cpes?: readonly string[];
  readonly hasGuessedCpes?: boolean;
  readonly hasUpdate?: boolean;
}

export interface ClassifierEntry extends ProductEntry {
  readonly files: readonly string[];
}

export function createProduct(entry: ProductEntry): Product {
  return { ...entry, purl: entry.purl ?? `generic/${entry.package}`, cpes: entry.cpes ?? [] };
}

/** A classifier of one product. */
export function createClassifier({ files, ...entry }: ClassifierEntry): Classifier {
  return { files, products: [createProduct(entry)] };
}
