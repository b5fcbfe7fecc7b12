import type { Package } from '../../core/package.ts';
import { type Candidate, openCandidate } from '../candidate-set.ts';
import type { CpeRules } from '../cpe-rules.ts';

/** Uses the owner and the rest of the module path. A name without a meaning yields no candidate. */
export const goModule: CpeRules = {
  type: 'go-module',
  listProducts,
  replacesProducts: true,
  listVendors,
  replacesVendors: true,
  dictionary: 'go_modules',
};

interface ModulePath {
  readonly host: string;
  readonly elements: readonly string[];
}

function listProducts(subject: Package): readonly Candidate[] {
  const path = parseModulePath(subject.name);
  return path === undefined ? [] : [openCandidate(toProduct(path))];
}

function toProduct({ host, elements }: ModulePath): string {
  switch (host) {
    case 'golang.org':
    case 'gopkg.in':
      return elements.join('/');
    case 'google.golang.org':
      return elements[0] ?? '';
    default:
      // The rest of the path instead of its first element: shorter names match other projects.
      return elements.slice(1).join('/');
  }
}

function listVendors(subject: Package): readonly Candidate[] {
  const path = parseModulePath(subject.name);
  return path === undefined ? [] : [openCandidate(toVendor(path))];
}

function toVendor({ host, elements }: ModulePath): string {
  switch (host) {
    case 'google.golang.org':
      return 'google';
    case 'golang.org':
      return 'golang';
    case 'gopkg.in':
      return '';
    default:
      return elements.length < 2 ? '' : (elements[0] ?? '');
  }
}

/** Returns `undefined` if the name cannot be part of a URL. */
function parseModulePath(name: string): ModulePath | undefined {
  if (/[\s\\<>"^`{|}]/.test(name)) {
    return undefined;
  }
  const [host = '', ...elements] = (name.split(/[?#]/, 1)[0] ?? '').split('/');
  while (elements[0] === '') {
    elements.shift();
  }
  while (elements.at(-1) === '') {
    elements.pop();
  }
  return { host, elements };
}
