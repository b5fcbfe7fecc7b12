import type { Package } from '../../core/package.ts';
import { type Candidate, openCandidate } from '../candidate-set.ts';
import type { CpeRules } from '../cpe-rules.ts';

/** Owner and rest of the module's path; rather no name than one without a meaning. */
export const goModule: CpeRules = {
  type: 'go-module',
  products,
  replacesProducts: true,
  vendors,
  replacesVendors: true,
  dictionary: 'go_modules',
};

interface ModulePath {
  readonly host: string;
  readonly elements: readonly string[];
}

function products(subject: Package): readonly Candidate[] {
  const path = modulePath(subject.name);
  return path === undefined ? [] : [openCandidate(productOf(path))];
}

function productOf({ host, elements }: ModulePath): string {
  switch (host) {
    case 'golang.org':
    case 'gopkg.in':
      return elements.join('/');
    case 'google.golang.org':
      return elements[0] ?? '';
    default:
      // The rest of the path, not its first element: shorter names hit other projects.
      return elements.slice(1).join('/');
  }
}

function vendors(subject: Package): readonly Candidate[] {
  const path = modulePath(subject.name);
  return path === undefined ? [] : [openCandidate(vendorOf(path))];
}

function vendorOf({ host, elements }: ModulePath): string {
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

/** `undefined` where the name cannot be the rest of an address. */
function modulePath(name: string): ModulePath | undefined {
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
