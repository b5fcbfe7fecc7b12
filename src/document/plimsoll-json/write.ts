import type { FindingChange } from '../../core/change.ts';
import type { Findings } from '../../core/finding.ts';
import type { Format, Report } from '../../core/format.ts';
import type { Inventory } from '../../core/inventory.ts';
import { base64Of, jsonText, sortedMembers, writeJsonList } from '../../core/json-document.ts';
import type { Sink } from '../../core/sink.ts';
import type { TargetDescription } from '../../core/target.ts';

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
  const { tool, timestamp, configuration, inventory, findings, changes, verdict, coverage } =
    report;
  sink.write(`{"schema":${jsonText(JSON_SCHEMA)}`);
  writeMember(sink, 'tool', { name: tool.name, version: tool.version });
  writeMember(sink, 'timestamp', timestamp);
  writeMember(sink, 'configuration', sortedMembers(configuration));
  sink.write(',\n"inventory":');
  writeInventory(sink, inventory);
  writeMember(sink, 'coverage', coverage);
  if (findings !== undefined) {
    sink.write(',\n"findings":');
    writeFindings(sink, findings);
  }
  if (changes !== undefined) {
    writeListMember(sink, 'changes', changes.map(changeMembers));
  }
  writeMember(sink, 'verdict', verdict);
  sink.write('}\n');
}

/** `undefined` is omitted. */
function writeMember(sink: Sink, name: string, value: unknown): void {
  if (value !== undefined) {
    sink.write(`,\n${jsonText(name)}:${jsonText(value)}`);
  }
}

function writeListMember(sink: Sink, name: string, elements: Iterable<unknown>): void {
  sink.write(`,\n${jsonText(name)}:`);
  writeJsonList(sink, elements);
}

function writeInventory(sink: Sink, inventory: Inventory): void {
  sink.write(`{"target":${jsonText(targetMembers(inventory.target))}`);
  writeMember(sink, 'distro', inventory.distro ?? null);
  writeMember(sink, 'scope', inventory.scope);
  writeMember(sink, 'layerBytes', inventory.layerBytes);
  writeMember(sink, 'problemsNotListed', inventory.problemsNotListed);
  writeListMember(sink, 'problems', inventory.problems);
  writeListMember(sink, 'catalogers', inventory.catalogers);
  writeListMember(sink, 'packages', inventory.packages);
  writeListMember(sink, 'files', inventory.files);
  writeListMember(sink, 'relationships', inventory.relationships);
  if (inventory.suppressed !== undefined) {
    writeListMember(sink, 'suppressed', inventory.suppressed);
  }
  writeMember(sink, 'reach', inventory.reach);
  writeMember(sink, 'surface', inventory.surface);
  sink.write('}');
}

function targetMembers(target: TargetDescription): object {
  return target.kind === 'image'
    ? { ...target, manifest: base64Of(target.manifest), config: base64Of(target.config) }
    : target;
}

function writeFindings(sink: Sink, findings: Findings): void {
  sink.write(`{"database":${jsonText(findings.database ?? null)}`);
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
function changeMembers({ kind, cause, detail, before, after }: FindingChange): object {
  const side = (one: FindingChange['before']): object | undefined =>
    one && { packageKey: one.package.key, id: one.finding.id };
  return { kind, cause, detail, before: side(before), after: side(after) };
}
