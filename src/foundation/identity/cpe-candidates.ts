import { compareText } from '../core/compare-text.ts';
import { DEFAULT_LIMITS, type Limits } from '../core/limits.ts';
import type { Cpe, Package } from '../core/package.ts';
import {
  addBeginnings,
  addCandidates,
  addSeparatorVariations,
  type CandidateSet,
  createCandidateSet,
  listValues,
  openCandidate,
  removeValues,
} from './candidate-set.ts';
import { findCorrection } from './corrections.ts';
import { cpeRules } from './cpe/registry.generated.ts';
import { findDictionaryCpes } from './cpe-dictionary.ts';
import { ANY_CPE, type CpeName, formatCpe, toCpeValue } from './cpe-name/cpe.ts';
import type { CpeRules } from './cpe-rules.ts';
import { isMisleading } from './misleading-cpe.ts';

const RULES_BY_TYPE: ReadonlyMap<string, CpeRules> = new Map(
  cpeRules.map((rules) => [rules.type, rules]),
);
const NO_RULES: CpeRules = { type: '' };

/** If one of these vendors is among the guesses, it is the right one. */
const CERTAIN_VENDORS: ReadonlySet<string> = new Set(['apache']);

/** Values that would match every product or none. */
const MEANINGLESS = ['', '*'];

/**
 * Returns the CPEs of a package, the most specific first: those that the package or the dictionary
 * states, else guesses from its names, at most `cpesMax` of them.
 */
export function guessCpes(subject: Package, limits: Limits = DEFAULT_LIMITS): readonly Cpe[] {
  if (subject.cpes.some((cpe) => cpe.source !== 'generated')) {
    return subject.cpes;
  }
  const rules = RULES_BY_TYPE.get(subject.type) ?? NO_RULES;
  const listed = findListedCpes(subject, rules);
  if (listed.length > 0) {
    return listed;
  }
  const products = guessProducts(subject, rules);
  const names = combineNames(subject, rules, {
    products: listValues(products),
    vendors: guessVendors(subject, rules, products),
  });
  return names
    .sort(compareSpecificity)
    .slice(0, limits.cpesMax)
    .map(({ formatted }) => ({ cpe: formatted, source: 'generated' }));
}

/** Returns the CPEs in the dictionary. If there are any, nothing is guessed. */
function findListedCpes(
  subject: Package,
  { dictionary, getDictionaryName: dictionaryName }: CpeRules,
): Cpe[] {
  const name = dictionaryName === undefined ? subject.name : dictionaryName(subject);
  return dictionary === undefined || name === undefined
    ? []
    : findDictionaryCpes(dictionary, name, subject.version);
}

function guessProducts(subject: Package, rules: CpeRules): CandidateSet {
  const set = createCandidateSet(rules.replacesProducts ? [] : [openCandidate(subject.name)]);
  addCandidates(set, rules.listProducts?.(subject) ?? []);
  addCandidates(set, rules.expand?.(subject, [...set.values()]) ?? []);
  removeValues(set, MEANINGLESS);
  addSeparatorVariations(set);
  const correction = findCorrection(subject.type, subject.name);
  addCandidates(set, (correction.addProducts ?? []).map(openCandidate));
  removeValues(set, correction.dropProducts ?? []);
  return set;
}

/** If a package states no vendor, its vendor in the dictionary is often the name of the product. */
function guessVendors(
  subject: Package,
  rules: CpeRules,
  products: CandidateSet,
): readonly string[] {
  const set = createCandidateSet(rules.replacesVendors ? [] : products.values());
  addCandidates(set, rules.listVendors?.(subject) ?? []);
  addCandidates(set, rules.expand?.(subject, [...set.values()]) ?? []);
  removeValues(set, MEANINGLESS);
  addSeparatorVariations(set);
  addCandidates(set, rules.listVerbatimVendors?.(subject) ?? []);
  addBeginnings(set);
  const correction = findCorrection(subject.type, subject.name);
  if (set.size > 0) {
    addCandidates(set, (correction.addVendors ?? []).map(openCandidate));
  }
  removeValues(set, correction.dropVendors ?? []);
  const values = listValues(set);
  const certain = values.find((value) => CERTAIN_VENDORS.has(value));
  return certain === undefined ? values : [certain];
}

interface CandidateName {
  readonly name: CpeName;
  readonly formatted: string;
}

interface Guesses {
  readonly products: readonly string[];
  readonly vendors: readonly string[];
}

function combineNames(subject: Package, rules: CpeRules, guesses: Guesses): CandidateName[] {
  const version = toCpeValue(subject.version) ?? '';
  const names: CandidateName[] = [];
  if (version === '' && subject.version !== '') {
    return names;
  }
  for (const product of guesses.products.map(toCpeValue)) {
    for (const vendor of guesses.vendors.map(toCpeValue)) {
      if (product !== undefined && vendor !== undefined) {
        const targetSoftware = rules.targetSoftware ?? '';
        const name = { ...ANY_CPE, part: 'a', vendor, product, version, targetSoftware };
        if (!isMisleading(name, subject)) {
          names.push({ name, formatted: formatCpe(name) });
        }
      }
    }
  }
  return names;
}

/**
 * All candidates state the same attributes. Therefore the longer one is more specific; of equal
 * lengths, the first in text order comes first.
 */
function compareSpecificity(left: CandidateName, right: CandidateName): number {
  return (
    countStated(right.name) - countStated(left.name) ||
    compareText(toPlainText(left.name), toPlainText(right.name))
  );
}

function countStated(name: CpeName): number {
  return name.vendor.length + name.product.length;
}

function toPlainText(name: CpeName): string {
  return `${name.vendor}:${name.product}:`;
}
