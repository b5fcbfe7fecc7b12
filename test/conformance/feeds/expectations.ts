import fs from 'node:fs';
import path from 'node:path';
import { listRecords, toRecord, toScalarText } from './json-value.ts';

/** Where the results are that another reader of a feed has of the same documents. */
export interface Expectation {
  /** Archive below `advisories`, and the directory of the results in it. */
  readonly archive: string;
  readonly folder: string;
  readonly form: keyof typeof READERS;
}

/**
 * Returns the expected statements, one line each: package, vulnerability and fixed version, or the
 * state of the fix.
 */
export function readExpectations(folder: string, form: Expectation['form']): ReadonlySet<string> {
  const lines = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name), 'utf8'))
    .flatMap((text) => READERS[form](toRecord(JSON.parse(text))));
  return new Set(lines);
}

/** Formats a line in which the epoch 0 of a version is left out, as some readers do. */
export function formatFixLine(subject: string, fixed: string): string {
  return `${subject} → ${fixed.replace(/^0:/, '')}`;
}

type JsonValue = Readonly<Record<string, unknown>>;

/** Reads the results of one project. */
const READERS = { vunnel: listVunnelLines, vuls: listVulsLines };

/** Anchore/vunnel, `schema/vulnerability/os`: one file per vulnerability and release. */
function listVunnelLines(document: JsonValue): readonly string[] {
  const stated = toRecord(toRecord(document['item'])['Vulnerability']);
  const named = listRecords(toRecord(stated['Metadata'])['CVE']).map((cve) =>
    toScalarText(cve['Name']),
  );
  const ids = named.length > 0 ? named : [toScalarText(stated['Name'])];
  return listRecords(stated['FixedIn']).flatMap((fix) => {
    const version = toScalarText(fix['Version']);
    return ids.map((id) =>
      formatFixLine(`${toScalarText(fix['Name'])} ${id}`, VUNNEL_STATES.get(version) ?? version),
    );
  });
}

/** Values in place of a version. */
const VUNNEL_STATES: ReadonlyMap<string, string> = new Map([
  ['', 'not-fixed'],
  ['None', 'not-fixed'],
  ['0', 'not-affected'],
]);

/** MaineK00n/vuls-data-update, `extract`: one file per advisory. */
function listVulsLines(document: JsonValue): readonly string[] {
  const named = listRecords(document['vulnerabilities']).map(({ content }) =>
    toScalarText(toRecord(content)['id']),
  );
  const ids = named.length > 0 ? named : [toScalarText(document['id'])];
  return listRecords(document['detections'])
    .flatMap(({ conditions }) => listRecords(conditions))
    .flatMap(({ criteria }) => listCriterions(toRecord(criteria)))
    .map(({ version }) => toRecord(version))
    .filter(({ vulnerable }) => vulnerable === true)
    .flatMap((version) => {
      const { binary, source } = toRecord(version['package']);
      const name = toScalarText(toRecord(binary ?? source)['name']);
      const [fixed] = [toRecord(version['affected'])['fixed']].flat();
      return ids.map((id) => formatFixLine(`${name} ${id}`, toScalarText(fixed) || 'not-fixed'));
    });
}

function listCriterions(criteria: JsonValue): readonly JsonValue[] {
  return [
    ...listRecords(criteria['criterions']),
    ...listRecords(criteria['criterias']).flatMap(listCriterions),
  ];
}
