import { findBlindReason } from '../../../foundation/core/coverage.ts';
import type { Report } from '../../../foundation/core/format.ts';
import type { Inventory } from '../../../foundation/core/inventory.ts';
import { formatCount } from '../../../foundation/core/screen-text.ts';
import { describeConfiguration } from '../../../foundation/present/describe-configuration.ts';
import { describeBase } from '../../../foundation/present/origin-text.ts';
import { toVerdictNotification } from './check-result.ts';

interface Notification {
  readonly level: 'error' | 'warning' | 'note';
  readonly message: { readonly text: string };
}

const PROBLEMS_LISTED_MAX = 100;

/**
 * Returns the outcome of the run: unevaluated or unreadable parts must not look like "no results".
 * `leftOut`: number of findings that exceed the limit of a run.
 */
export function toInvocationMembers(report: Report, leftOut: number): object {
  const { inventory, findings } = report;
  const blind = findBlindReason(report);
  const isEvaluated = findings?.database !== undefined && blind === undefined;
  const notifications: Notification[] = isEvaluated
    ? []
    : [{ level: 'error', message: { text: blind ?? 'Vulnerabilities were not evaluated.' } }];
  for (const { message } of findings?.alerts ?? []) {
    notifications.push({ level: 'warning', message: { text: message } });
  }
  if (leftOut > 0) {
    const text = `${formatCount(leftOut, 'finding')} with the lowest priority did not fit into this report.`;
    notifications.push({ level: 'warning', message: { text } });
  }
  const unevaluated = findings?.unevaluated.length ?? 0;
  if (unevaluated > 0) {
    notifications.push({
      level: 'warning',
      message: {
        text: `${formatCount(unevaluated, 'package or advisory', 'packages or advisories')} could not be evaluated.`,
      },
    });
  }
  const ignored = findings?.ignored.length ?? 0;
  if (ignored > 0) {
    notifications.push({
      level: 'note',
      message: {
        text: `${formatCount(ignored, 'finding was', 'findings were')} suppressed by matching rules.`,
      },
    });
  }
  const decided = findings?.dispositioned?.length ?? 0;
  if (decided > 0) {
    const text = `${formatCount(decided, 'finding was', 'findings were')} suppressed by decisions.`;
    notifications.push({ level: 'note', message: { text } });
  }
  return {
    executionSuccessful: isEvaluated,
    toolExecutionNotifications: [
      ...notifications,
      ...toVerdictNotification(report.verdict?.policy),
      ...describeBase(report).map((text): Notification => ({ level: 'note', message: { text } })),
      ...listConfigurationNotifications(report),
      ...listProblemNotifications(inventory),
    ],
  };
}

function listConfigurationNotifications(report: Report): Notification[] {
  const file = describeConfiguration(report);
  return file === undefined ? [] : [{ level: 'note', message: { text: `Configuration: ${file}` } }];
}

function listProblemNotifications({ problems, problemsNotListed }: Inventory): Notification[] {
  const listed = problems.slice(0, PROBLEMS_LISTED_MAX).map(({ path, message, code }) => {
    const place = path === undefined ? '' : `${path}: `;
    return createWarning(`${place}${message} (${code})`);
  });
  const more = problems.length - listed.length + problemsNotListed;
  return more === 0
    ? listed
    : [...listed, createWarning(`${formatCount(more, 'more problem')} in the inventory.`)];
}

function createWarning(text: string): Notification {
  return { level: 'warning', message: { text } };
}
