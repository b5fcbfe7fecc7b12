import { UserError } from '../../foundation/core/error.ts';
import { type BoundedJsonOptions } from '../../foundation/syntax/json/bounded-json.ts';
import type { JsonRecord } from '../../foundation/syntax/json/member.ts';

type MutableRecord = Record<string, unknown>;

/**
 * Reads the document as a record with the members of the JSON notation; `undefined` if no line
 * states its version. Throws `E_LIMIT` if it has more values than `documentValuesMax`.
 */
export function recordOfTags(text: string, options: BoundedJsonOptions): JsonRecord | undefined {
  const builder = new RecordBuilder();
  let values = 0;
  for (const [tag, value] of readTags(text)) {
    if (++values > options.limits.documentValuesMax) {
      throw new UserError(
        'E_LIMIT',
        `${options.subject} has more than the ${options.limits.documentValuesMax} values of ` +
          'documentValuesMax.',
      );
    }
    builder.addTag(tag, value);
  }
  return builder.finishRecord();
}

const TEXT_START = '<text>';
const TEXT_END = '</text>';

/**
 * Yields pairs of tag and value. A value of several lines is between `<text>` and `</text>`;
 * without an end tag it is the rest. Other lines are ignored. SPDX 2.3, 4.3.
 */
function* readTags(text: string): Generator<readonly [tag: string, value: string]> {
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf('\n', at);
    let end = found < 0 ? text.length : found;
    const line = text.slice(at, end);
    const colon = line.startsWith('#') ? -1 : line.indexOf(':');
    if (colon > 0) {
      const tag = line.slice(0, colon).trim();
      const start = at + colon + 1;
      const value = line.slice(colon + 1).trim();
      if (value.startsWith(TEXT_START)) {
        const from = text.indexOf(TEXT_START, start) + TEXT_START.length;
        const close = text.indexOf(TEXT_END, from);
        const to = close < 0 ? text.length : close;
        yield [tag, text.slice(from, to)];
        const next = text.indexOf('\n', to);
        end = next < 0 ? text.length : next;
      } else {
        yield [tag, value];
      }
    }
    at = end + 1;
  }
}

/** Members of a package with string values. */
const PACKAGE_TEXTS: ReadonlyMap<string, string> = new Map([
  ['PackageVersion', 'versionInfo'],
  ['PrimaryPackagePurpose', 'primaryPackagePurpose'],
  ['PackageSourceInfo', 'sourceInfo'],
  ['PackageComment', 'comment'],
  ['PackageLicenseDeclared', 'licenseDeclared'],
  ['PackageLicenseConcluded', 'licenseConcluded'],
  ['PackageSupplier', 'supplier'],
  ['PackageOriginator', 'originator'],
  ['PackageHomePage', 'homepage'],
  ['PackageSummary', 'summary'],
  ['PackageDescription', 'description'],
]);

const DOCUMENT_TEXTS: ReadonlyMap<string, string> = new Map([
  ['SPDXVersion', 'spdxVersion'],
  ['DocumentName', 'name'],
]);

const REFERENCE = /^(\S{1,100})\s+(\S{1,1000})\s+(\S.*)$/;
const RELATIONSHIP = /^(\S{1,10000})\s+(\S{1,100})\s+(\S{1,10000})$/;

class RecordBuilder {
  readonly #document: MutableRecord = {};
  readonly #packages: MutableRecord[] = [];
  readonly #files: MutableRecord[] = [];
  readonly #licenses: MutableRecord[] = [];
  readonly #relationships: MutableRecord[] = [];
  readonly #creation: MutableRecord = {};
  readonly #annotations = new Map<string, JsonRecord[]>();
  /** The package, file or license of the current lines. */
  #element: MutableRecord = this.#document;
  /** The current package, for the files that follow it. */
  #package: MutableRecord | undefined;
  #annotated = '';

