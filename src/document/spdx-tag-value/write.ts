import type { Format, FormatOptions, Report } from '../../core/format.ts';
import { escapeText } from '../../core/screen-text.ts';
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
  type SpdxVersion,
  spdxModel,
  spdxVersion,
  USUAL_SPDX_VERSION,
} from '../spdx/spdx-model.ts';

/** The inventory as an SPDX document of lines. ISO/IEC 5962. */
export const spdxTagValue: Format = {
  id: 'spdx-tag-value',
  aliases: ['spdx', 'spdx-tv'],
  title: 'SPDX tag-value 2.2 and 2.3',
  spec: 'https://spdx.github.io/spdx-spec/v2.3/',
  carries: ['inventory'],
  isForTerminal: false,
  leavesOut: ['fileFacts'],
  versions: { all: SPDX_VERSIONS, usual: USUAL_SPDX_VERSION },
  write: writeSpdxTagValue,
};

function writeSpdxTagValue(report: Report, sink: Sink, options: FormatOptions): void {
  const version = spdxVersion(options.version);
  const model = spdxModel(report);
  const uuid = contentUuid((hash) => writeBody(model, version, hash));
  sink.write(`SPDXVersion: SPDX-${version}\nDataLicense: CC0-1.0\nSPDXID: ${DOCUMENT_ID}\n`);
  sink.write(line('DocumentName', model.name));
  sink.write(line('DocumentNamespace', `${model.namespace}-${uuid}`));
  writeBody(model, version, sink);
}

function writeBody(model: SpdxModel, version: SpdxVersion, sink: Sink): void {
  if (model.comment !== undefined) {
    sink.write(block('DocumentComment', model.comment));
  }
  if (model.author !== undefined) {
    sink.write(line('Creator', partyText(model.author)));
  }
  sink.write(line('Creator', model.creator));
  sink.write(line('Created', model.created));
  for (const pkg of model.packages()) {
    sink.write(packageText(pkg, model, version));
  }
  for (const { id, name, text } of model.licenses) {
    sink.write(
      `\n${line('LicenseID', id)}${block('ExtractedText', text)}${line('LicenseName', name)}`,
    );
  }
  sink.write('\n');
  for (const { from, kind, to, comment } of model.relationships()) {
    sink.write(line('Relationship', `${from} ${kind} ${to}`));
    sink.write(comment === undefined ? '' : block('RelationshipComment', comment));
  }
}

function packageText(pkg: SpdxPackage, model: SpdxModel, version: SpdxVersion): string {
  const is23 = version === '2.3';
  return [
    '\n',
    line('PackageName', pkg.name),
    line('SPDXID', pkg.id),
    pkg.version === '' ? '' : line('PackageVersion', pkg.version),
    line('PackageSupplier', partyText(pkg.supplier)),
    pkg.originator === undefined ? '' : line('PackageOriginator', partyText(pkg.originator)),
    line('PackageDownloadLocation', NO_ASSERTION),
    is23 ? line('PrimaryPackagePurpose', pkg.purpose.replace(' ', '-')) : '',
    line('FilesAnalyzed', 'false'),
    ...pkg.checksums.map(({ algorithm, digits }) =>
      line('PackageChecksum', `${algorithm.replace('-', '')}: ${digits}`),
    ),
    pkg.homepage === undefined ? '' : line('PackageHomePage', pkg.homepage),
    pkg.sourceInfo === '' ? '' : block('PackageSourceInfo', pkg.sourceInfo),
    line('PackageLicenseConcluded', pkg.licenseConcluded),
    line('PackageLicenseDeclared', pkg.licenseDeclared),
    line('PackageCopyrightText', NO_ASSERTION),
    pkg.description === '' ? '' : block('PackageDescription', pkg.description),
    ...pkg.cpes.map((cpe) => line('ExternalRef', `SECURITY cpe23Type ${cpe}`)),
    pkg.purl === '' ? '' : line('ExternalRef', `PACKAGE-MANAGER purl ${pkg.purl}`),
    line('Annotator', model.creator),
    line('AnnotationDate', model.created),
    line('AnnotationType', 'OTHER'),
    line('SPDXREF', pkg.id),
    // The slash may be escaped in the JSON of the annotation without changing its meaning.
    block('AnnotationComment', annotationText(pkg.properties).replaceAll('</', '<\\/')),
  ].join('');
}

/** Text from an image must neither end its line nor start another one. */
function line(tag: string, text: string): string {
  return `${tag}: ${escapeText(text)}\n`;
}

/** Text of any number of lines, which ends at the first end tag. SPDX 2.3, 4.3. */
function block(tag: string, text: string): string {
  const lines = text.split('\n').map(escapeText).join('\n');
  return `${tag}: <text>${lines.replaceAll('</text>', '&lt;/text>')}</text>\n`;
}
