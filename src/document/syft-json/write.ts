import type { Distro } from '../../core/distro.ts';
import { given } from '../../core/filled.ts';
import type { Format, FormatOptions, Report } from '../../core/format.ts';
import type { Inventory } from '../../core/inventory.ts';
import { jsonText, sortedMembers, writeJsonList } from '../../core/json-document.ts';
import type { Sink } from '../../core/sink.ts';
import { edgeModels } from './edges.ts';
import { FileIds } from './file-id.ts';
import { fileModels, partsOfFiles } from './files.ts';
import { aliasesOf, packageModels } from './packages.ts';
import { sourceModel } from './source.ts';

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
  leavesOut: ['reasons', 'told'],
  write: writeSyftJson,
};

function writeSyftJson(report: Report, sink: Sink, options: FormatOptions): void {
  const { inventory } = report;
  const source = sourceModel(inventory, options.isParity);
  const ids = new FileIds();
  const context = { sourceId: source.id, ids, isParity: options.isParity };
  sink.write('{"artifacts":');
  writeJsonList(sink, packageModels(inventory, options.isParity));
  sink.write(',\n"artifactRelationships":');
  writeJsonList(sink, edgeModels(inventory, context));
  const files = partsOfFiles(inventory, options.isParity);
  // The schema requires that the member is omitted if there is no file.
  if (files.length > 0) {
    sink.write(',\n"files":');
    writeJsonList(sink, fileModels(files, ids, options.isParity));
  }
  sink.write(`,\n"source":${jsonText(source)}`);
  sink.write(`,\n"distro":${jsonText(distroModel(inventory.distro))}`);
  sink.write(`,\n"descriptor":${jsonText(descriptorModel(report))}`);
  sink.write(`,\n"schema":${jsonText(SCHEMA)}}\n`);
}

function distroModel(distro: Distro | undefined): object {
  if (distro === undefined) {
    return {};
  }
  return {
    prettyName: given(distro.prettyName),
    name: given(distro.name),
    id: given(distro.id),
    idLike: distro.idLike.length === 0 ? undefined : distro.idLike,
    version: given(distro.version),
    versionID: given(distro.versionId),
    versionCodename: given(distro.versionCodename),
    buildID: given(distro.buildId),
    imageID: given(distro.imageId),
    imageVersion: given(distro.imageVersion),
    variant: given(distro.variant),
    variantID: given(distro.variantId),
    homeURL: given(distro.homeUrl),
    supportURL: given(distro.supportUrl),
    bugReportURL: given(distro.bugReportUrl),
    privacyPolicyURL: given(distro.privacyPolicyUrl),
    cpeName: given(distro.cpeName),
    supportEnd: given(distro.supportEnd),
    extendedSupport: distro.extendedSupport === true ? true : undefined,
  };
}

/** Syft omits empty strings of the release. */

function descriptorModel(report: Report): object {
  const { inventory, tool, configuration } = report;
  const own = {
    catalogers: { used: aliasesOf(inventory) },
    search: { scope: inventory.scope },
    ...problemMembers(inventory),
  };
  return {
    name: tool.name,
    version: tool.version,
    configuration: sortedMembers({ ...configuration, ...own }),
  };
}

/** Problems without a file have no member in the schema, but must not be dropped silently. */
function problemMembers(inventory: Inventory): object {
  const ofNoFile = inventory.problems.filter((problem) => problem.path === undefined);
  if (ofNoFile.length === 0 && inventory.problemsNotListed === 0) {
    return {};
  }
  return { problems: { listed: ofNoFile, notListed: inventory.problemsNotListed } };
}
