import { findSchemeByName } from '../../version/scheme-by-name.ts';
import type { ComponentPackage } from '../component.ts';
import { HOST_KERNEL } from '../host-kernel.ts';
import { joinOutcomes, type Matcher } from '../matcher.ts';
import { searchEcosystem } from '../search/ecosystem-search.ts';
import { searchProducts } from '../search/product-search.ts';

/** Packages of all types without a matcher of their own: by name and by CPE. */
export const stock: Matcher = {
  id: 'stock',
  title: 'Packages of any other type, by name and CPE',
  spec: 'https://csrc.nist.gov/pubs/ir/7696/final',
  types: [],
  isSystem: false,
  detectScheme,
  ignoreRules: [{ ...HOST_KERNEL, isPackageMatch: ({ type }) => KERNEL_TYPES.has(type) }],
  partTypes: ['binary'],
  match(subject, context) {
    return joinOutcomes([
      searchEcosystem(subject, { names: [subject.name], guesses: [] }, context),
      searchProducts(subject, context),
    ]);
  },
};

/** Kernels and their modules as files, without a package. */
const KERNEL_TYPES: ReadonlySet<string> = new Set(['linux-kernel', 'linux-kernel-module']);

/** Metadata of a Java runtime, whose package has the same type as any executable. */
const RUNTIME_METADATA = 'java-jvm-installation';

/** Package types are names of their version schemes, except those of executables and files. */
function detectScheme({ type, metadata }: ComponentPackage): string | undefined {
  return metadata?.kind === RUNTIME_METADATA ? 'jvm' : findSchemeByName(type)?.id;
}
