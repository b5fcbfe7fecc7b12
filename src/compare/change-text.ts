import type { FindingChange, FoundOn } from '../core/change.ts';
import { type PackageLabel, toLabel } from '../core/package-context.ts';
import { escapeText, formatCount, groupDigits } from '../core/screen-text.ts';
import type { Result } from './finding-changes.ts';

const TITLES = { introduced: 'New', resolved: 'Gone' } as const;

/** What changed for a person, as lines that are safe to print. */
export function changeLines(
  changes: readonly FindingChange[],
  { before, after }: { readonly before: Result; readonly after: Result },
): readonly string[] {
  const ofKind = (kind: FindingChange['kind']): readonly FindingChange[] =>
    changes.filter((change) => change.kind === kind);
  const counts = `${formatCount(ofKind('introduced').length, 'new finding')}, ${groupDigits(ofKind('resolved').length)} gone, ${groupDigits(ofKind('kept').length)} unchanged`;
  return [
    `Before  ${resultText(before)}`,
    `After   ${resultText(after)}`,
    counts,
    ...(['introduced', 'resolved'] as const).flatMap((kind) => {
      const list = ofKind(kind);
      return list.length === 0 ? [] : ['', TITLES[kind], ...list.flatMap(linesOf)];
    }),
  ].map(escapeText);
}

/** A result without a database says nothing of vulnerabilities, which is not "none". */
function resultText({ inventory, findings, toolVersion = 'unknown' }: Result): string {
  const { database } = findings;
  const data =
    database === undefined
      ? 'vulnerabilities were not evaluated'
      : `database of ${database.builtAt}`;
  return `${inventory.target.name}: ${formatCount(findings.findings.length, 'open finding')}, ${data}, by version ${toolVersion}`;
}

function linesOf(change: FindingChange): readonly string[] {
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

/** One change for programs. */
export function changeRecord({ kind, cause, detail, before, after }: FindingChange): object {
  return { kind, cause, detail, before: sideRecord(before), after: sideRecord(after) };
}

function sideRecord(side: FoundOn | undefined): SideRecord | undefined {
  if (side === undefined) {
    return undefined;
  }
  const { id, aliases, severity } = side.finding;
  return { id, aliases, severity, package: toLabel(side.package) };
}

/** What was looked at, and by what. */
export function resultRecord({ inventory, findings, toolVersion }: Result): object {
  return {
    target: inventory.target.name,
    toolVersion,
    databaseBuiltAt: findings.database?.builtAt,
    findings: findings.findings.length,
    dispositioned: findings.dispositioned?.length ?? 0,
  };
}
