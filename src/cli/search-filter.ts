import type { Advisory, AdvisoryDatabase, SsvcDecision } from '../foundation/core/advisory.ts';
import { isCalendarDate } from '../foundation/core/calendar-date.ts';
import { UserError } from '../foundation/core/error.ts';
import {
  formatSource,
  listAdvisoryDates,
  readState,
  STATEMENT_STATES,
  type StatementState,
} from '../vulnerability/match/source-statement.ts';
import type { Context } from './command.ts';

type Values = Context['resolved']['values'];

/** Values of `--ssvc` → whether a decision has them. */
const DECISIONS: ReadonlyMap<string, (decision: SsvcDecision) => boolean> = new Map([
  ...['none', 'poc', 'active'].map(
    (word) => [word, ({ exploitation }: SsvcDecision) => exploitation === word] as const,
  ),
  ['automatable', ({ automatable }) => automatable === 'yes'],
  ['total', ({ technicalImpact }) => technicalImpact === 'total'],
]);

/** Returns whether any option limits a search. */
export function hasSearchFilter(values: Values): boolean {
  const { provider, fixState, since, kev, ssvc } = values;
  return provider.length + fixState.length + ssvc.length > 0 || kev || since !== undefined;
}

/**
 * Returns a function that selects the requested statements.
 *
 * @throws UserError `E_USAGE` for an invalid value
 */
export function createSearchFilter(
  values: Values,
  database: AdvisoryDatabase,
): (advisory: Advisory) => boolean {
  const { since = '', kev } = values;
  const providers = splitWords(values.provider);
  const states = splitWords(values.fixState).map(parseState);
  const decisions = splitWords(values.ssvc).map(parseDecision);
  if (since !== '' && !isCalendarDate(since)) {
    throw new UserError('E_USAGE', `invalid value "${since}" for --since: expected YYYY-MM-DD`);
  }
  return (advisory) =>
    (providers.length === 0 || isOfProvider(advisory, providers)) &&
    (states.length === 0 || states.includes(readState(advisory))) &&
    (since === '' || listAdvisoryDates(advisory, database).some((date) => date >= since)) &&
    (!kev || listIds(advisory).some((id) => database.readExploited(id).length > 0)) &&
    (decisions.length === 0 ||
      listIds(advisory)
        .flatMap((id) => database.readSsvc(id))
        .some((decision) => decisions.every((isMatch) => isMatch(decision))));
}

/** Values may be repeated, or separated by commas. */
function splitWords(values: readonly string[]): readonly string[] {
  return values.flatMap((value) => value.split(',')).map((word) => word.trim());
}

function listIds({ vulnerability, aliases, cves }: Advisory): readonly string[] {
  return [vulnerability, ...aliases, ...cves];
}

/** A source, or the built provider that has its statement. */
function isOfProvider(advisory: Advisory, providers: readonly string[]): boolean {
  const { source, layer } = formatSource(advisory);
  return providers.some((name) => [advisory.provider, source, layer].includes(name));
}

function parseState(word: string): StatementState {
  const state = STATEMENT_STATES.find((one) => one === word);
  if (state === undefined) {
    const hint = `use one of: ${STATEMENT_STATES.join(', ')}`;
    throw new UserError('E_USAGE', `invalid value "${word}" for --fix-state`, { hint });
  }
  return state;
}

function parseDecision(word: string): (decision: SsvcDecision) => boolean {
  const found = DECISIONS.get(word);
  if (found === undefined) {
    const hint = `use one of: ${[...DECISIONS.keys()].join(', ')}`;
    throw new UserError('E_USAGE', `invalid value "${word}" for --ssvc`, { hint });
  }
  return found;
}
