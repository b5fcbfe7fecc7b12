import { compareText } from '../core/compare-text.ts';
import type { Inventory } from '../core/inventory.ts';
import type { Problem } from '../core/problem.ts';
import { escapeText, formatCount } from '../core/screen-text.ts';
import type { Sink } from '../core/sink.ts';

const PROBLEMS_SHOWN_MAX = 10;

/** Describes why and where the inventory is incomplete; writes nothing if it is complete. */
export function writeProblemSummary(sink: Sink, inventory: Inventory): void {
  const count = inventory.problems.length + inventory.problemsNotListed;
  if (count === 0) {
    return;
  }
  sink.write(`The inventory is incomplete: ${formatCount(count, 'problem')}.\n`);
  const lines = formatProblems(inventory.problems);
  for (const line of lines.slice(0, PROBLEMS_SHOWN_MAX)) {
    sink.write(`  ${line}\n`);
  }
  const more = lines.length - PROBLEMS_SHOWN_MAX;
  if (more > 0 || inventory.problemsNotListed > 0) {
    const rest = Math.max(0, more) + inventory.problemsNotListed;
    sink.write(`  and ${formatCount(rest, 'more', 'more')}\n`);
  }
}

function formatProblems(problems: readonly Problem[]): string[] {
  const lines = problems.map((problem) => {
    const line = problem.line === undefined ? '' : `:${problem.line}`;
    const place = problem.path === undefined ? '' : `${escapeText(problem.path)}${line}: `;
    return `${place}${escapeText(problem.message)} (${problem.code})`;
  });
  return [...new Set(lines)].sort(compareText);
}
