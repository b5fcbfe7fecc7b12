import type {
  ProductReference,
  VexDocument,
  VexStatement,
} from '../../foundation/core/decision.ts';
import type { Format, FormatOptions, Report } from '../../foundation/core/format.ts';
import { formatJson, writeJsonList } from '../../foundation/core/json-document.ts';
import { EVERY_FACT } from '../../foundation/core/leaves-out.data.ts';
import type { Sink } from '../../foundation/core/sink.ts';
import { chooseAnalysis } from '../cyclonedx/cyclonedx-analysis.ts';
import {
  CYCLONEDX_VERSIONS,
  type CyclonedxVersion,
  chooseCyclonedxVersion,
  USUAL_CYCLONEDX_VERSION,
} from '../cyclonedx/cyclonedx-model.ts';
import { getSource } from '../cyclonedx/cyclonedx-vulnerability.ts';
import { AFFECTED_STATUSES, ANALYSIS_RESPONSES } from '../cyclonedx/vocabulary.data.ts';
import { computeUuid } from '../sbom/sbom-identity.ts';
import { createVexDocument, listNotes } from '../vex/vex-document.ts';
import { type ComponentIndex, indexComponents } from './component-index.ts';

/** Decisions on findings as analyses, with the components they refer to. */
export const cyclonedxVex: Format = {
  id: 'cyclonedx-vex',
  aliases: [],
  title: 'CycloneDX VEX, JSON 1.4 to 1.7',
  spec: 'https://cyclonedx.org/capabilities/vex/',
  carries: ['findings', 'decisions'],
  isForTerminal: false,
  omittedFacts: EVERY_FACT,
  versions: { all: CYCLONEDX_VERSIONS, usual: USUAL_CYCLONEDX_VERSION },
  write: writeCyclonedxVex,
};

function writeCyclonedxVex(report: Report, sink: Sink, options: FormatOptions): void {
  const version = chooseCyclonedxVersion(options.version);
  const document = createVexDocument(report);
  const uuid = computeUuid((hash) => writeBody(document, { report, version }, hash));
  sink.write(`{"$schema":"http://cyclonedx.org/schema/bom-${version}.schema.json"`);
  sink.write(',\n"bomFormat":"CycloneDX"');
  sink.write(`,\n"specVersion":"${version}"`);
  sink.write(`,\n"serialNumber":"urn:uuid:${uuid}"`);
  sink.write(',\n"version":1');
  writeBody(document, { report, version }, sink);
  sink.write('}\n');
}

interface Writing {
  readonly report: Report;
  readonly version: CyclonedxVersion;
}

function writeBody(document: VexDocument, { report, version }: Writing, sink: Sink): void {
  const { tool } = report;
  const { name } = tool;
  const named = { name, version: tool.version === '' ? undefined : tool.version };
  const components = indexComponents(document.statements, version);
  sink.write(
    `,\n"metadata":${formatJson({
      timestamp: document.timestamp,
      tools: version === '1.4' ? [named] : { components: [{ type: 'application', ...named }] },
      authors: [{ name: document.author }],
      component: components.root,
    })}`,
  );
  sink.write(',\n"components":');
  writeJsonList(sink, components.others);
  sink.write(',\n"vulnerabilities":');
  writeJsonList(
    sink,
    document.statements.map((statement) => toAnalysisMembers(statement, components, version)),
  );
}

function toAnalysisMembers(
  statement: VexStatement,
  components: ComponentIndex,
  version: CyclonedxVersion,
): object {
  const { vulnerability, aliases, impactStatement, actionStatement, responses } = statement;
  const text = [impactStatement, ...listNotes(statement)].filter(Boolean).join('; ');
  const known = responses.flatMap((word) => ANALYSIS_RESPONSES.words.get(word) ?? []);
  return {
    id: vulnerability,
    source: getSource(vulnerability),
    references:
      aliases.length === 0 ? undefined : aliases.map((id) => ({ id, source: getSource(id) })),
    recommendation: actionStatement,
    updated: version === '1.4' ? statement.timestamp : undefined,
    analysis: {
      ...chooseAnalysis({ ...statement, text }),
      response: known.length === 0 ? undefined : [...new Set(known)],
      lastUpdated: version === '1.4' ? undefined : statement.timestamp,
    },
    affects: createAffects(statement, components),
  };
}

/** Each part or product once, with its versions. */
function createAffects(
  { products, status }: VexStatement,
  components: ComponentIndex,
): readonly object[] {
  const affects = products
    .flatMap((product) => listParts(product))
    .flatMap((part) => {
      const range = part.versionRange;
      const versions =
        range === undefined ? undefined : [{ range, status: AFFECTED_STATUSES.write(status) }];
      return components.listRefs(part).map((ref) => ({ ref, versions }));
    });
  return [...new Map(affects.map((one) => [formatJson(one), one])).values()];
}

function listParts(product: ProductReference): readonly ProductReference[] {
  return product.subcomponents.length === 0 ? [product] : product.subcomponents;
}
