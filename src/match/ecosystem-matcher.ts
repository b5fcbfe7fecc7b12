import type { ComponentPackage } from './component.ts';
import type { IgnoreRule, Matcher, RebuildMarks } from './matcher.ts';
import { searchEcosystem } from './search/ecosystem-search.ts';

/**
 * Description of a matcher for one language ecosystem: its package types, and its differences from
 * a look-up by the plain name.
 */
export interface EcosystemDescription {
  readonly id: string;
  readonly title: string;
  readonly spec: string;
  readonly types: readonly string[];
  readonly scheme?: string;
  readonly rebuildMarks?: RebuildMarks;
  readonly ignoreRules?: readonly IgnoreRule[];
  /** Returns the names that advisories may use for a package; empty: it cannot be looked up. */
  readonly listSearchedNames?: (item: ComponentPackage) => readonly string[];
  /** Returns the names of a package of uncertain identity. */
  readonly listGuesses?: (item: ComponentPackage) => readonly string[];
}

/**
 * Looks up packages of a language ecosystem by name, because guessed CPEs match other packages of
 * the same name too often.
 */
export function createEcosystemMatcher(description: EcosystemDescription): Matcher {
  const {
    listSearchedNames = ({ name }) => [name],
    listGuesses = () => [],
    ignoreRules = [],
    ...rest
  } = description;
  return {
    ...rest,
    ignoreRules,
    isSystem: false,
    partTypes: [],
    match: (subject, context) => {
      const names = listSearchedNames(subject.package);
      const { usesGuesses } = context.strategy.statements;
      const guesses = usesGuesses ? listGuesses(subject.package) : [];
      return searchEcosystem(subject, { names, guesses }, context);
    },
  };
}
