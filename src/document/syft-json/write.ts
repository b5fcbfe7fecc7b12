import type { Distro } from '../../foundation/core/distro.ts';
import { omitEmptyText } from '../../foundation/core/filled.ts';
import type { Format, FormatOptions, Report } from '../../foundation/core/format.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { formatJson, sortMembers, writeJsonList } from '../../foundation/core/json-document.ts';
import type { Sink } from '../../foundation/core/sink.ts';
import { createEdgeModels } from './edges.ts';
import { FileIds } from './file-id.ts';
import { collectFileParts, createFileModels } from './files.ts';
import { createPackageModels, listAliases } from './packages.ts';
import { createSourceModel } from './source.ts';

const SCHEMA = {
  version: '16.1.10',
  url: 'https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema-16.1.10.json',
};

/**
 * Syft's own document, which Grype and many other programs read. It contains the inventory without
 * findings.
 */
export const syftJson: Format = {
  id: 'syft-json',
  aliases: ['syft'],
  isUndated: true,
  title: 'Syft JSON 16.1.10',
  spec: SCHEMA.url,
  carries: ['inventory'],
  isForTerminal: false,
  omittedFacts: ['reasons', 'declaredFacts'],
  write: writeSyftJson,
};

function writeSyftJson(report: Report, sink: Sink, options: FormatOptions): void {
  const { inventory } = report;
  const source = createSourceModel(inventory, options.isParity);
  const ids = new FileIds();
  const context = { sourceId: source.id, ids, isParity: options.isParity };
  sink.write('{"artifacts":');
  writeJsonList(sink, createPackageModels(inventory, options.isParity));
  sink.write(',\n"artifactRelationships":');
  writeJsonList(sink, createEdgeModels(inventory, context));
  const files = collectFileParts(inventory, options.isParity);
  // The schema requires that the member is omitted without a file.
  if (files.length > 0) {
    sink.write(',\n"files":');
    writeJsonList(sink, createFileModels(files, ids, options.isParity));
  }
  sink.write(`,\n"source":${formatJson(source)}`);
  sink.write(`,\n"distro":${formatJson(createDistroModel(inventory.distro))}`);
  sink.write(`,\n"descriptor":${formatJson(createDescriptorModel(report))}`);
  sink.write(`,\n"schema":${formatJson(SCHEMA)}}\n`);
}

function createDistroModel(distro: Distro | undefined): object {
  if (distro === undefined) {
    return {};
  }
  return {
    prettyName: omitEmptyText(distro.prettyName),
    name: omitEmptyText(distro.name),
    id: omitEmptyText(distro.id),
    idLike: distro.idLike.length === 0 ? undefined : distro.idLike,
    version: omitEmptyText(distro.version),
    versionID: omitEmptyText(distro.versionId),
    versionCodename: omitEmptyText(distro.versionCodename),
    buildID: omitEmptyText(distro.buildId),
    imageID: omitEmptyText(distro.imageId),
    imageVersion: omitEmptyText(distro.imageVersion),
    variant: omitEmptyText(distro.variant),
    variantID: omitEmptyText(distro.variantId),
    homeURL: omitEmptyText(distro.homeUrl),
    supportURL: omitEmptyText(distro.supportUrl),
    bugReportURL: omitEmptyText(distro.bugReportUrl),
    privacyPolicyURL: omitEmptyText(distro.privacyPolicyUrl),
    cpeName: omitEmptyText(distro.cpeName),
    supportEnd: omitEmptyText(distro.supportEnd),
    extendedSupport: distro.extendedSupport === true ? true : undefined,
  };
}

/** Syft omits empty strings of the release. */

function createDescriptorModel(report: Report): object {
  const { inventory, tool, configuration } = report;
  const own = {
    catalogers: { used: listAliases(inventory) },
    search: { scope: inventory.scope },
    ...toProblemMembers(inventory),
  };
  return {
    name: tool.name,
    version: tool.version,
    configuration: sortMembers({ ...configuration, ...own }),
  };
}

/** Problems without a file have no member in the schema, but must not be dropped silently. */
function toProblemMembers(inventory: Inventory): object {
  const ofNoFile = inventory.problems.filter((problem) => problem.path === undefined);
  if (ofNoFile.length === 0 && inventory.problemsNotListed === 0) {
    return {};
  }
  return { problems: { listed: ofNoFile, notListed: inventory.problemsNotListed } };
}
