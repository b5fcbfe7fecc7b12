import type { Advisory } from '../../core/advisory.ts';
import { defined } from '../../core/defined.ts';
import type { MatchReason, SymbolEvidence } from '../../core/finding.ts';
import { readFixes } from '../fix.ts';
import { dropSharedIds } from '../identity.ts';
import { judge, parseVersion } from '../judge.ts';
import type { Judgement } from '../judgement.ts';
import {
  type Candidate,
  type MatchContext,
  NOTHING_FOUND,
  type Outcome,
  type Subject,
  type Suppression,
} from '../matcher.ts';
import { isQualified } from '../qualifier.ts';
import { listSearchNames } from '../root-io.ts';
import { findOverruled } from '../source-precedence.ts';
import { isWithdrawn } from '../status.ts';
import { findSymbolEvidence, listNamedFunctions } from '../symbol-evidence.ts';
import { listUnevaluated } from '../unevaluated.ts';

/** The names to look up a package by. */
export interface SearchedNames {
  readonly names: readonly string[];
  /** Names of other packages that a package of uncertain identity may be. */
  readonly guesses: readonly string[];
}

/** Confidence that a statement is about a package of uncertain identity. */
const CONFIDENCE_OF_GUESSES = 0.5;

/**
 * Searches statements about a package of a language ecosystem, under each of its names. A statement
 * that it is unaffected counts under any name except a guessed one.
 */
export function searchEcosystem(
  subject: Subject,
  { names, guesses }: SearchedNames,
  context: MatchContext,
): Outcome {
  const certain = listSearchNames(subject, names);
  const all = [...certain, ...guesses];
  const searched = all.length > 1 ? [...new Set(all)] : all;
  const stated = searched.flatMap((name) => findStatements(name, subject, context));
  if (stated.length === 0) {
    return NOTHING_FOUND;
  }
  const version = parseVersion(subject, context);
  const { symbols } = subject.package;
  const judgements = stated.map(({ name, advisory }) => ({
    name,
    symbols:
      symbols && findSymbolEvidence(listFunctions({ name, advisory }, stated, context), symbols),
    ...judge(advisory, version, context),
  }));
  const selectByEffect = (effect: Advisory['effect']) =>
    judgements.filter((one) => one.advisory.effect === effect);
  const unaffected = selectByEffect('unaffected').filter(
    (one) => one.isInRange === true && certain.includes(one.name),
  );
  const remaining = dropSharedIds(selectByEffect('affected'), unaffected, context).filter(
    (one) => context.strategy.verdicts.keepsUnlinked || !isUnlinked(one.symbols),
  );
  const inRange = remaining.filter((one) => one.isInRange === true);
  const own = inRange.filter((one) => certain.includes(one.name));
  const ownIds = new Set(own.map(({ advisory }) => advisory.vulnerability));
  const guessed = inRange.filter(
    (one) => !certain.includes(one.name) && !ownIds.has(one.advisory.vulnerability),
  );
  const rules = findOverruled(own, remaining, context);
  return {
    candidates: [
      ...own.map((one) => ({ ...toCandidate(subject, one), ...defined({ rule: rules.get(one) }) })),
      ...guessed.map((one) => toGuess(subject, one)),
    ],
    suppressions: suppressUnaffected(subject, unaffected),
    unevaluated: listUnevaluated(
      subject,
      remaining.filter((one) => !isUnlinked(one.symbols)),
    ),
  };
}

interface Stated {
  readonly name: string;
  readonly advisory: Advisory;
}

/** Grype only compares the functions that the statement itself names. */
function listFunctions(
  { name, advisory }: Stated,
  stated: readonly Stated[],
  context: MatchContext,
): ReturnType<typeof listNamedFunctions> {
  return context.strategy.verdicts.keepsUnlinked
    ? listNamedFunctions(
        advisory,
        stated.filter((one) => one.name === name).map((one) => one.advisory),
        context,
      )
    : (advisory.qualifiers?.imports ?? []);
}

/** Returns the statements under a name that apply. */
function findStatements(name: string, subject: Subject, context: MatchContext): readonly Stated[] {
  const advisories = context.lookup.findPackage(subject.package.type, name);
  if (advisories.length === 0) {
    return [];
  }
  const named = { ...subject, name };
  return advisories
    .filter((one) => !isWithdrawn(one) && isQualified(one, named, context))
    .map((advisory) => ({ name, advisory }));
}

function suppressUnaffected(
  { package: { key } }: Subject,
  unaffected: readonly Judgement[],
): readonly Suppression[] {
  const statements = unaffected.map(({ advisory }) => advisory);
  return statements.length === 0
    ? []
    : [{ reach: 'same', packageKey: key, statements, rule: 'stated-unaffected' }];
}

/** Name of the rule for statements about functions that are all missing in the executable. */
const UNLINKED_RULE = 'functions-not-in-executable';

function isUnlinked(symbols: SymbolEvidence | undefined): boolean {
  return symbols?.found.length === 0;
}

interface NamedJudgement extends Judgement {
  /** The name it was found under. */
  readonly name: string;
  readonly symbols: SymbolEvidence | undefined;
}

function toGuess(subject: Subject, judgement: NamedJudgement): Candidate {
  const made = toCandidate(subject, judgement);
  return {
    ...made,
    reasons: made.reasons.map((reason) => ({ ...reason, confidence: CONFIDENCE_OF_GUESSES })),
    note: `it is about ${judgement.name}, which may be this package; nothing in the package settles it`,
  };
}

function toCandidate(subject: Subject, judgement: NamedJudgement): Candidate {
  const { advisory, name, symbols } = judgement;
  const reason: MatchReason = {
    kind: 'direct',
    matcher: subject.matcher.id,
    searchedKey: `${subject.package.type} / ${name}`,
    searchedName: name,
    searchedVersion: subject.version,
    searchedCpes: [],
    advisory,
    range: judgement.range,
    comparisons: judgement.comparisons,
    foundCpes: [],
    ...defined({ symbols }),
    confidence: 1,
  };
  return {
    packageKey: subject.package.key,
    advisory,
    reasons: [reason],
    ...readFixes(advisory),
    ...(isUnlinked(symbols) ? { rule: UNLINKED_RULE } : {}),
  };
}
