import fs from 'node:fs';
import path from 'node:path';
import { escapeXml } from '../../../src/foundation/present/xml-element.ts';
import { isRecord } from '../../../src/foundation/syntax/json/guard.ts';
import {
  getGivenText,
  getRecord,
  getRecords,
  getText,
  type JsonRecord,
} from '../../../src/foundation/syntax/json/member.ts';

const PARTS = ['definitions', 'tests', 'objects', 'states'] as const;

/**
 * Writes an OVAL document next to each directory into which a collector split one: a JSON file for
 * each definition, test, object and state.
 */
export function restoreOval(folder: string): void {
  const places = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name === 'definitions')
    .map((entry) => entry.parentPath);
  for (const place of places) {
    const [definitions, tests, objects, states] = PARTS.map((part) =>
      readParts(path.join(place, part)),
    );
    const content = [
      ...(definitions ?? []).map(({ value }) => writeDefinition(value)),
      ...(tests ?? []).map(({ kind, value }) => writeTest(kind, value)),
      ...(objects ?? []).map(({ kind, value }) =>
        write(
          kind,
          { id: getText(value, 'id') },
          write('name', {}, escapeXml(getText(value, 'name'))),
        ),
      ),
      ...(states ?? []).map(({ kind, value }) =>
        write(kind, { id: getText(value, 'id') }, writeComparisons(value)),
      ),
    ];
    fs.writeFileSync(
      path.join(place, 'oval.xml'),
      write('oval_definitions', {}, content.join('\n')),
    );
  }
}

interface Part {
  /** Name of the directory, such as `rpminfo_test`. */
  readonly kind: string;
  readonly value: JsonRecord;
}

function readParts(folder: string): readonly Part[] {
  if (!fs.existsSync(folder)) {
    return [];
  }
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const value: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
      return isRecord(value) ? [{ kind: path.basename(entry.parentPath), value }] : [];
    });
}

function writeDefinition(definition: JsonRecord): string {
  const metadata = getRecord(definition, 'metadata') ?? {};
  const advisory = getRecord(metadata, 'advisory') ?? {};
  const issued = getText(getRecord(advisory, 'issued') ?? {}, 'date');
  const content = [
    write('title', {}, escapeXml(getText(metadata, 'title'))),
    ...getRecords(metadata, 'reference').map((one) =>
      write('reference', pickTexts(one, ['source', 'ref_id']), ''),
    ),
    write('description', {}, escapeXml(getText(metadata, 'description'))),
    write('severity', {}, escapeXml(getText(advisory, 'severity'))),
    write('issued', { date: issued }, ''),
    ...getRecords(advisory, 'cve').map((one) =>
      write('cve', pickTexts(one, ['cvss3', 'cvss2']), escapeXml(getText(one, 'text'))),
    ),
  ];
  const criteria = getRecord(definition, 'criteria') ?? {};
  return write(
    'definition',
    pickTexts(definition, ['id', 'class']),
    write('metadata', {}, content.join('')) + writeCriteria(criteria),
  );
}

function writeCriteria(criteria: JsonRecord): string {
  const content = [
    ...getRecords(criteria, 'criterions').map((one) =>
      write('criterion', pickTexts(one, ['test_ref', 'comment']), ''),
    ),
    ...getRecords(criteria, 'criterias').map(writeCriteria),
  ];
  return write('criteria', pickTexts(criteria, ['operator']), content.join(''));
}

function writeTest(kind: string, test: JsonRecord): string {
  const content = ['object', 'state'].map((name) =>
    write(name, pickTexts(getRecord(test, name) ?? {}, [`${name}_ref`]), ''),
  );
  return write(kind, pickTexts(test, ['id', 'comment', 'check']), content.join(''));
}

/** The collector writes an empty object for each absent attribute. */
function writeComparisons(state: JsonRecord): string {
  return Object.keys(state)
    .map((name) => ({ name, value: getRecord(state, name) ?? {} }))
    .filter(({ value }) => getText(value, 'text') !== '')
    .map(({ name, value }) =>
      write(name, pickTexts(value, ['operation']), escapeXml(getText(value, 'text'))),
    )
    .join('');
}

function pickTexts(record: JsonRecord, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, getGivenText(record, name) ?? '']));
}

function write(
  name: string,
  attributes: Readonly<Record<string, string>>,
  content: string,
): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  return `<${name}${written.join('')}>${content}</${name}>`;
}
