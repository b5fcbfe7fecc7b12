import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SaxesParser } from 'saxes';
import { present } from '../../src/foundation/core/assert.ts';
import type { Format, Report } from '../../src/foundation/core/format.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { formats } from '../../src/report/output/formats.ts';
import { assertNoCiCommand } from '../support/ci-command.ts';
import { createFullReport, replaceTexts } from '../support/hostile-report.ts';
import { HOSTILE_TEXTS } from '../support/hostile-text.data.ts';
import { writeReport } from '../support/sample-report.ts';
import { isFormula, splitCells } from '../support/spreadsheet-cells.ts';

const TEMPLATE = `{{range .matches}}{{.artifact.name}}¦{{.vulnerability.description}}
{{end}}`;

/** Formats a report for a terminal, with all optional parts. */
function write(format: Format, report: Report, columns?: number): string {
  return writeReport(format, report, {
    isSuppressedShown: true,
    ...(columns === undefined ? {} : { columns }),
    ...(format.takesTemplate === true
      ? { template: { text: TEMPLATE, limits: DEFAULT_LIMITS } }
      : {}),
  });
}

/** Characters that control a terminal or disguise text. Line feeds are checked separately. */
const UNSAFE =
  /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\u{e0000}-\u{e007f}]/u;

/** A machine-readable document keeps invisible characters, and escapes control characters. */
const STEERS =
  /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/u;

/**
 * Returns names of elements and their attributes as a browser finds them, without their content.
 */
function readHtmlShape(text: string): string[] {
  const shape: string[] = [];
  const withoutCode = text.replace(/(<(script|style)>)[^]*?(<\/\2>)/g, '$1$3');
  for (const [, name = '', rest = ''] of withoutCode.matchAll(
    /<(\/?[a-z!][^\s>/]*)((?:"[^"]*"|[^">])*)>/gi,
  )) {
    const attributes = [...rest.matchAll(/([a-z-]+)(?:="[^"]*")?/gi)].map(([, word]) => word);
    shape.push(`${name} ${attributes.join(' ')}`);
  }
  assert.doesNotMatch(
    withoutCode.replaceAll(/<(\/?[a-z!][^\s>/]*)((?:"[^"]*"|[^">])*)>/gi, ''),
    /[<>]/,
  );
  return shape.sort();
}

function readXmlShape(text: string): string[] {
  const shape: string[] = [];
  const parser = new SaxesParser({ fragment: false });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    // A license becomes an expression, an ID or a name depending on its text.
    const kind = name === 'expression' ? 'license' : name;
    shape.push(`${kind} ${Object.keys(attributes).join(' ')}`);
  });
  parser.write(text).close();
  return [...new Set(shape)].sort();
}

/** Checks only that it is a document: its members depend on the text. */
function readJsonShape(text: string): string[] {
  assert.ok(JSON.parse(text));
  return [];
}

/** RFC 4180, strictly. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  let at = 0;
  for (let found = cell.exec(text); found !== null; found = cell.exec(text)) {
    rows.at(-1)?.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    if (found[3] === '\r\n') rows.push([]);
    at = cell.lastIndex;
  }
  assert.equal(at, text.length, 'the rest of the text is not a cell');
  return rows.slice(0, -1);
}

function readCsvShape(text: string): string[] {
  const cells = parseCsv(text);
  for (const separator of [',', ';', '\t']) {
    const formulas = splitCells(text, separator).filter(isFormula);
    assert.deepEqual(formulas, [], `formulas between ${JSON.stringify(separator)}`);
  }
  return cells.map((row) => `${row.length} cells`);
}

/** Returns lines, cells and code spans as GitHub reads them; nothing else may have a meaning. */
function readMarkdownShape(text: string): string[] {
  return text.split('\n').map((line) => {
    const bars = line.replaceAll(/\\./g, '').replaceAll(/[^|]/g, '').length;
    const withoutCode = line.replaceAll(/`[^`]+`/g, 'code');
    assert.doesNotMatch(
      withoutCode,
      /`|@|https?:|javascript:|!\[|\]\(|<(?!\/?(?:details|summary)>)/,
    );
    return `${bars} bars, ${withoutCode.replaceAll(/\d+/g, '0')}`;
  });
}

const COLUMNS = 120;

/**
 * Text wrapped for a terminal continues with an indent, so that no untrusted text starts a line.
 */
function countLines(text: string): number {
  return text.split('\n').filter((line) => !line.startsWith(' ')).length;
}

function readLinesShape(text: string): string[] {
  return text.split('\n').map(() => 'a line');
}

/** One command per line, and nothing else. */
function readCommandShape(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const found = /^::(error|warning|notice) ((?:\w+=[^,:]*,?)*)::(.*)$/.exec(line);
      assert.ok(found, `no command: ${line.slice(0, 80)}`);
      const names = (found[2] ?? '').split(',').map((property) => property.split('=')[0]);
      return `${found[1]} ${names.join(' ')}`;
    });
}

