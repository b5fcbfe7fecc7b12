import type { FindingChange } from '../../foundation/core/change.ts';
import type { Findings } from '../../foundation/core/finding.ts';
import type { Format, Report } from '../../foundation/core/format.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import {
  formatJson,
  sortMembers,
  toBase64,
  writeJsonList,
} from '../../foundation/core/json-document.ts';
import type { Sink } from '../../foundation/core/sink.ts';
import type { TargetDescription } from '../../foundation/core/target.ts';

/**
 * A reader must check this first. The version is raised if a member is removed or changes its
 * meaning, not if one is added.
 */
export const JSON_SCHEMA = { id: 'plimsoll-json', version: 1 } as const;

/** The complete result of a run: inventory and findings can be restored exactly. */
export const json: Format = {
  id: 'json',
  aliases: ['plimsoll-json'],
  title: 'Plimsoll JSON 1',
  spec: 'docs/format-json.md',
  carries: ['inventory', 'findings'],
  isForTerminal: false,
  write: writeJson,
};

function writeJson(report: Report, sink: Sink): void {
  const { tool, timestamp, configuration, inventory, findings, coverage } = report;
  const { changes, newerBase, verdict } = report;
  sink.write(`{"schema":${formatJson(JSON_SCHEMA)}`);
  writeMember(sink, 'tool', { name: tool.name, version: tool.version });
  writeMember(sink, 'timestamp', timestamp);
  writeMember(sink, 'configuration', sortMembers(configuration));
  sink.write(',\n"inventory":');
  writeInventory(sink, inventory);
  writeMember(sink, 'coverage', coverage);
  if (findings !== undefined) {
    sink.write(',\n"findings":');
    writeFindings(sink, findings);
  }
  if (changes !== undefined) {
    writeListMember(sink, 'changes', changes.map(toChangeMembers));
  }
  writeMember(sink, 'newerBase', newerBase);
  writeMember(sink, 'verdict', verdict);
  sink.write('}\n');
}

/** `undefined` is omitted. */
function writeMember(sink: Sink, name: string, value: unknown): void {
  if (value !== undefined) {
    sink.write(`,\n${formatJson(name)}:${formatJson(value)}`);
  }
}

function writeListMember(sink: Sink, name: string, elements: Iterable<unknown>): void {
  sink.write(`,\n${formatJson(name)}:`);
  writeJsonList(sink, elements);
}

function writeInventory(sink: Sink, inventory: Inventory): void {
  sink.write(`{"target":${formatJson(toTargetMembers(inventory.target))}`);
  writeMember(sink, 'distro', inventory.distro ?? null);
  writeMember(sink, 'scope', inventory.scope);
  writeMember(sink, 'layerBytes', inventory.layerBytes);
  writeMember(sink, 'problemsNotListed', inventory.problemsNotListed);
  writeListMember(sink, 'problems', inventory.problems);
  writeMember(sink, 'excluded', inventory.excluded);
  writeListMember(sink, 'catalogers', inventory.catalogers);
  writeListMember(sink, 'packages', inventory.packages);
  writeListMember(sink, 'files', inventory.files);
  writeMember(sink, 'fileSummary', inventory.fileSummary);
  writeListMember(sink, 'relationships', inventory.relationships);
  if (inventory.suppressed !== undefined) {
    writeListMember(sink, 'suppressed', inventory.suppressed);
  }
  writeMember(sink, 'reach', inventory.reach);
  writeMember(sink, 'surface', inventory.surface);
  writeMember(sink, 'base', inventory.base);
  sink.write('}');
}

function toTargetMembers(target: TargetDescription): object {
  return target.kind === 'image'
    ? { ...target, manifest: toBase64(target.manifest), config: toBase64(target.config) }
    : target;
}

function writeFindings(sink: Sink, findings: Findings): void {
  sink.write(`{"database":${formatJson(findings.database ?? null)}`);
  writeListMember(sink, 'alerts', findings.alerts);
  writeListMember(sink, 'unevaluated', findings.unevaluated);
  writeListMember(sink, 'findings', findings.findings);
  writeListMember(sink, 'ignored', findings.ignored);
  if (findings.dispositioned !== undefined) {
    writeListMember(sink, 'dispositioned', findings.dispositioned);
  }
  sink.write('}');
}

/** The findings themselves are in their list or in the baseline. */
function toChangeMembers({ kind, cause, detail, before, after }: FindingChange): object {
  const toSideMembers = (one: FindingChange['before']): object | undefined =>
    one && { packageKey: one.package.key, id: one.finding.id };
  return { kind, cause, detail, before: toSideMembers(before), after: toSideMembers(after) };
}
