import { omitEmpty, omitEmptyText } from '../../foundation/core/filled.ts';
import type { Format, FormatOptions, Report } from '../../foundation/core/format.ts';
import { formatJson, writeJsonList } from '../../foundation/core/json-document.ts';
import type { Sink } from '../../foundation/core/sink.ts';
import { translateHashes } from '../sbom/hash-algorithm.ts';
import { computeUuid } from '../sbom/sbom-identity.ts';
import {
  chooseSpdxVersion,
  createSpdxModel,
  DOCUMENT_ID,
  formatAnnotation,
  formatParty,
  NO_ASSERTION,
  SBOM_TYPE,
  SPDX_VERSIONS,
  type SpdxModel,
  type SpdxPackage,
  type SpdxRelationship,
  type SpdxVersion,
  USUAL_SPDX_VERSION,
} from '../spdx/spdx-model.ts';
import { REFERENCE_TYPES, RELATIONSHIPS, SPDX_HASHES } from '../spdx/vocabulary.data.ts';
import { SPDX_3, writeSpdx3 } from './spdx-3.ts';

/** The inventory as an SPDX document in JSON. ISO/IEC 5962. */
export const spdxJson: Format = {
  id: 'spdx-json',
  aliases: [],
  title: 'SPDX JSON 2.2, 2.3 and 3.0',
  spec: 'https://spdx.github.io/spdx-spec/v2.3/',
  carries: ['inventory', 'findings'],
  isForTerminal: false,
  omittedFacts: ['fileFacts'],
  versions: { all: [...SPDX_VERSIONS, SPDX_3], usual: USUAL_SPDX_VERSION, withFindings: [SPDX_3] },
  write: writeSpdxJson,
};

function writeSpdxJson(report: Report, sink: Sink, options: FormatOptions): void {
  const model = createSpdxModel(report);
  if (options.version === SPDX_3) {
    writeSpdx3(report, model, sink);
    return;
  }
  const version = chooseSpdxVersion(options.version);
  const uuid = computeUuid((hash) => writeBody(model, version, hash));
  sink.write(`{"spdxVersion":"SPDX-${version}"`);
  sink.write(`,\n"dataLicense":"CC0-1.0"`);
  sink.write(`,\n"SPDXID":"${DOCUMENT_ID}"`);
  sink.write(`,\n"documentNamespace":${formatJson(`${model.namespace}-${uuid}`)}`);
  writeBody(model, version, sink);
  sink.write('}\n');
}

function writeBody(model: SpdxModel, version: SpdxVersion, sink: Sink): void {
  const { author, creator, created, isAnalyzed } = model;
  const creators = author === undefined ? [creator] : [formatParty(author), creator];
  sink.write(`,\n"name":${formatJson(model.name)}`);
  sink.write(
    `,\n"creationInfo":${formatJson({ creators, created, comment: isAnalyzed ? SBOM_TYPE : undefined })}`,
  );
  if (model.comment !== undefined) {
    sink.write(`,\n"comment":${formatJson(model.comment)}`);
  }
  sink.write(',\n"packages":');
  writeJsonList(sink, listPackageMembers(model, version));
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
  writeJsonList(sink, listRelationships(model));
}

function* listPackageMembers(model: SpdxModel, version: SpdxVersion): Iterable<object> {
  for (const pkg of model.packages()) {
    yield toPackageMembers(pkg, model, version);
  }
}

function* listRelationships(model: SpdxModel): Iterable<object> {
  for (const edge of model.relationships()) {
    yield toRelationshipMembers(edge);
  }
}

function toPackageMembers(pkg: SpdxPackage, model: SpdxModel, version: SpdxVersion): object {
  const is23 = version === '2.3';
  return {
    name: pkg.name,
    SPDXID: pkg.id,
    versionInfo: omitEmptyText(pkg.version),
    supplier: formatParty(pkg.supplier),
    originator: pkg.originator && formatParty(pkg.originator),
    downloadLocation: NO_ASSERTION,
    filesAnalyzed: false,
    homepage: pkg.homepage,
    sourceInfo: omitEmptyText(pkg.sourceInfo),
    licenseConcluded: pkg.licenseConcluded,
    licenseDeclared: pkg.licenseDeclared,
    copyrightText: NO_ASSERTION,
    description: omitEmptyText(pkg.description),
    checksums: omitEmpty(
      translateHashes(pkg.checksums, SPDX_HASHES[version]).map(({ algorithm, digits }) => ({
        algorithm,
        checksumValue: digits,
      })),
    ),
    externalRefs: omitEmpty(createExternalReferences(pkg, version)),
    primaryPackagePurpose: is23 ? pkg.purpose.replace('-', '_').toUpperCase() : undefined,
    annotations: [
      {
        annotationDate: model.created,
        annotationType: 'OTHER',
        annotator: model.creator,
        comment: formatAnnotation(pkg.properties),
      },
    ],
  };
}

/** The schema of version 2.2 has an underscore in the name of the category. */
function createExternalReferences({ cpes, purl }: SpdxPackage, version: SpdxVersion): object[] {
  const references = cpes.map((cpe) => ({
    referenceCategory: 'SECURITY',
    referenceType: REFERENCE_TYPES.write('cpe'),
    referenceLocator: cpe,
  }));
  const referenceCategory = version === '2.2' ? 'PACKAGE_MANAGER' : 'PACKAGE-MANAGER';
  const referenceType = REFERENCE_TYPES.write('purl');
  return purl === ''
    ? references
    : [...references, { referenceCategory, referenceType, referenceLocator: purl }];
}

function toRelationshipMembers({ from, kind, to, comment }: SpdxRelationship): object {
  const relationshipType = RELATIONSHIPS.write(kind);
  return { spdxElementId: from, relatedSpdxElement: to, relationshipType, comment };
}
