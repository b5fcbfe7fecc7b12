import { formatCount } from '../../core/screen-text.ts';
import type { Application, StatementOutcome } from './vex-decider.ts';

/** What a statement says and where it stands, as one line. */
export function titleOf({ document, statement }: StatementOutcome): string {
  const { vulnerability, status, justification } = statement;
  const why = justification === undefined ? '' : ` (${justification})`;
  return `${document.origin}, statement ${statement.index}: ${vulnerability} ${status}${why}`;
}

/** What became of a statement, as the rest of its line. */
export function effectOf({ applied, nearest }: StatementOutcome): string {
  if (applied.length > 0) {
    const counting = applied.filter(({ isLatest }) => isLatest);
    const aside = counting.filter(({ decision }) => decision.effect === 'set-aside');
    return [
      ...(aside.length > 0 ? [`suppresses ${formatCount(aside.length, 'finding')}`] : []),
      ...(counting.length > aside.length
        ? [`adds a note to ${formatCount(counting.length - aside.length, 'finding')}`]
        : []),
      ...(applied.length > counting.length
        ? [`is overridden for ${formatCount(applied.length - counting.length, 'finding')}`]
        : []),
    ].join(', ');
  }
  return nearest === undefined
    ? 'matches nothing in this target'
    : `matches no finding; the nearest is ${nearest.item.name} ${nearest.item.version}: ${nearest.miss}`;
}

/** All that is to be said of a statement. */
export function outcomeLines(outcome: StatementOutcome): readonly string[] {
  return [titleOf(outcome), `  ${effectOf(outcome)}`, ...outcome.applied.flatMap(applicationLines)];
}

function applicationLines({ item, finding, decision, isLatest }: Application): readonly string[] {
  const state = isLatest ? '' : ', but a later statement takes precedence';
  return [
    `  ${item.name} ${item.version} (${item.type}), ${finding.id}${state}`,
    ...decision.trace.map((test) => `    - ${test}`),
  ];
}
