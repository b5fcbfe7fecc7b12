import type {
  DocumentContent,
  DocumentReader,
  ReadDocumentOptions,
} from '../../foundation/core/document.ts';
import { UserError } from '../../foundation/core/error.ts';
import { parseBoundedJson } from '../../foundation/syntax/json/bounded-json.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import { readJsonHead } from '../../foundation/syntax/json/json-head.ts';
import { getRecord, getText, type JsonRecord } from '../../foundation/syntax/json/member.ts';
import { OwnProperties } from '../sbom/own-properties.ts';
import { readSpdx } from '../spdx/read-spdx.ts';
import { readSpdx2 } from '../spdx/spdx-2.ts';

const SUBJECT = 'the SPDX document';
const VERSION_2 = 'SPDX-2.';

/** SPDX 2 in JSON, also as returned by GitHub's service: `{"sbom":{…}}`. */
export const spdxJson: DocumentReader = {
  id: 'spdx-json',
  title: 'SPDX 2 JSON',
  spec: 'https://spdx.github.io/spdx-spec/v2.3/',
  recognize,
  read,
};

/** The member `spdxVersion` is required but may be anywhere. */
function recognize(head: Uint8Array): number {
  const { names = [], texts } = readJsonHead(head) ?? {};
  const version = texts?.get('spdxVersion') ?? texts?.get('sbom.spdxVersion');
  if (version?.startsWith(VERSION_2) === true) {
    return 1;
  }
  return names.includes('SPDXID') && names.includes('documentNamespace') ? 0.8 : 0;
}

function read(content: Uint8Array, options: ReadDocumentOptions): DocumentContent {
  const document = getBody(parseBoundedJson(content, { ...options, subject: SUBJECT }));
  if (document === undefined) {
    throw new UserError('E_DOCUMENT_INVALID', `${SUBJECT} does not identify itself as SPDX`);
  }
  const ownProperties = new OwnProperties(options.limits);
  return readSpdx(readSpdx2(document, ownProperties), {
    ...options,
    reader: spdxJson.id,
    ownProperties,
  });
}

function getBody(document: unknown): JsonRecord | undefined {
  if (!isRecord(document)) {
    return undefined;
  }
  const body = getRecord(document, 'sbom') ?? document;
  return getText(body, 'spdxVersion').startsWith(VERSION_2) ? body : undefined;
}
