import type { Format, FormatOptions, Report } from '../../foundation/core/format.ts';
import type { Sink } from '../../foundation/core/sink.ts';
import {
  createElement,
  createOptional,
  type Element,
  formatElement,
} from '../../foundation/present/xml-element.ts';
import {
  CYCLONEDX_OMISSIONS,
  CYCLONEDX_VERSIONS,
  type CyclonedxModel,
  type CyclonedxVersion,
  chooseCyclonedxVersion,
  createCyclonedxModel,
  USUAL_CYCLONEDX_VERSION,
} from '../cyclonedx/cyclonedx-model.ts';
import type { GenerationContext } from '../sbom/generation-context.ts';
import { computeUuid } from '../sbom/sbom-identity.ts';
import {
  createComponentElement,
  createPartyElement,
  createPropertiesElement,
} from './component-element.ts';
import { createVulnerabilityElement } from './vulnerability-element.ts';

/** Inventory and findings as a CycloneDX document in XML. ECMA-424. */
export const cyclonedxXml: Format = {
  id: 'cyclonedx-xml',
  aliases: ['cyclonedx', 'cyclone', 'cdx'],
  title: 'CycloneDX XML 1.4 to 1.7',
  spec: 'https://cyclonedx.org/specification/overview/',
  carries: ['inventory', 'findings'],
  isForTerminal: false,
  ...CYCLONEDX_OMISSIONS,
  versions: { all: CYCLONEDX_VERSIONS, usual: USUAL_CYCLONEDX_VERSION },
  write: writeCyclonedxXml,
};

function writeCyclonedxXml(report: Report, sink: Sink, options: FormatOptions): void {
  const version = chooseCyclonedxVersion(options.version);
  const model = createCyclonedxModel(report, options);
  const uuid = computeUuid((hash) => writeBody(model, version, hash));
  sink.write('<?xml version="1.0" encoding="UTF-8"?>\n');
  sink.write(`<bom xmlns="http://cyclonedx.org/schema/bom/${version}"`);
  sink.write(` serialNumber="urn:uuid:${uuid}" version="1">\n`);
  writeBody(model, version, sink);
  sink.write('</bom>\n');
}

function writeBody(model: CyclonedxModel, version: CyclonedxVersion, sink: Sink): void {
  sink.write(formatElement(createMetadataElement(model, version), '  '));
  sink.write('  <components>\n');
  for (const component of model.components()) {
    sink.write(formatElement(createComponentElement(component, version), '    '));
  }
  sink.write('  </components>\n  <dependencies>\n');
  for (const { ref, dependsOn } of model.dependencies) {
    const needed = dependsOn.map((each) => createElement('dependency', '', { ref: each }));
    sink.write(formatElement(createElement('dependency', needed, { ref }), '    '));
  }
  sink.write('  </dependencies>\n');
  if (model.isIncomplete) {
    sink.write(formatElement(createCompositionsElement(model.root.ref), '  '));
  }
  const vulnerabilities = model.vulnerabilities();
  if (vulnerabilities !== undefined) {
    sink.write('  <vulnerabilities>\n');
    for (const vulnerability of vulnerabilities) {
      sink.write(formatElement(createVulnerabilityElement(vulnerability, version), '    '));
    }
    sink.write('  </vulnerabilities>\n');
  }
}

function createMetadataElement(model: CyclonedxModel, version: CyclonedxVersion): Element {
  const names = [
    createElement('name', model.tool.name),
    createElement('version', model.tool.version),
  ];
  const tool =
    version === '1.4'
      ? createElement('tool', names)
      : createElement('components', [createElement('component', names, { type: 'application' })]);
  return createElement('metadata', [
    createOptional('timestamp', model.timestamp),
    version === '1.4' ? undefined : model.context && createLifecyclesElement(model.context),
    createElement('tools', [tool]),
    createComponentElement(model.root, version),
    model.root.supplier && createPartyElement('supplier', model.root.supplier),
    createPropertiesElement(model.properties),
  ]);
}

function createLifecyclesElement(context: GenerationContext): Element {
  const parts = Object.entries(context).map(([name, text]) => createElement(name, text));
  return createElement('lifecycles', [createElement('lifecycle', parts)]);
}

function createCompositionsElement(ref: string): Element {
  return createElement('compositions', [
    createElement('composition', [
      createElement('aggregate', 'incomplete'),
      createElement('assemblies', [createElement('assembly', '', { ref })]),
    ]),
  ]);
}
