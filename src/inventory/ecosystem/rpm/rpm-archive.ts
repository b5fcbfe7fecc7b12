import { RpmHeader, SIGNATURE_TAG } from '../../../foundation/bytes/rpm/header.ts';
import type { Budget } from '../../../foundation/core/budget.ts';
import { type Bytes, toDataView } from '../../../foundation/core/bytes.ts';

import { type RpmRecord, readRpmRecord, readRpmSignature } from './rpm-record.ts';

const LEAD_BYTES = 96;
const LEAD_MAGIC = 0xedabeedb;
const HEADER_MAGIC = 0x8eade801;
/** Magic and four reserved bytes before the two numbers that {@link RpmHeader} begins with. */
const INTRODUCTION_BYTES = 8;
const SIGNATURE_ALIGNMENT = 8;

/**
 * Reads the package in an rpm archive from its first bytes; `undefined` if they are not such an
 * archive, or end before its header does. rpm, docs/manual/format_v4.md.
 */
export function readRpmArchive(content: Bytes, budget: Budget): RpmRecord | undefined {
  const lead = content.read(0, LEAD_BYTES);
  if (lead.length < LEAD_BYTES || toDataView(lead).getUint32(0) !== LEAD_MAGIC) {
    return undefined;
  }
  const signature = readHeader(content, LEAD_BYTES, budget);
  if (signature === undefined) {
    return undefined;
  }
  const start = Math.ceil(signature.end / SIGNATURE_ALIGNMENT) * SIGNATURE_ALIGNMENT;
  const header = readHeader(content, start, budget)?.header;
  const record = header && readRpmRecord(header, budget);
  return (
    record && {
      ...record,
      signatures: [SIGNATURE_TAG.rsa, SIGNATURE_TAG.pgp]
        .flatMap((tag) => readRpmSignature(signature.header, tag))
        .filter(
          (one, index, all) =>
            index === all.findIndex((other) => JSON.stringify(other) === JSON.stringify(one)),
        ),
    }
  );
}

function readHeader(
  content: Bytes,
  offset: number,
  budget: Budget,
): { readonly header: RpmHeader; readonly end: number } | undefined {
  const introduction = content.read(offset, INTRODUCTION_BYTES + 8);
  if (introduction.length < INTRODUCTION_BYTES + 8) {
    return undefined;
  }
  const view = toDataView(introduction);
  if (view.getUint32(0) !== HEADER_MAGIC) {
    return undefined;
  }
  const entries = view.getUint32(INTRODUCTION_BYTES);
  const length = 8 + entries * 16 + view.getUint32(INTRODUCTION_BYTES + 4);
  const start = offset + INTRODUCTION_BYTES;
  if (start + length > content.sizeBytes) {
    return undefined;
  }
  const header = RpmHeader.parse(content.read(start, length), budget);
  return header && { header, end: start + length };
}
