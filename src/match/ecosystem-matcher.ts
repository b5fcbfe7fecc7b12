import type { InventoryPackage } from '../core/inventory.ts';
import type { IgnoreRule, Matcher, RebuildMarks } from './matcher.ts';
import { searchEcosystem } from './search/ecosystem-search.ts';

/**
 * A matcher of one language ecosystem: what it is for, and what differs from a search by the plain
 * name.
 */
export interface EcosystemDescription {
  readonly id: string;
  readonly title: string;
  readonly spec: string;
  readonly types: readonly string[];
  readonly scheme?: string;
  readonly rebuildMarks?: RebuildMarks;
  readonly ignoreRules?: readonly IgnoreRule[];
  /** The names that advisories may call a package by; none: it cannot be searched for. */
  readonly namesOf?: (item: InventoryPackage) => readonly string[];
  /** The names of what it may be instead, where it is not sure what it is. */
  readonly guessesOf?: (item: InventoryPackage) => readonly string[];
}

/**
 * Packages of a language ecosystem are searched for by name; guessed CPEs hit namesakes too often.
 */
export function ecosystemMatcher(description: EcosystemDescription): Matcher {
  const {
    namesOf = ({ name }) => [name],
    guessesOf = () => [],
    ignoreRules = [],
    ...rest
  } = description;
  return {
    ...rest,
    ignoreRules,
    isSystem: false,
    partTypes: [],
    match: (subject, context) => {
      const names = namesOf(subject.package);
      const { usesGuesses } = context.strategy.statements;
      const guesses = usesGuesses ? guessesOf(subject.package) : [];
      return searchEcosystem(subject, { names, guesses }, context);
    },
  };
}
