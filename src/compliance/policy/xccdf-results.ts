import { hash } from 'node:crypto';
import { Budget } from '../../foundation/core/budget.ts';
import { defined } from '../../foundation/core/defined.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { decodeXml } from '../../foundation/syntax/xml/decode-xml.ts';
import { findElements, parseXml, type XmlElement } from '../../foundation/syntax/xml/xml-tree.ts';
import { createPolicyError } from './file/policy-node.ts';
import type { ResultState, ToolResult, ToolRun } from './tool-results.ts';

/** XCCDF 1.2, 6.6.4.2. Absent words are not evaluated; `notselected` is not part of the run. */
const STATES: ReadonlyMap<string, ResultState> = new Map([
  ['pass', 'passed'],
  ['fixed', 'passed'],
  ['fail', 'failed'],
  ['error', 'error'],
  ['unknown', 'skipped'],
  ['notchecked', 'skipped'],
  ['informational', 'skipped'],
  ['notapplicable', 'not-applicable'],
]);

/** Returns whether a file is XML, such as results of OpenSCAP. */
export function isXml(bytes: Uint8Array): boolean {
  return /^[\ufeff\s]*</.test(decodeXml(bytes.subarray(0, 256)));
}

/**
 * Reads the results of XCCDF, as OpenSCAP writes them: one run for each `TestResult`, also in the
 * results data stream (ARF).
 *
 * @throws UserError `E_POLICY` if the file has none, or is malformed
 */
export function readXccdfRuns(bytes: Uint8Array, file: string): readonly ToolRun[] {
  const root = parseXml(decodeXml(bytes), new Budget(DEFAULT_LIMITS));
  const runs = root === undefined ? [] : [...findElements(root, 'TestResult')];
  if (root === undefined || runs.length === 0) {
    const hint = 'write results with: oscap xccdf eval --results results.xml';
    throw createPolicyError(file, 'the file has no results of XCCDF', hint);
  }
  const rules = new Map(
    [...findElements(root, 'Rule')].map((rule) => [rule.attributes['id'] ?? '', rule]),
  );
  const digest = `sha256:${hash('sha256', bytes)}`;
  return runs.map((run): ToolRun => {
    const { attributes } = run;
    const ranAt = readTime(attributes['end-time']) ?? readTime(attributes['start-time']);
    const system = attributes['test-system'] ?? '';
    return {
      file,
      digest,
      tool: system === '' ? 'XCCDF' : nameSystem(system),
      kind: 'stig',
      ...defined({ ranAt }),
      targets: [...listTexts(run, 'target'), ...listTexts(run, 'fact')],
      results: [...findElements(run, 'rule-result')].flatMap((result) =>
        readResult(result, rules.get(result.attributes['idref'] ?? '')),
      ),
    };
  });
}

/** A time without a zone counts as UTC, so that the answer is the same on every machine. */
function readTime(text = ''): string | undefined {
  const isLocal = /T[^Z+-]*$/.test(text);
  const time = Date.parse(isLocal ? `${text}Z` : text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** The CPE of a tool, such as `cpe:/a:redhat:openscap:1.3.7`. */
function nameSystem(system: string): string {
  const [, , , product = '', version = ''] = system.split(':');
  return product === '' ? system : `${product} ${version}`.trim();
}

function listTexts(root: XmlElement, name: string): readonly string[] {
  return [...findElements(root, name)].map(({ text }) => text).filter((text) => text !== '');
}

function readResult(result: XmlElement, rule: XmlElement | undefined): readonly ToolResult[] {
  const [word = ''] = result.children
    .filter(({ name }) => name === 'result')
    .map(({ text }) => text);
  if (word === 'notselected') {
    return [];
  }
  const state = STATES.get(word);
  const parts = rule === undefined ? [result] : [result, rule];
  const idents = parts.flatMap((part) =>
    part.children
      .filter(({ name }) => name === 'ident' || name === 'reference')
      .map(({ text }) => text),
  );
  const [title = ''] = rule?.children.filter(({ name }) => name === 'title') ?? [];
  const tags = [...new Set(idents.filter((text) => text !== ''))];
  return [
    {
      id: shortenId(result.attributes['idref'] ?? ''),
      title: title === '' ? '' : title.text,
      ...defined({ state }),
      path: '',
      ...(tags.length === 0 ? {} : { tags }),
    },
  ];
}

/** XCCDF 1.2, 6.2.3: `xccdf_NAMESPACE_rule_NAME`. */
function shortenId(id: string): string {
  return id.replace(/^xccdf_[^_]+_rule_/, '');
}
