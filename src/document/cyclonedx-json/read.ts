import type {
  DocumentContent,
  DocumentReader,
  ReadDocumentOptions,
} from '../../foundation/core/document.ts';
import { UserError } from '../../foundation/core/error.ts';
import { parseBoundedJson } from '../../foundation/syntax/json/bounded-json.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import { readJsonHead } from '../../foundation/syntax/json/json-head.ts';
import { getText } from '../../foundation/syntax/json/member.ts';
import { CYCLONEDX_FORMAT, readCyclonedx } from '../cyclonedx/read-cyclonedx.ts';

const SUBJECT = 'the CycloneDX document';

/** CycloneDX in JSON of any version since 1.2. */
export const cyclonedxJson: DocumentReader = {
  id: 'cyclonedx-json',
  title: 'CycloneDX JSON',
  spec: 'https://cyclonedx.org/specification/overview/',
  recognize,
  read,
};

/** The member `bomFormat` is required but may be anywhere. */
function recognize(head: Uint8Array): number {
  const { names = [], texts } = readJsonHead(head) ?? {};
  if (texts?.get('bomFormat') === CYCLONEDX_FORMAT) {
    return 1;
  }
  return names.includes('specVersion') && names.includes('components') ? 0.8 : 0;
}

function read(content: Uint8Array, options: ReadDocumentOptions): DocumentContent {
  const document = parseBoundedJson(content, { ...options, subject: SUBJECT });
  if (!isRecord(document) || getText(document, 'bomFormat') !== CYCLONEDX_FORMAT) {
    throw new UserError('E_DOCUMENT_INVALID', `${SUBJECT} does not identify itself as CycloneDX`);
  }
  return readCyclonedx(document, cyclonedxJson.id, options);
}
