import type { VexDocument } from '../../foundation/core/decision.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { ReadVexOptions } from '../../foundation/core/vex-reader.ts';
import {
  type AttestedDocument,
  type SignatureTrust,
  unwrapAttestation,
} from '../../foundation/syntax/envelope/unwrap.ts';
import { vexReaders } from '../vex-readers.generated.ts';

/**
 * Returns the VEX documents in a file: the file itself, or the documents inside an attestation.
 * Signatures are not verified, because the user who names a document vouches for it.
 *
 * @throws UserError `E_DOCUMENT_UNKNOWN` if no reader recognizes it, and the errors of the reader
 */
export function readVex(content: Uint8Array, options: ReadVexOptions): readonly VexDocument[] {
  const found = recognizeDocuments(content, options, 0).map(({ document }) => document);
  if (found.length === 0) {
    const titles = vexReaders.map(({ title }) => title).join('; ');
    throw new UserError('E_DOCUMENT_UNKNOWN', `"${options.origin}" is not a VEX document`, {
      hint: `use one of these formats: ${titles}`,
    });
  }
  return found;
}

const DOUBTFUL = 0.5;

/** Only documents signed by a trusted key or identity count; without any, none are verified. */
export interface ReadFoundVexOptions extends ReadVexOptions, SignatureTrust {
  /** SHA-256 digests; a signed statement must name one of them as its subject. */
  readonly attachedTo?: readonly string[];
}

/**
 * Returns the VEX documents in a file that the user did not name. A document that is only possibly
 * VEX is ignored, because an SBOM may have the same format. If there are keys, a document that none
 * of them signed has a problem instead of statements.
 *
 * @throws UserError the errors of the reader
 */
export function readFoundVex(
  content: Uint8Array,
  options: ReadFoundVexOptions,
): readonly VexDocument[] {
  return recognizeDocuments(content, options, DOUBTFUL).map(({ document, wrapper }) => {
    const isVerified = options.keys !== undefined || options.verifyBundle !== undefined;
    const distrust = isVerified ? findDistrust(wrapper, options.attachedTo) : undefined;
    const { identity } = wrapper;
    const signature =
      identity === undefined ? SIGNATURE_WORDS[wrapper.signature] : `it is signed by ${identity}`;
    return distrust === undefined
      ? { ...document, signature }
      : { ...document, signature, statements: [], problems: [`it was ignored: ${distrust}`] };
  });
}

const SIGNATURE_WORDS: Readonly<Record<AttestedDocument['signature'], string>> = {
  none: 'it is not signed',
  unchecked: 'its signature was not verified',
  verified: 'it is signed by a trusted key',
  refused: 'it is not signed by a trusted key',
};

/** A signed statement about another image may have been attached to this one. */
function findDistrust(
  { signature, subjects }: Pick<AttestedDocument, 'signature' | 'subjects'>,
  attachedTo: readonly string[] | undefined,
): string | undefined {
  if (signature !== 'verified') {
    return SIGNATURE_WORDS[signature];
  }
  const isAbout = attachedTo === undefined || attachedTo.some((one) => subjects.includes(one));
  return isAbout ? undefined : 'it was signed for another image';
}

interface RecognizedDocument {
  readonly document: VexDocument;
  readonly wrapper: AttestedDocument;
}

function recognizeDocuments(
  content: Uint8Array,
  options: ReadFoundVexOptions,
  confidenceMin: number,
): readonly RecognizedDocument[] {
  const bare: AttestedDocument = {
    content,
    predicateType: '',
    signature: 'none',
    subjects: [],
  };
  const attested = unwrapAttestation(content, options.limits, options);
  return [bare, ...attested].flatMap((wrapper) => {
    const document = wrapper.content;
    const reader = vexReaders
      .map((one) => ({ one, confidence: one.recognize(readHead(document, options)) }))
      .filter(({ confidence }) => confidence > confidenceMin)
      .toSorted((left, right) => right.confidence - left.confidence)[0]?.one;
    return reader === undefined ? [] : [{ document: reader.read(document, options), wrapper }];
  });
}

/** The identifying members may follow long lists, so small documents are examined as a whole. */
const WHOLE_BYTES_MAX = 16 * 1024 * 1024;

function readHead(content: Uint8Array, { limits }: ReadVexOptions): Uint8Array {
  const isSmall = content.length <= WHOLE_BYTES_MAX;
  return isSmall ? content : content.subarray(0, limits.documentHeadBytesMax);
}
