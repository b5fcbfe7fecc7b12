import type { Budget } from '../../../foundation/core/budget.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';

/** An entry of `yarn.lock`; missing strings are empty. */
export interface YarnEntry {
  /** Line on which the entry begins, from 1. */
  readonly line: number;
  /** Requests that resolve to it: `name@range`. */
  readonly descriptors: readonly string[];
  /** Name of the package itself, even if it is requested by an alias. */
  readonly name: string;
  readonly version: string;
  readonly resolved: string;
  readonly integrity: string;
  /** Names and ranges of its requirements, including optional ones. */
  readonly dependencies: readonly (readonly [string, string])[];
}

interface OpenEntry {
  readonly line: number;
  readonly descriptors: readonly string[];
  readonly fields: Map<string, string>;
  readonly dependencies: [string, string][];
  section: string;
}

const SECTIONS: ReadonlySet<string> = new Set(['dependencies', 'optionalDependencies']);

/**
 * Parses both forms of the file, which have the same indentation: that of Yarn 1, `version "1.0"`,
 * and that of later versions, `version: 1.0`. The version of an entry without one is empty. Entries
 * and names beyond the limits are dropped, and the budget reports that.
 */
export function parseYarnLock(text: string, budget: Budget): YarnEntry[] {
  const entries: OpenEntry[] = [];
  for (const { text: line, number } of splitLines(text)) {
    const content = line.trim();
    const indent = line.length - line.trimStart().length;
    const entry = entries.at(-1);
    if (content === '' || content.startsWith('#')) {
      continue;
    }
    if (indent === 0) {
      if (entries.length >= budget.limits.recordsMax) {
        budget.refuse('recordsMax');
        break;
      }
      entries.push(openEntry(content, number, budget));
    } else if (entry !== undefined) {
      const [key, value] = splitField(content);
      if (indent <= 2) {
        entry.section = value === '' ? key : '';
        entry.fields.set(key, value);
      } else if (SECTIONS.has(entry.section) && budget.takeName(content.length)) {
        entry.dependencies.push([key, value]);
      }
    }
  }
  return entries.filter(({ descriptors }) => descriptors[0] !== '__metadata').map(closeEntry);
}

function openEntry(heading: string, line: number, budget: Budget): OpenEntry {
  const { recordsMax } = budget.limits;
  const names = heading
    .replace(/:$/, '')
    .replaceAll('"', '')
    .split(',', recordsMax + 1);
  if (names.length > recordsMax) {
    budget.refuse('recordsMax');
  }
  const descriptors = names
    .slice(0, recordsMax)
    .filter((name) => budget.takeName(name.length))
    .map((name) => name.trim());
  return { line, descriptors, fields: new Map(), dependencies: [], section: '' };
}

/** The key may be quoted, and may be followed by a colon. */
function splitField(content: string): readonly [string, string] {
  const quoted = content.startsWith('"') ? content.indexOf('"', 1) : -1;
  const blank = content.indexOf(' ');
  const end = quoted > 0 ? quoted + 1 : blank < 0 ? content.length : blank;
  const key = content.slice(0, end).replace(/:$/, '').replaceAll('"', '');
  const value = content.slice(end).replace(/^:/, '').trim();
  return [key, value.replace(/^"(.*)"$/, '$1')];
}

function closeEntry({ line, descriptors, fields, dependencies }: OpenEntry): YarnEntry {
  const resolution = fields.get('resolution') ?? '';
  const resolved = fields.get('resolved') ?? '';
  const requestedName = findArchivedName(resolved) ?? findRequestedName(descriptors[0] ?? '');
  return {
    line,
    descriptors,
    name: resolution === '' ? requestedName : getDescriptorName(resolution),
    version: fields.get('version') ?? '',
    resolved: resolution || resolved,
    integrity: fields.get('integrity') ?? fields.get('checksum') ?? '',
    dependencies,
  };
}

/** Registries keep archives at `name/-/file.tgz`: a fork may replace the requested package. */
function findArchivedName(resolved: string): string | undefined {
  const [, name] = /\/((?:@[^/]{1,214}(?:\/|%2[fF]))?[^/@]{1,214})\/-\//.exec(resolved) ?? [];
  return name?.replace(/%2f/i, '/');
}

/** `other@npm:name@1.0` requests a package by an alias. */
function findRequestedName(descriptor: string): string {
  const alias = descriptor.indexOf('@npm:');
  const target = alias < 0 ? '' : descriptor.slice(alias + '@npm:'.length);
  return target.indexOf('@', 1) > 0 ? getDescriptorName(target) : getDescriptorName(descriptor);
}

/** A scope begins with `@`, too. */
function getDescriptorName(descriptor: string): string {
  const at = descriptor.indexOf('@', 1);
  return at < 0 ? '' : descriptor.slice(0, at);
}
