import { appendAll } from '../../../foundation/core/append-all.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import { type PythonRequirement, parsePythonRequirement } from './requirement.ts';

export interface RequirementLine extends PythonRequirement {
  /** Line on which it begins, from 1. */
  readonly line: number;
}

/** Content of a pip requirements file. */
export interface RequirementsFile {
  readonly requirements: readonly RequirementLine[];
  /** Paths of further such files, relative to this one. */
  readonly includes: readonly string[];
  /**
   * Paths of constraint files, which pin packages without requesting them, relative to this one.
   */
  readonly constraints: readonly string[];
  /** Lines that are neither requirements nor options. */
  readonly malformedLines: readonly number[];
  /** Whether there are more records than `recordsMax`. */
  readonly isCutOff: boolean;
}

/** A directory that is installed in place is the project itself, or is in the target. */
const EDITABLE_ADDRESS = /^(?:-e|--editable)(?:\s+|=|(?<=-e))(\S*:\/\/.*)$/;
const CONSTRAINTS = /^(?:-c|--constraint)(?:\s+|=|(?<=-c))(\S.*)$/;
const INCLUDE = /^(?:-r|--requirement)(?:\s+|=|(?<=-r))(\S.*)$/;

/** pip, "Requirements File Format". At most `recordsMax` requirements are kept. */
export function parseRequirementsFile(text: string, recordsMax: number): RequirementsFile {
  const requirements: RequirementLine[] = [];
  const includes: string[] = [];
  const constraints: string[] = [];
  const malformedLines: number[] = [];
  for (const { text: line, number } of readLogicalLines(text)) {
    const count = requirements.length + includes.length + constraints.length;
    if (count + malformedLines.length >= recordsMax) {
      return { requirements, includes, constraints, malformedLines, isCutOff: true };
    }
    const address = EDITABLE_ADDRESS.exec(line)?.[1];
    if (line.startsWith('-') && address === undefined) {
      const include = INCLUDE.exec(line)?.[1];
      appendAll(includes, include === undefined ? [] : [include.trim()]);
      const constraint = CONSTRAINTS.exec(line)?.[1];
      appendAll(constraints, constraint === undefined ? [] : [constraint.trim()]);
      continue;
    }
    const requirement = parsePythonRequirement(stripOptions(address ?? line));
    if (requirement === undefined) {
      malformedLines.push(number);
    } else {
      requirements.push({ ...requirement, line: number });
    }
  }
  return { requirements, includes, constraints, malformedLines, isCutOff: false };
}

/** Yields lines without comments; a line that ends with a backslash continues on the next one. */
function* readLogicalLines(
  text: string,
): Iterable<{ readonly text: string; readonly number: number }> {
  let parts: string[] = [];
  let first = 0;
  for (const { text: line, number } of splitLines(text)) {
    first = parts.length === 0 ? number : first;
    const bare = stripComment(line).trim();
    if (bare.endsWith('\\')) {
      parts.push(bare.slice(0, -1));
      continue;
    }
    const whole = [...parts, bare].join('').trim();
    parts = [];
    if (whole !== '') {
      yield { text: whole, number: first };
    }
  }
  const rest = parts.join('').trim();
  if (rest !== '') {
    yield { text: rest, number: first };
  }
}

/** A number sign is part of a URL unless it follows a blank. */
function stripComment(line: string): string {
  const isAddress = line.includes('://');
  let at = line.indexOf('#');
  while (at > 0 && isAddress && !' \t'.includes(line.charAt(at - 1))) {
    at = line.indexOf('#', at + 1);
  }
  return at < 0 ? line : line.slice(0, at);
}

/** Options of one requirement, such as `--hash`, follow it. */
function stripOptions(line: string): string {
  const at = line.search(/\s(?:--[a-z]|-C\s)/);
  return at < 0 ? line : line.slice(0, at);
}
