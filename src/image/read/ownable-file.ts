import { createHash } from 'node:crypto';
import type { Bytes } from '../../foundation/core/bytes.ts';
import type { ExtractedFact } from '../../foundation/core/cataloger.ts';
import type { FileTable } from '../../foundation/core/file-table.ts';
import type { MatchedWant } from './dispatch.ts';
import type { CollectedFile } from './fact-collector.ts';

/** System packages install no evidence of other packages elsewhere. */
const SYSTEM_PATH = /\/(?:boot|lib\/modules|usr\/(?!local\/|src\/)[^/]+|var\/lib)\//;
const PIECE_BYTES = 1024 * 1024;

interface ExtractedFile {
  readonly content: Bytes;
  readonly wants: readonly MatchedWant[];
  /** The facts about the file. */
  readonly facts: readonly ExtractedFact[];
}

/**
 * Adds the MD5 of a file to its row if it is evidence of a package that a system package may have
 * installed: some package records have no other digest. Most files that an extractor requests are
 * not evidence of anything, so their MD5 is not computed.
 */
export function addMd5IfOwnable(
  files: FileTable,
  { row, entry }: CollectedFile,
  { content, wants, facts }: ExtractedFile,
): void {
  const others = files.getOtherDigests(row);
  const isOwnable =
    others?.md5 === undefined &&
    facts.length > 0 &&
    content.sizeBytes === entry.sizeBytes &&
    SYSTEM_PATH.test(entry.path) &&
    wants.some(
      ({ extractor }) =>
        extractor.isOwnable === true && facts.some((fact) => fact.extractor === extractor.id),
    );
  if (isOwnable) {
    files.setOtherDigests(row, { ...others, md5: digestMd5(content) });
  }
}

function digestMd5(content: Bytes): string {
  const hash = createHash('md5');
  for (let at = 0; at < content.sizeBytes; at += PIECE_BYTES) {
    hash.update(content.read(at, PIECE_BYTES));
  }
  return hash.digest('hex');
}
