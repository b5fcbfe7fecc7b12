import type {
  DocumentContent,
  DocumentReader,
  ReadDocumentOptions,
} from '../../foundation/core/document.ts';
import { UserError } from '../../foundation/core/error.ts';
import { checkSize, decodeDocument } from '../../foundation/syntax/json/bounded-json.ts';
import { splitLines } from '../../foundation/syntax/text/lines.ts';
import { OwnProperties } from '../sbom/own-properties.ts';
import { readSpdx } from '../spdx/read-spdx.ts';
import { readSpdx2 } from '../spdx/spdx-2.ts';
import { recordOfTags } from './tag-record.ts';

const SUBJECT = 'the SPDX document';

/** SPDX 2 as lines of tag and value. */
export const spdxTagValue: DocumentReader = {
  id: 'spdx-tag-value',
  title: 'SPDX 2 tag-value',
  spec: 'https://spdx.github.io/spdx-spec/v2.3/',
  recognize,
  read,
};

const VERSION = /^SPDXVersion:\s{0,64}SPDX-2\./;
const COMMENT = '#';

/** By the first line that is not blank or a comment. SPDX 2.3, 4.3 and 6.1. */
function recognize(head: Uint8Array): number {
  for (const { text } of splitLines(decodeDocument(head))) {
    const line = text.trim();
    if (line !== '' && !line.startsWith(COMMENT)) {
      return VERSION.test(line) ? 1 : 0;
    }
  }
  return 0;
}

function read(content: Uint8Array, options: ReadDocumentOptions): DocumentContent {
  const bounds = { subject: SUBJECT, limits: options.limits };
  checkSize(content, bounds);
  const record = recordOfTags(decodeDocument(content), bounds);
  if (record === undefined) {
    throw new UserError('E_DOCUMENT_INVALID', `${SUBJECT} does not identify itself as SPDX`);
  }
  const ownProperties = new OwnProperties(options.limits);
  return readSpdx(readSpdx2(record, ownProperties), {
    ...options,
    reader: spdxTagValue.id,
    ownProperties,
  });
}
