import type { ProductReference, VexDocument, VexStatement } from '../../core/decision.ts';
import { filled } from '../../core/filled.ts';
import type { Format, Report } from '../../core/format.ts';
import { jsonText, writeJsonList } from '../../core/json-document.ts';
import { EVERY_FACT } from '../../core/leaves-out.data.ts';
import type { Sink } from '../../core/sink.ts';
import { uriComponent } from '../../core/uri-component.ts';
import { contentUuid } from '../sbom/sbom-identity.ts';
import {
  actionOf,
  notesOf,
  refusalWithoutStatements,
  singleNames,
  vexDocumentOf,
} from '../vex/vex-document.ts';

/** Decisions on findings as an OpenVEX document. */
export const openvex: Format = {
  id: 'openvex',
  aliases: [],
  title: 'OpenVEX 0.2.0',
  spec: 'https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md',
  carries: ['findings', 'decisions'],
  isForTerminal: false,
  leavesOut: EVERY_FACT,
  refusal: refusalWithoutStatements,
  write: writeOpenvex,
};

function writeOpenvex(report: Report, sink: Sink): void {
  const document = vexDocumentOf(report);
  const uuid = contentUuid((hash) => writeBody(document, report, hash));
  sink.write('{"@context":"https://openvex.dev/ns/v0.2.0"');
  sink.write(`,\n"@id":"urn:uuid:${uuid}"`);
  writeBody(document, report, sink);
  sink.write('}\n');
}

function writeBody(document: VexDocument, { tool }: Report, sink: Sink): void {
  const { author, timestamp, statements } = document;
  sink.write(`,\n"author":${jsonText(author)}`);
  sink.write(`,\n"timestamp":${jsonText(timestamp)}`);
  sink.write(',\n"version":1');
  sink.write(`,\n"tooling":${jsonText(`${tool.name} ${tool.version}`.trim())}`);
  sink.write(',\n"statements":');
  writeJsonList(sink, statementList(statements));
}

/** Statements that only differ in their products are merged. */
function* statementList(statements: readonly VexStatement[]): Iterable<object> {
  const groups = Map.groupBy(statements, ({ index: _, products: __, ...rest }) => jsonText(rest));
  for (const group of groups.values()) {
    const [first] = group;
    if (first !== undefined) {
      yield statementMembers(
        first,
        group.flatMap(({ products }) => products),
      );
    }
  }
}

function statementMembers(statement: VexStatement, products: readonly ProductReference[]): object {
  const { vulnerability, aliases, status, timestamp, impactStatement } = statement;
  const notes = [...notesOf(statement), ...rangeNotes(products)];
  return {
    vulnerability: { name: vulnerability, aliases: filled(aliases) },
    timestamp,
    products: filled(joinedProducts(products)),
    status,
    status_notes: notes.length === 0 ? undefined : notes.join('; '),
    justification: status === 'not_affected' ? statement.justification : undefined,
    impact_statement: impactOf(statement, impactStatement),
    action_statement: status === 'affected' ? actionOf(statement) : statement.actionStatement,
  };
}

/** "Not affected" requires a justification or an impact statement. */
function impactOf(
  { status, justification }: VexStatement,
  impact: string | undefined,
): string | undefined {
  const isMissing = status === 'not_affected' && justification === undefined;
  return impact ?? (isMissing ? 'no reason given' : undefined);
}

/** Only OpenVEX identifiers can hold a range, as the version of a package URL. */
function rangeNotes(products: readonly ProductReference[]): readonly string[] {
  const ranges = products.flatMap(({ versionRange }) => versionRange ?? []);
  return [...new Set(ranges)].map((range) => `for the versions ${range}`);
}

/** Merges the parts of all products with one name. */
function joinedProducts(products: readonly ProductReference[]): readonly object[] {
  const joined = Map.groupBy(products.flatMap(singleNames), ({ subcomponents: _, ...whole }) =>
    jsonText(whole),
  );
  return [...joined.values()].flatMap((same) => {
    const parts = same.flatMap(({ subcomponents }) => subcomponents).flatMap(singleNames);
    return same.slice(0, 1).map((whole) => ({
      ...componentMembers(whole),
      subcomponents: filled(distinct(parts.map(componentMembers))),
    }));
  });
}

function distinct(members: readonly object[]): readonly object[] {
  return [...new Map(members.map((one) => [jsonText(one), one])).values()];
}

/** OpenVEX 0.2.0, "Component Data Structure". */
function componentMembers({ identifiers, hashes, versionRange }: ProductReference): object {
  const [written = ''] = identifiers;
  const id = versionRange === undefined ? written : rangedPurl(written, versionRange);
  return {
    '@id': id,
    identifiers: identifierMembers(id),
    hashes: hashMembers(hashes),
  };
}

/** The range is percent-encoded in place of the version. */
function rangedPurl(identifier: string, range: string): string {
  const isOpen = identifier.startsWith('pkg:') && !identifier.includes('@');
  const at = identifier.search(/[?#]/u);
  const [head, tail] =
    at === -1 ? [identifier, ''] : [identifier.slice(0, at), identifier.slice(at)];
  return isOpen ? `${head}@${uriComponent(range)}${tail}` : identifier;
}

function identifierMembers(id: string): object | undefined {
  if (id.startsWith('pkg:')) {
    return { purl: id };
  }
  if (id.startsWith('cpe:2.3:')) {
    return { cpe23: id };
  }
  return id.startsWith('cpe:/') ? { cpe22: id } : undefined;
}

const HASH_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    md5: 'md5',
    sha1: 'sha1',
    sha256: 'sha-256',
    sha384: 'sha-384',
    sha512: 'sha-512',
  }),
);

function hashMembers(hashes: ProductReference['hashes']): object | undefined {
  const known = hashes.flatMap(({ algorithm, value }) => {
    const name = HASH_NAMES.get(algorithm);
    return name === undefined ? [] : [[name, value] as const];
  });
  return known.length === 0 ? undefined : Object.fromEntries(known);
}
