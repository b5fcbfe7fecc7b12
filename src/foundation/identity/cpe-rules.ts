import type { Package } from '../core/package.ts';
import type { Candidate } from './candidate-set.ts';

/** Special rules for the CPEs of one package type. One file in `src/foundation/identity/cpe`. */
export interface CpeRules {
  /** The package type, which is also the name of the file. */
  readonly type: string;
  /** Products in addition to the package's name, or instead of it if `replacesProducts` is set. */
  listProducts?(subject: Package): readonly Candidate[];
  readonly replacesProducts?: true;
  /** Vendors in addition to the products, or instead of them if `replacesVendors` is set. */
  listVendors?(subject: Package): readonly Candidate[];
  readonly replacesVendors?: true;
  /** Vendors without variations of their separators. */
  listVerbatimVendors?(subject: Package): readonly Candidate[];
  /** Changes products and vendors before variations are added. */
  expand?(subject: Package, candidates: readonly Candidate[]): readonly Candidate[];
  readonly targetSoftware?: string;
  /** The list of the CPE dictionary that contains packages of the type, by name. */
  readonly dictionary?: string;
  /** The name of the package in the list, if it differs from the package's own. */
  getDictionaryName?(subject: Package): string | undefined;
}

/** Returns a member of the package's metadata if it is a string that is not empty. */
export function getMetadataText(subject: Package, member: string): string | undefined {
  const value = subject.metadata?.value[member];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