  finishRecord(): JsonRecord | undefined {
    if (this.#document['spdxVersion'] === undefined) {
      return undefined;
    }
    for (const pkg of this.#packages) {
      pkg['annotations'] = this.#annotations.get(String(pkg['SPDXID'])) ?? [];
    }
    return {
      ...this.#document,
      creationInfo: this.#creation,
      packages: this.#packages,
      files: this.#files,
      hasExtractedLicensingInfos: this.#licenses,
      relationships: this.#relationships,
    };
  }

  addTag(tag: string, value: string): void {
    switch (tag) {
      case 'PackageName':
        this.#package = this.#begin(this.#packages, { name: value });
        return;
      case 'FileName':
        this.#begin(this.#files, { fileName: value });
        return;
      case 'LicenseID':
        this.#begin(this.#licenses, { licenseId: value });
        return;
      case 'SPDXID':
        this.#setId(value);
        return;
      case 'Relationship':
        this.#addRelationship(value);
        return;
      default:
        this.#addMember(tag, value);
    }
  }

  #begin(list: MutableRecord[], element: MutableRecord): MutableRecord {
    this.#element = element;
    list.push(element);
    return element;
  }

  /** A file belongs to the package that precedes it. SPDX 2.3, 8. */
  #setId(id: string): void {
    this.#element['SPDXID'] ??= id;
    const pkg = this.#package;
    if (pkg !== undefined && this.#element['fileName'] !== undefined) {
      const files = pkg['hasFiles'];
      if (Array.isArray(files)) {
        files.push(id);
      } else {
        pkg['hasFiles'] = [id];
      }
    }
  }

  #addRelationship(value: string): void {
    const [, from, type, to] = RELATIONSHIP.exec(value) ?? [];
    this.#relationships.push({
      spdxElementId: from ?? '',
      relationshipType: type,
      relatedSpdxElement: to ?? '',
    });
  }

  #addMember(tag: string, value: string): void {
    const element = this.#element;
    const packageText = PACKAGE_TEXTS.get(tag);
    const documentText = DOCUMENT_TEXTS.get(tag);
    if (packageText !== undefined) {
      element[packageText] ??= value;
    } else if (documentText !== undefined) {
      this.#document[documentText] ??= value;
    } else if (tag === 'ExternalRef') {
      addMember(element, 'externalRefs', toReference(value));
    } else if (tag === 'PackageChecksum') {
      addMember(element, 'checksums', readChecksum(value));
    } else if (tag === 'Creator') {
      addMember(this.#creation, 'creators', value);
    } else if (tag === 'Created') {
      this.#creation['created'] ??= value;
    } else if (tag === 'CreatorComment') {
      this.#creation['comment'] ??= value;
    } else if (tag === 'PackageAttributionText') {
      addMember(element, 'attributionTexts', value);
    } else if (tag === 'FileComment') {
      element['comment'] ??= value;
    } else if (tag === 'LicenseName') {
      element['name'] ??= value;
    } else if (tag === 'ExtractedText') {
      element['extractedText'] ??= value;
    } else if (tag === 'RelationshipComment') {
      const last = this.#relationships.at(-1);
      if (last !== undefined) {
        last['comment'] ??= value;
      }
    } else if (tag === 'SPDXREF') {
      this.#annotated = value;
    } else if (tag === 'AnnotationComment') {
      const known = this.#annotations.get(this.#annotated) ?? [];
      known.push({ comment: value });
      this.#annotations.set(this.#annotated, known);
    }
  }
}

function addMember(record: MutableRecord, name: string, value: unknown): void {
  const known = record[name];
  if (Array.isArray(known)) {
    known.push(value);
  } else {
    record[name] = [value];
  }
}

/** SPDX 2.3, 7.10: `SHA1: DIGITS`. */
function readChecksum(value: string): JsonRecord {
  const colon = value.indexOf(':');
  const algorithm = value.slice(0, Math.max(colon, 0)).trim();
  return { algorithm, checksumValue: value.slice(colon + 1).trim() };
}

function toReference(value: string): JsonRecord {
  const [, , referenceType, referenceLocator] = REFERENCE.exec(value) ?? [];
  return { referenceType: referenceType ?? '', referenceLocator: referenceLocator ?? '' };
}
