import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { present } from '../../src/foundation/core/assert.ts';
import type { Report } from '../../src/foundation/core/format.ts';
import { formats } from '../../src/report/output/formats.ts';
import { writeReport } from '../support/sample-report.ts';
import { type Verdict, writeAllDocuments } from './format-check.ts';
import type { GrypeProgram } from './grype-program.ts';
import { TEMPLATE_OF_FINDINGS } from './template.data.ts';

/** Our formats that Grype also writes, by Grype's names for them. */
const GRYPE_NAMES: Readonly<Record<string, string>> = {
  table: 'table',
  'grype-json': 'json',
  template: 'template',
};

/**
 * Compares our documents of findings in parity mode with Grype's own: Grype reads our document of
 * the inventory and uses the same database.
 *
 * @param report its findings are those of parity
 */
export function compareGrypeOutput(grype: GrypeProgram, report: Report, folder: string): Verdict[] {
  const source = join(folder, 'inventory.syft.json');
  const template = join(folder, 'findings.template');
  const { findings: _, ...inventory } = report;
  const syftJson = formats.find(({ id }) => id === 'syft-json');
  writeFileSync(source, writeReport(present(syftJson, 'the format of Syft'), inventory));
  writeFileSync(template, TEMPLATE_OF_FINDINGS);
  const getFilePath = (name: string): string => join(folder, `grype.${name}`);
  const outputs = Object.values(GRYPE_NAMES).flatMap((name) => [
    '-o',
    `${name}=${getFilePath(name)}`,
  ]);
  const output = grype.run([`sbom:${source}`, '-q', '-t', template, ...outputs]);
  return writeAllDocuments(report, true)
    .filter(({ format }) => format in GRYPE_NAMES)
    .map(({ format, text }) => ({
      format,
      by: 'as Grype writes it',
      fault:
        output === undefined
          ? 'Grype does not read the inventory'
          : describeDifference(
              format,
              readFileSync(getFilePath(GRYPE_NAMES[format] ?? ''), 'utf8'),
              text,
            ),
    }));
}

function describeDifference(format: string, theirs: string, ours: string): string {
  const [left, right] = [readShape(format, theirs), readShape(format, ours)];
  const lost = left.find((line) => !right.includes(line));
  const more = right.find((line) => !left.includes(line));
  return lost === undefined && more === undefined
    ? ''
    : `Grype has "${lost ?? 'nothing'}", we have "${more ?? 'nothing'}"`;
}

interface GrypeDocument {
  readonly matches: readonly {
    readonly vulnerability: { readonly id: string };
    readonly artifact: { readonly name: string; readonly version: string; readonly type: string };
  }[];
}

/**
 * Returns the parts that must be equal: each line of a table, each word of a template, each match.
 */
function readShape(format: string, text: string): readonly string[] {
  if (format === 'grype-json') {
    const { matches } = JSON.parse(text) as GrypeDocument;
    return matches.flatMap((match) => {
      const { vulnerability, artifact } = match;
      const key = [vulnerability.id, artifact.type, artifact.name, artifact.version].join(' ');
      return [key, ...listMemberPaths(match, 'match')];
    });
  }
  if (format === 'template') {
    return text.split(/\s+/).toSorted();
  }
  return text.split('\n').map((line) => line.trimEnd().replaceAll(/ {2,}/g, '  '));
}

/**
 * Returns the names of all members with their types; values of strings and numbers are not
 * compared.
 */
function listMemberPaths(value: unknown, path: string): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((each) => listMemberPaths(each, `${path}[]`));
  }
  if (typeof value !== 'object' || value === null) {
    return [`${path}: ${value === null ? 'null' : typeof value}`];
  }
  return Object.entries(value).flatMap(([name, each]) => listMemberPaths(each, `${path}.${name}`));
}
