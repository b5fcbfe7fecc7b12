import type { Package } from '../core/package.ts';
import type { Candidate } from './candidate-set.ts';

/** What is special in naming the packages of one type. One file in `src/identity/cpe`. */
export interface CpeRules {
  /** The package type, same as the name of its file. */
  readonly type: string;
  /** Products besides the package's name; in its place where `replacesProducts` is set. */
  listProducts?(subject: Package): readonly Candidate[];
  readonly replacesProducts?: true;
  /** Vendors besides the products; in their place where `replacesVendors` is set. */
  listVendors?(subject: Package): readonly Candidate[];
  readonly replacesVendors?: true;
  /** Vendors of whose separators no variations are made. */
  listLateVendors?(subject: Package): readonly Candidate[];
  /** Changes products and vendors before variations are made. */
  expand?(subject: Package, candidates: readonly Candidate[]): readonly Candidate[];
  readonly targetSoftware?: string;
  /** The list of the CPE dictionary that has packages of the type, by their names. */
  readonly dictionary?: string;
  /** The name under which the list has a package, where it is not that of the package. */
  getDictionaryName?(subject: Package): string | undefined;
}

/** A member of the package's metadata where it is a text that is not empty. */
export function getMetadataText(subject: Package, member: string): string | undefined {
  const value = subject.metadata?.value[member];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
