import type {
  ProductReference,
  VexDocument,
  VexStatement,
} from '../../foundation/core/decision.ts';
import { omitEmpty } from '../../foundation/core/filled.ts';
import type { Format, Report } from '../../foundation/core/format.ts';
import { formatJson, writeJsonList } from '../../foundation/core/json-document.ts';
import { EVERY_FACT } from '../../foundation/core/leaves-out.data.ts';
import type { Sink } from '../../foundation/core/sink.ts';
import { escapeUriComponent } from '../../foundation/core/uri-component.ts';
import { computeUuid } from '../sbom/sbom-identity.ts';
import {
  createVexDocument,
  formatAction,
  listNotes,
  refuseWithoutStatements,
  splitNames,
} from '../vex/vex-document.ts';
import { OPENVEX_HASHES } from './vocabulary.data.ts';

/** Decisions on findings as an OpenVEX document. */
export const openvex: Format = {
  id: 'openvex',
  aliases: [],
  title: 'OpenVEX 0.2.0',
  spec: 'https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md',
  carries: ['findings', 'decisions'],
  isForTerminal: false,
  omittedFacts: EVERY_FACT,
  findRefusal: refuseWithoutStatements,
  write: writeOpenvex,
};

function writeOpenvex(report: Report, sink: Sink): void {
  const document = createVexDocument(report);
  const uuid = computeUuid((hash) => writeBody(document, report, hash));
  sink.write('{"@context":"https://openvex.dev/ns/v0.2.0"');
  sink.write(`,\n"@id":"urn:uuid:${uuid}"`);
  writeBody(document, report, sink);
  sink.write('}\n');
}

function writeBody(document: VexDocument, { tool }: Report, sink: Sink): void {
  const { author, timestamp, statements } = document;
  sink.write(`,\n"author":${formatJson(author)}`);
  sink.write(`,\n"timestamp":${formatJson(timestamp)}`);
  sink.write(',\n"version":1');
  sink.write(`,\n"tooling":${formatJson(`${tool.name} ${tool.version}`.trim())}`);
  sink.write(',\n"statements":');
  writeJsonList(sink, listStatements(statements));
}

/** Statements that only differ in their products are merged. */
function* listStatements(statements: readonly VexStatement[]): Iterable<object> {
  const groups = Map.groupBy(statements, ({ index: _, products: __, ...rest }) => formatJson(rest));
  for (const group of groups.values()) {
    const [first] = group;
    if (first !== undefined) {
      yield toStatementMembers(
        first,
        group.flatMap(({ products }) => products),
      );
    }
  }
}

function toStatementMembers(
  statement: VexStatement,
  products: readonly ProductReference[],
): object {
  const { vulnerability, aliases, status, timestamp, impactStatement } = statement;
  const notes = [...listNotes(statement), ...listRangeNotes(products)];
  return {
    vulnerability: { name: vulnerability, aliases: omitEmpty(aliases) },
    timestamp,
    products: omitEmpty(joinProducts(products)),
    status,
    status_notes: notes.length === 0 ? undefined : notes.join('; '),
    justification: status === 'not_affected' ? statement.justification : undefined,
    impact_statement: getImpact(statement, impactStatement),
    action_statement: status === 'affected' ? formatAction(statement) : statement.actionStatement,
  };
}

/** "Not affected" requires a justification or an impact statement. */
function getImpact(
  { status, justification }: VexStatement,
  impact: string | undefined,
): string | undefined {
  const isMissing = status === 'not_affected' && justification === undefined;
  return impact ?? (isMissing ? 'no reason given' : undefined);
}

/** Only OpenVEX identifiers can hold a range, as the version of a package URL. */
function listRangeNotes(products: readonly ProductReference[]): readonly string[] {
  const ranges = products.flatMap(({ versionRange }) => versionRange ?? []);
  return [...new Set(ranges)].map((range) => `for the versions ${range}`);
}

/** Merges the parts of all products with one name. */
function joinProducts(products: readonly ProductReference[]): readonly object[] {
  const joined = Map.groupBy(products.flatMap(splitNames), ({ subcomponents: _, ...whole }) =>
    formatJson(whole),
  );
  return [...joined.values()].flatMap((same) => {
    const parts = same.flatMap(({ subcomponents }) => subcomponents).flatMap(splitNames);
    return same.slice(0, 1).map((whole) => ({
      ...toComponentMembers(whole),
      subcomponents: omitEmpty(removeDuplicateMembers(parts.map(toComponentMembers))),
    }));
  });
}

function removeDuplicateMembers(members: readonly object[]): readonly object[] {
  return [...new Map(members.map((one) => [formatJson(one), one])).values()];
}

/** OpenVEX 0.2.0, "Component Data Structure". */
function toComponentMembers({ identifiers, hashes, versionRange }: ProductReference): object {
  const [written = ''] = identifiers;
  const id = versionRange === undefined ? written : addRange(written, versionRange);
  return {
    '@id': id,
    identifiers: toIdentifierMembers(id),
    hashes: hashMembers(hashes),
  };
}

/** The range is percent-encoded in place of the version. */
function addRange(identifier: string, range: string): string {
  const isOpen = identifier.startsWith('pkg:') && !identifier.includes('@');
  const at = identifier.search(/[?#]/u);
  const [head, tail] =
    at === -1 ? [identifier, ''] : [identifier.slice(0, at), identifier.slice(at)];
  return isOpen ? `${head}@${escapeUriComponent(range)}${tail}` : identifier;
}

function toIdentifierMembers(id: string): object | undefined {
  if (id.startsWith('pkg:')) {
    return { purl: id };
  }
  if (id.startsWith('cpe:2.3:')) {
    return { cpe23: id };
  }
  return id.startsWith('cpe:/') ? { cpe22: id } : undefined;
}

function hashMembers(hashes: ProductReference['hashes']): object | undefined {
  const known = hashes.flatMap(({ algorithm, value }) => {
    const name = OPENVEX_HASHES.get(algorithm);
    return name === undefined ? [] : [[name, value] as const];
  });
  return known.length === 0 ? undefined : Object.fromEntries(known);
}
