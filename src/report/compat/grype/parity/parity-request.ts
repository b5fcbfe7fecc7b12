import type { MatchStrategy } from '../../../../vulnerability/match/matcher.ts';
import { createGrypeStrategy } from './grype-strategy.ts';

/** The parts of a request on which scanners differ. */
interface Differing {
  readonly strategy?: MatchStrategy;
  readonly decisions?: { readonly isDerived?: boolean };
  readonly countsGuesses?: boolean;
}

/**
 * Returns the request whose result is Grype's: guesses fail gates, and no justification is derived.
 */
export function toParityRequest<Request extends Differing>(request: Request): Request {
  return {
    ...request,
    strategy: createGrypeStrategy(),
    decisions: { ...request.decisions, isDerived: false },
    countsGuesses: true,
  };
}
