import type {
  DocumentContent,
  DocumentReader,
  ReadDocumentOptions,
} from '../../foundation/core/document.ts';
import { checkSize } from '../../foundation/syntax/json/bounded-json.ts';
import { decodeXml } from '../../foundation/syntax/xml/decode-xml.ts';
import { readCyclonedx } from '../cyclonedx/read-cyclonedx.ts';
import { BOM } from './bom-shape.ts';
import { readXmlRecord } from './xml-record.ts';

const SUBJECT = 'the CycloneDX document';

/** A root element `bom` of the namespace of any version. */
const ROOT = /<(?:[\w.-]{1,64}:)?bom\s[^<>]{0,4096}cyclonedx\.org\/schema\/bom/;

/** CycloneDX in XML, of any version. */
export const cyclonedxXml: DocumentReader = {
  id: 'cyclonedx-xml',
  title: 'CycloneDX XML',
  spec: 'https://cyclonedx.org/specification/overview/',
  recognize,
  read,
};

function recognize(head: Uint8Array): number {
  const text = decodeXml(head);
  return text.trimStart().startsWith('<') && ROOT.test(text) ? 1 : 0;
}

function read(content: Uint8Array, options: ReadDocumentOptions): DocumentContent {
  const bounds = { subject: SUBJECT, limits: options.limits };
  checkSize(content, bounds);
  const document = readXmlRecord(decodeXml(content), { ...bounds, root: 'bom', shape: BOM });
  return readCyclonedx(document, cyclonedxXml.id, options);
}
