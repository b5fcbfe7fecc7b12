import type {
  DocumentContent,
  DocumentReader,
  ReadDocumentOptions,
} from '../../foundation/core/document.ts';
import { UserError } from '../../foundation/core/error.ts';
import { parseBoundedJson } from '../../foundation/syntax/json/bounded-json.ts';
import { isRecord, ownMember } from '../../foundation/syntax/json/guard.ts';
import { readJsonHead } from '../../foundation/syntax/json/json-head.ts';
import { OwnProperties } from '../sbom/own-properties.ts';
import { readSpdx } from '../spdx/read-spdx.ts';
import { readSpdx3 } from './spdx-3.ts';

const SUBJECT = 'the SPDX document';
const CONTEXT = 'spdx.org/rdf/3.';

/** SPDX 3 in JSON-LD, in the form of its JSON schema. */
export const spdxJsonLd: DocumentReader = {
  id: 'spdx-json-ld',
  title: 'SPDX 3 JSON-LD',
  spec: 'https://spdx.github.io/spdx-spec/v3.0.1/',
  recognize,
  read,
};

function recognize(head: Uint8Array): number {
  const { names = [], texts } = readJsonHead(head) ?? {};
  if (texts?.get('@context')?.includes(CONTEXT) === true) {
    return 1;
  }
  const isGraph = names.includes('@context') && names.includes('@graph');
  return isGraph && Buffer.from(head).includes(CONTEXT) ? 0.8 : 0;
}

function read(content: Uint8Array, options: ReadDocumentOptions): DocumentContent {
  const document = parseBoundedJson(content, { ...options, subject: SUBJECT });
  const graph = isRecord(document) ? ownMember(document, '@graph') : undefined;
  if (!Array.isArray(graph)) {
    throw new UserError('E_DOCUMENT_INVALID', `${SUBJECT} has no graph`);
  }
  return readSpdx(readSpdx3(graph), {
    ...options,
    reader: spdxJsonLd.id,
    ownProperties: new OwnProperties(options.limits),
  });
}
