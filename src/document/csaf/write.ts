import type { VexDocument, VexStatement } from '../../foundation/core/decision.ts';
import { omitEmpty, omitEmptyText } from '../../foundation/core/filled.ts';
import type { Format, FormatOptions, Report } from '../../foundation/core/format.ts';
import { formatJson, writeJsonList } from '../../foundation/core/json-document.ts';
import { EVERY_FACT } from '../../foundation/core/leaves-out.data.ts';
import type { Sink } from '../../foundation/core/sink.ts';
import { computeUuid } from '../sbom/sbom-identity.ts';
import {
  createVexDocument,
  formatAction,
  listNotes,
  refuseWithoutStatements,
  TOOL_AUTHOR,
} from '../vex/vex-document.ts';
import { PRODUCT_STATUSES, REMEDIATIONS } from './vocabulary.data.ts';
import {
  CSAF_VERSIONS,
  type CsafVersion,
  createProductTree,
  type ProductTree,
} from './write-product-tree.ts';

/** The decisions on findings as a document of CSAF's VEX profile. */
export const csafVex: Format = {
  id: 'csaf-vex',
  aliases: ['csaf'],
  title: 'CSAF 2.0 and 2.1, profile VEX',
  spec: 'https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html#45-profile-5-vex',
  carries: ['findings', 'decisions'],
  isForTerminal: false,
  omittedFacts: EVERY_FACT,
  findRefusal: refuseWithoutStatements,
  versions: { all: CSAF_VERSIONS, usual: '2.0' },
  write: writeCsaf,
};

function writeCsaf(report: Report, sink: Sink, options: FormatOptions): void {
  const version: CsafVersion = CSAF_VERSIONS.find((known) => known === options.version) ?? '2.0';
  const document = createVexDocument(report);
  const tree = createProductTree(document.statements, version);
  const uuid = computeUuid((hash) => writeLists(document, tree, hash));
  const schema =
    version === '2.1'
      ? '"$schema":"https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json",\n'
      : '';
  sink.write(`{${schema}"document":`);
  sink.write(formatJson(toDocumentMembers(document, { report, version, uuid })));
  writeLists(document, tree, sink);
  sink.write('}\n');
}

function writeLists({ statements }: VexDocument, tree: ProductTree, sink: Sink): void {
  sink.write(`,\n"product_tree":${formatJson(tree.members)}`);
  sink.write(',\n"vulnerabilities":');
  const byId = Map.groupBy(statements, ({ vulnerability }) => vulnerability);
  writeJsonList(
    sink,
    [...byId].map(([id, about]) => toVulnerabilityMembers(id, about, tree)),
  );
}

interface Writing {
  readonly report: Report;
  readonly version: CsafVersion;
  readonly uuid: string;
}

/** CSAF 2.0, 3.2.1. */
function toDocumentMembers(
  { author, timestamp, id }: VexDocument,
  { report: { tool }, version, uuid }: Writing,
): object {
  return {
    category: 'csaf_vex',
    csaf_version: version,
    distribution: version === '2.1' ? { tlp: { label: 'CLEAR' } } : undefined,
    lang: 'en',
    publisher: {
      category: author === TOOL_AUTHOR ? 'other' : 'vendor',
      name: author,
      namespace: `urn:uuid:${uuid}`,
    },
    title: `Assessment of the vulnerabilities of ${id}`,
    tracking: {
      current_release_date: timestamp,
      generator: { engine: { name: tool.name, version: omitEmptyText(tool.version) } },
      id: `plimsoll-vex-${uuid}`,
      initial_release_date: timestamp,
      revision_history: [{ date: timestamp, number: '1', summary: 'First version' }],
      status: 'final',
      version: '1',
    },
  };
}

const CVE = /^CVE-\d{4}-\d{4,}$/;

/** CSAF 2.0, 3.2.3: reasons and remedies are given per product. */
function toVulnerabilityMembers(
  vulnerability: string,
  statements: readonly VexStatement[],
  tree: ProductTree,
): object {
  const ids = [...new Set([vulnerability, ...statements.flatMap(({ aliases }) => aliases)])];
  const cve = ids.find((id) => CVE.test(id));
  const others = ids.filter((id) => id !== cve);
  return {
    cve,
    ids: omitEmpty(others.map((text) => ({ system_name: getSystem(text), text }))),
    notes: [{ category: 'description', text: formatNote(vulnerability, statements) }],
    product_status: toStatusMembers(statements, tree),
    flags: omitEmpty(statements.flatMap((one) => createFlag(one, tree))),
    threats: omitEmpty(statements.flatMap((one) => createThreat(one, tree))),
    remediations: omitEmpty(statements.flatMap((one) => createRemediation(one, tree))),
  };
}

/** The numbering authority, by the letters before the number. */
function getSystem(id: string): string {
  return /^[A-Za-z]{2,16}(?=-)/.exec(id)?.[0] ?? 'other';
}

function formatNote(vulnerability: string, statements: readonly VexStatement[]): string {
  const notes = new Set(statements.flatMap(listNotes));
  return notes.size === 0 ? vulnerability : `${vulnerability}: ${[...notes].join('; ')}`;
}

function toStatusMembers(statements: readonly VexStatement[], tree: ProductTree): object {
  const byStatus = Map.groupBy(statements, ({ status }) => PRODUCT_STATUSES.write(status));
  return Object.fromEntries(
    [...byStatus].map(([list, about]) => [list, [...new Set(about.flatMap(tree.listIds))]]),
  );
}

function createFlag(statement: VexStatement, tree: ProductTree): readonly object[] {
  const { status, justification, timestamp } = statement;
  return status === 'not_affected' && justification !== undefined
    ? [{ label: justification, date: timestamp, product_ids: tree.listIds(statement) }]
    : [];
}

function createThreat(statement: VexStatement, tree: ProductTree): readonly object[] {
  const { status, justification, impactStatement } = statement;
  const isWanted = status === 'not_affected' && justification === undefined;
  const details = impactStatement ?? (isWanted ? 'no reason given' : undefined);
  return details === undefined
    ? []
    : [{ category: 'impact', details, product_ids: tree.listIds(statement) }];
}

function createRemediation(statement: VexStatement, tree: ProductTree): readonly object[] {
  const { status, actionStatement, responses } = statement;
  if (status !== 'affected' && actionStatement === undefined) {
    return [];
  }
  const { words } = REMEDIATIONS[tree.version];
  const category = responses.flatMap((word) => words.get(word) ?? [])[0] ?? 'none_available';
  return [{ category, details: formatAction(statement), product_ids: tree.listIds(statement) }];
}
