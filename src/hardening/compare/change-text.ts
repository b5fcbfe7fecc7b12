import type { FindingChange, FoundOn } from '../../foundation/core/change.ts';
import { type PackageLabel, toLabel } from '../../foundation/core/package-context.ts';
import { escapeText, formatCount, groupDigits } from '../../foundation/core/screen-text.ts';
import type { Result } from './finding-changes.ts';

const TITLES = { introduced: 'New', resolved: 'Gone' } as const;

/** Formats the changes as human-readable lines that are safe to print. */
export function formatChanges(
  changes: readonly FindingChange[],
  { before, after }: { readonly before: Result; readonly after: Result },
): readonly string[] {
  const filterKind = (kind: FindingChange['kind']): readonly FindingChange[] =>
    changes.filter((change) => change.kind === kind);
  const counts = `${formatCount(filterKind('introduced').length, 'new finding')}, ${groupDigits(filterKind('resolved').length)} gone, ${groupDigits(filterKind('kept').length)} unchanged`;
  return [
    `Before  ${formatResult(before)}`,
    `After   ${formatResult(after)}`,
    counts,
    ...(['introduced', 'resolved'] as const).flatMap((kind) => {
      const list = filterKind(kind);
      return list.length === 0 ? [] : ['', TITLES[kind], ...list.flatMap(formatChange)];
    }),
  ].map(escapeText);
}

/** A result without a database has unknown vulnerabilities, which is not "none". */
function formatResult({ inventory, findings, toolVersion = 'unknown' }: Result): string {
  const { database } = findings;
  const data =
    database === undefined
      ? 'vulnerabilities were not evaluated'
      : `database of ${database.builtAt}`;
  return `${inventory.target.name}: ${formatCount(findings.findings.length, 'open finding')}, ${data}, by version ${toolVersion}`;
}

function formatChange(change: FindingChange): readonly string[] {
  const { finding, package: item } = present(change) ?? {};
  return finding === undefined || item === undefined
    ? []
    : [
        `  ${finding.id} on ${item.name} ${item.version} (${item.type}): ${finding.severity}`,
        `    ${change.cause ?? ''}: ${change.detail}`,
      ];
}

function present({ before, after }: FindingChange): FoundOn | undefined {
  return after ?? before;
}

interface SideRecord {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly severity: string;
  readonly package: PackageLabel;
}

/** Returns one change for programs. */
export function toChangeRecord({ kind, cause, detail, before, after }: FindingChange): object {
  return { kind, cause, detail, before: toSideRecord(before), after: toSideRecord(after) };
}

function toSideRecord(side: FoundOn | undefined): SideRecord | undefined {
  if (side === undefined) {
    return undefined;
  }
  const { id, aliases, severity } = side.finding;
  return { id, aliases, severity, package: toLabel(side.package) };
}

/** Returns the target of a result and the tools that read it. */
export function toResultRecord({ inventory, findings, toolVersion }: Result): object {
  return {
    target: inventory.target.name,
    toolVersion,
    databaseBuiltAt: findings.database?.builtAt,
    findings: findings.findings.length,
    dispositioned: findings.dispositioned?.length ?? 0,
  };
}
