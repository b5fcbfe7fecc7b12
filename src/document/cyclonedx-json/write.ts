import type { Format, FormatOptions, Report } from '../../foundation/core/format.ts';
import { formatJson, writeJsonList } from '../../foundation/core/json-document.ts';
import type { Sink } from '../../foundation/core/sink.ts';
import {
  CYCLONEDX_OMISSIONS,
  CYCLONEDX_VERSIONS,
  type CyclonedxModel,
  type CyclonedxVersion,
  chooseCyclonedxVersion,
  createCyclonedxModel,
  USUAL_CYCLONEDX_VERSION,
} from '../cyclonedx/cyclonedx-model.ts';
import type { Vulnerability } from '../cyclonedx/cyclonedx-vulnerability.ts';
import { computeUuid } from '../sbom/sbom-identity.ts';
import { toComponentMembers, toSupplierMembers } from './component-members.ts';
import { toVulnerabilityMembers } from './vulnerability-members.ts';

/** Inventory and findings as a CycloneDX document. ECMA-424. */
export const cyclonedxJson: Format = {
  id: 'cyclonedx-json',
  aliases: [],
  title: 'CycloneDX JSON 1.4 to 1.7',
  spec: 'https://cyclonedx.org/specification/overview/',
  carries: ['inventory', 'findings'],
  isForTerminal: false,
  ...CYCLONEDX_OMISSIONS,
  versions: { all: CYCLONEDX_VERSIONS, usual: USUAL_CYCLONEDX_VERSION },
  write: writeCyclonedxJson,
};

function writeCyclonedxJson(report: Report, sink: Sink, options: FormatOptions): void {
  const version = chooseCyclonedxVersion(options.version);
  const model = createCyclonedxModel(report, options);
  const uuid = computeUuid((hash) => writeBody(model, version, hash));
  sink.write(`{"$schema":"http://cyclonedx.org/schema/bom-${version}.schema.json"`);
  sink.write(`,\n"bomFormat":"CycloneDX"`);
  sink.write(`,\n"specVersion":"${version}"`);
  sink.write(`,\n"serialNumber":"urn:uuid:${uuid}"`);
  sink.write(',\n"version":1');
  writeBody(model, version, sink);
  sink.write('}\n');
}

function writeBody(model: CyclonedxModel, version: CyclonedxVersion, sink: Sink): void {
  sink.write(`,\n"metadata":${formatJson(toMetadataMembers(model, version))}`);
  sink.write(',\n"components":');
  writeJsonList(sink, listComponents(model, version));
  sink.write(',\n"dependencies":');
  writeJsonList(sink, model.dependencies);
  if (model.isIncomplete) {
    sink.write(',\n"compositions":');
    writeJsonList(sink, [{ aggregate: 'incomplete', assemblies: [model.root.ref] }]);
  }
  const vulnerabilities = model.vulnerabilities();
  if (vulnerabilities !== undefined) {
    sink.write(',\n"vulnerabilities":');
    writeJsonList(sink, listVulnerabilities(vulnerabilities, version));
  }
}

function* listVulnerabilities(
  vulnerabilities: Iterable<Vulnerability>,
  version: CyclonedxVersion,
): Iterable<object> {
  for (const vulnerability of vulnerabilities) {
    yield toVulnerabilityMembers(vulnerability, version);
  }
}

function* listComponents(model: CyclonedxModel, version: CyclonedxVersion): Iterable<object> {
  for (const component of model.components()) {
    yield toComponentMembers(component, version);
  }
}

function toMetadataMembers(model: CyclonedxModel, version: CyclonedxVersion): object {
  const { tool } = model;
  return {
    timestamp: model.timestamp,
    lifecycles: version === '1.4' || model.context === undefined ? undefined : [model.context],
    tools: version === '1.4' ? [tool] : { components: [{ type: 'application', ...tool }] },
    component: toComponentMembers(model.root, version),
    supplier: model.root.supplier && toSupplierMembers(model.root.supplier),
    properties: model.properties,
  };
}