/** A multi-line value is between tags; every other line is a tag of its own, or a comment. */
function readSpdxShape(text: string): string[] {
  const without = text.replaceAll(/<text>[^]*?<\/text>/g, 'text');
  return without
    .split('\n')
    .map((line) => {
      assert.match(line, /^(?:[A-Z]\w+: .*|##? .*|)$/, 'a tag');
      return line.split(':')[0] ?? '';
    })
    .sort();
}

/** Tabs of the format itself are allowed. */
const UNSAFE_BUT_TABS = new RegExp(UNSAFE.source.replace('\\u0009', '\\u0008'), 'u');

interface Kind {
  readonly shapeOf: (text: string) => string[];
  readonly forbidden: RegExp;
  /** It leaves out content that exceeds its size; its own test covers that. */
  readonly isBounded?: true;
  /** It leaves out details of later findings if those of the first ones are long. */
  readonly omitsDetails?: true;
}

const JSON_DOCUMENT: Kind = { shapeOf: readJsonShape, forbidden: STEERS };
const XML_DOCUMENT: Kind = { shapeOf: readXmlShape, forbidden: STEERS };
const LINES: Kind = { shapeOf: readLinesShape, forbidden: UNSAFE };

/** How each format is parsed; a new format must be added here. */
const KINDS: Readonly<Record<string, Kind>> = {
  'csaf-vex': JSON_DOCUMENT,
  csv: { shapeOf: readCsvShape, forbidden: UNSAFE },
  'cyclonedx-json': JSON_DOCUMENT,
  'cyclonedx-vex': JSON_DOCUMENT,
  'cyclonedx-xml': XML_DOCUMENT,
  'github-annotations': { shapeOf: readCommandShape, forbidden: UNSAFE },
  'github-json': JSON_DOCUMENT,
  gitlab: JSON_DOCUMENT,
  'grype-json': JSON_DOCUMENT,
  html: { shapeOf: readHtmlShape, forbidden: UNSAFE, omitsDetails: true },
  json: JSON_DOCUMENT,
  junit: XML_DOCUMENT,
  markdown: { shapeOf: readMarkdownShape, forbidden: UNSAFE, isBounded: true },
  openvex: JSON_DOCUMENT,
  purls: LINES,
  sarif: JSON_DOCUMENT,
  'sbom-table': LINES,
  'spdx-json': JSON_DOCUMENT,
  'spdx-tag-value': { shapeOf: readSpdxShape, forbidden: STEERS },
  'syft-json': JSON_DOCUMENT,
  table: LINES,
  template: { shapeOf: (text) => text.split('¦').map(() => 'a value'), forbidden: UNSAFE_BUT_TABS },
  text: { shapeOf: readLinesShape, forbidden: UNSAFE_BUT_TABS },
};

/** A paragraph that names the command for omitted details. */
const OMISSION_NOTE = ['p class', '/p ', 'code ', 'code ', '/code ', '/code '];

/** Returns the elements that one shape has more often than the other, except for the note. */
function listAdditions(shape: readonly string[], expected: readonly string[]): readonly string[] {
  const left = [...expected, ...OMISSION_NOTE];
  return shape.filter((element) => {
    const at = left.indexOf(element);
    if (at >= 0) {
      left.splice(at, 1);
    }
    return at < 0;
  });
}

/** The only format whose lines are meant to be executed. */
const EXECUTED = 'github-annotations';

suite('names and texts from outside', () => {
  test('every format declares how it is parsed', () => {
    assert.deepEqual(Object.keys(KINDS).sort(), formats.map(({ id }) => id).sort());
  });

  const harmless = replaceTexts(createFullReport(), (text) => `x${text}`);
  for (const [title, text] of HOSTILE_TEXTS) {
    const hostile = replaceTexts(createFullReport(), (told) => `${text}${told}${text}`);
    test(`${title} does not change the structure of any output`, () => {
      for (const format of formats) {
        const { shapeOf, forbidden, isBounded, omitsDetails } = present(
          KINDS[format.id],
          format.id,
        );
        if (isBounded === true && text.length > 1_000) {
          continue;
        }
        const output = write(format, hostile, COLUMNS);
        if (format.isForTerminal) {
          const begun = countLines(write(format, harmless, COLUMNS));
          assert.equal(countLines(output), begun, format.id);
        }
        // The number of wrapped lines depends on the length of the text.
        const columns = format.isForTerminal ? undefined : COLUMNS;
        const shape = shapeOf(write(format, harmless, columns));
        const found = shapeOf(write(format, hostile, columns));
        if (omitsDetails === true) {
          assert.deepEqual(listAdditions(found, shape), [], format.id);
        } else {
          assert.deepEqual(found, shape, format.id);
        }
        if (format.id !== EXECUTED) {
          assertNoCiCommand(output, format.id);
          assertNoCiCommand(write(format, hostile), format.id);
        }
        const at = forbidden.exec(output)?.index;
        assert.equal(
          at,
          undefined,
          `${format.id}: ${JSON.stringify(output.slice(at).slice(0, 80))}`,
        );
      }
    });
  }
});
