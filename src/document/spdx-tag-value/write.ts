import type { Format, FormatOptions, Report } from '../../foundation/core/format.ts';
import { escapeText } from '../../foundation/core/screen-text.ts';
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
  type SpdxVersion,
  USUAL_SPDX_VERSION,
} from '../spdx/spdx-model.ts';
import { REFERENCE_TYPES, RELATIONSHIPS, SPDX_HASHES } from '../spdx/vocabulary.data.ts';

/** The inventory as an SPDX document of lines. ISO/IEC 5962. */
export const spdxTagValue: Format = {
  id: 'spdx-tag-value',
  aliases: ['spdx', 'spdx-tv'],
  title: 'SPDX tag-value 2.2 and 2.3',
  spec: 'https://spdx.github.io/spdx-spec/v2.3/',
  carries: ['inventory'],
  isForTerminal: false,
  omittedFacts: ['fileFacts'],
  versions: { all: SPDX_VERSIONS, usual: USUAL_SPDX_VERSION },
  write: writeSpdxTagValue,
};

function writeSpdxTagValue(report: Report, sink: Sink, options: FormatOptions): void {
  const version = chooseSpdxVersion(options.version);
  const model = createSpdxModel(report);
  const uuid = computeUuid((hash) => writeBody(model, version, hash));
  sink.write(`SPDXVersion: SPDX-${version}\nDataLicense: CC0-1.0\nSPDXID: ${DOCUMENT_ID}\n`);
  sink.write(formatLine('DocumentName', model.name));
  sink.write(formatLine('DocumentNamespace', `${model.namespace}-${uuid}`));
  writeBody(model, version, sink);
}

function writeBody(model: SpdxModel, version: SpdxVersion, sink: Sink): void {
  if (model.comment !== undefined) {
    sink.write(formatBlock('DocumentComment', model.comment));
  }
  if (model.author !== undefined) {
    sink.write(formatLine('Creator', formatParty(model.author)));
  }
  sink.write(formatLine('Creator', model.creator));
  sink.write(formatLine('Created', model.created));
  if (model.isAnalyzed) {
    sink.write(formatBlock('CreatorComment', SBOM_TYPE));
  }
  for (const pkg of model.packages()) {
    sink.write(formatPackage(pkg, model, version));
  }
  for (const { id, name, text } of model.licenses) {
    sink.write(
      `\n${formatLine('LicenseID', id)}${formatBlock('ExtractedText', text)}${formatLine('LicenseName', name)}`,
    );
  }
  sink.write('\n');
  for (const { from, kind, to, comment } of model.relationships()) {
    sink.write(formatLine('Relationship', `${from} ${RELATIONSHIPS.write(kind)} ${to}`));
    sink.write(comment === undefined ? '' : formatBlock('RelationshipComment', comment));
  }
}

function formatPackage(pkg: SpdxPackage, model: SpdxModel, version: SpdxVersion): string {
  const is23 = version === '2.3';
  return [
    '\n',
    formatLine('PackageName', pkg.name),
    formatLine('SPDXID', pkg.id),
    pkg.version === '' ? '' : formatLine('PackageVersion', pkg.version),
    formatLine('PackageSupplier', formatParty(pkg.supplier)),
    pkg.originator === undefined
      ? ''
      : formatLine('PackageOriginator', formatParty(pkg.originator)),
    formatLine('PackageDownloadLocation', NO_ASSERTION),
    is23 ? formatLine('PrimaryPackagePurpose', pkg.purpose.toUpperCase()) : '',
    formatLine('FilesAnalyzed', 'false'),
    ...translateHashes(pkg.checksums, SPDX_HASHES[version]).map(({ algorithm, digits }) =>
      formatLine('PackageChecksum', `${algorithm}: ${digits}`),
    ),
    pkg.homepage === undefined ? '' : formatLine('PackageHomePage', pkg.homepage),
    pkg.sourceInfo === '' ? '' : formatBlock('PackageSourceInfo', pkg.sourceInfo),
    formatLine('PackageLicenseConcluded', pkg.licenseConcluded),
    formatLine('PackageLicenseDeclared', pkg.licenseDeclared),
    formatLine('PackageCopyrightText', NO_ASSERTION),
    pkg.description === '' ? '' : formatBlock('PackageDescription', pkg.description),
    ...pkg.cpes.map((cpe) =>
      formatLine('ExternalRef', `SECURITY ${REFERENCE_TYPES.write('cpe')} ${cpe}`),
    ),
    pkg.purl === ''
      ? ''
      : formatLine('ExternalRef', `PACKAGE-MANAGER ${REFERENCE_TYPES.write('purl')} ${pkg.purl}`),
    formatLine('Annotator', model.creator),
    formatLine('AnnotationDate', model.created),
    formatLine('AnnotationType', 'OTHER'),
    formatLine('SPDXREF', pkg.id),
    // The slash may be escaped in the JSON of the annotation without changing its meaning.
    formatBlock('AnnotationComment', formatAnnotation(pkg.properties).replaceAll('</', '<\\/')),
  ].join('');
}

/** Text from an image must neither end its line nor start another one. */
function formatLine(tag: string, text: string): string {
  return `${tag}: ${escapeText(text)}\n`;
}

/** Text of any number of lines, which ends at the first end tag. SPDX 2.3, 4.3. */
function formatBlock(tag: string, text: string): string {
  const lines = text.split('\n').map(escapeText).join('\n');
  return `${tag}: <text>${lines.replaceAll('</text>', '&lt;/text>')}</text>\n`;
}
