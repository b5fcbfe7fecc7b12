import { filled, given } from '../../core/filled.ts';
import type { Format, FormatOptions, Report } from '../../core/format.ts';
import { jsonText, writeJsonList } from '../../core/json-document.ts';
import type { Sink } from '../../core/sink.ts';
import { contentUuid } from '../sbom/sbom-identity.ts';
import {
  annotationText,
  DOCUMENT_ID,
  NO_ASSERTION,
  partyText,
  SPDX_VERSIONS,
  type SpdxModel,
  type SpdxPackage,
  type SpdxRelationship,
  type SpdxVersion,
  spdxModel,
  spdxVersion,
  USUAL_SPDX_VERSION,
} from '../spdx/spdx-model.ts';
import { SPDX_3, writeSpdx3 } from './spdx-3.ts';

/** The inventory as an SPDX document in JSON. ISO/IEC 5962. */
export const spdxJson: Format = {
  id: 'spdx-json',
  aliases: [],
  title: 'SPDX JSON 2.2, 2.3 and 3.0',
  spec: 'https://spdx.github.io/spdx-spec/v2.3/',
  carries: ['inventory', 'findings'],
  isForTerminal: false,
  leavesOut: ['fileFacts'],
  versions: { all: [...SPDX_VERSIONS, SPDX_3], usual: USUAL_SPDX_VERSION, withFindings: [SPDX_3] },
  write: writeSpdxJson,
};

function writeSpdxJson(report: Report, sink: Sink, options: FormatOptions): void {
  const model = spdxModel(report);
  if (options.version === SPDX_3) {
    writeSpdx3(report, model, sink);
    return;
  }
  const version = spdxVersion(options.version);
  const uuid = contentUuid((hash) => writeBody(model, version, hash));
  sink.write(`{"spdxVersion":"SPDX-${version}"`);
  sink.write(`,\n"dataLicense":"CC0-1.0"`);
  sink.write(`,\n"SPDXID":"${DOCUMENT_ID}"`);
  sink.write(`,\n"documentNamespace":${jsonText(`${model.namespace}-${uuid}`)}`);
  writeBody(model, version, sink);
  sink.write('}\n');
}

function writeBody(model: SpdxModel, version: SpdxVersion, sink: Sink): void {
  const { author, creator, created } = model;
  const creators = author === undefined ? [creator] : [partyText(author), creator];
  sink.write(`,\n"name":${jsonText(model.name)}`);
  sink.write(`,\n"creationInfo":${jsonText({ creators, created })}`);
  if (model.comment !== undefined) {
    sink.write(`,\n"comment":${jsonText(model.comment)}`);
  }
  sink.write(',\n"packages":');
  writeJsonList(sink, packageList(model, version));
  if (model.licenses.length > 0) {
    const licenses = model.licenses.map(({ id, name, text }) => ({
      licenseId: id,
      extractedText: text,
      name,
    }));
    sink.write(',\n"hasExtractedLicensingInfos":');
    writeJsonList(sink, licenses);
  }
  sink.write(',\n"relationships":');
  writeJsonList(sink, relationshipList(model));
}

function* packageList(model: SpdxModel, version: SpdxVersion): Iterable<object> {
  for (const pkg of model.packages()) {
    yield packageMembers(pkg, model, version);
  }
}

function* relationshipList(model: SpdxModel): Iterable<object> {
  for (const edge of model.relationships()) {
    yield relationshipMembers(edge);
  }
}

function packageMembers(pkg: SpdxPackage, model: SpdxModel, version: SpdxVersion): object {
  const is23 = version === '2.3';
  return {
    name: pkg.name,
    SPDXID: pkg.id,
    versionInfo: given(pkg.version),
    supplier: partyText(pkg.supplier),
    originator: pkg.originator && partyText(pkg.originator),
    downloadLocation: NO_ASSERTION,
    filesAnalyzed: false,
    homepage: pkg.homepage,
    sourceInfo: given(pkg.sourceInfo),
    licenseConcluded: pkg.licenseConcluded,
    licenseDeclared: pkg.licenseDeclared,
    copyrightText: NO_ASSERTION,
    description: given(pkg.description),
    checksums: filled(
      pkg.checksums.map(({ algorithm, digits }) => ({
        algorithm: algorithm.replace('-', ''),
        checksumValue: digits,
      })),
    ),
    externalRefs: filled(externalReferences(pkg, version)),
    primaryPackagePurpose: is23 ? pkg.purpose.replace(' ', '_') : undefined,
    annotations: [
      {
        annotationDate: model.created,
        annotationType: 'OTHER',
        annotator: model.creator,
        comment: annotationText(pkg.properties),
      },
    ],
  };
}

/** The schema of version 2.2 has an underscore in the name of the category. */
function externalReferences({ cpes, purl }: SpdxPackage, version: SpdxVersion): object[] {
  const references = cpes.map((cpe) => ({
    referenceCategory: 'SECURITY',
    referenceType: 'cpe23Type',
    referenceLocator: cpe,
  }));
  const referenceCategory = version === '2.2' ? 'PACKAGE_MANAGER' : 'PACKAGE-MANAGER';
  return purl === ''
    ? references
    : [...references, { referenceCategory, referenceType: 'purl', referenceLocator: purl }];
}

function relationshipMembers({ from, kind, to, comment }: SpdxRelationship): object {
  return { spdxElementId: from, relatedSpdxElement: to, relationshipType: kind, comment };
}
