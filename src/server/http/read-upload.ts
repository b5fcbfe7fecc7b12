import { createHash } from 'node:crypto';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { UserError } from '../../foundation/core/error.ts';
import type { SentVex } from '../engine/vex-statements.ts';
import { DOCUMENT_BYTES_MAX } from '../store/document-files.ts';
import { InvalidRequest } from './problem.ts';

/** An inventory, and the VEX documents that were sent with it; all of them decompressed. */
export interface Upload {
  readonly document: Uint8Array;
  readonly vex: readonly SentVex[];
}

const MULTIPART = /^multipart\/form-data(?:;|$)/i;
const BOUNDARY = /;\s*boundary="?([^";\s]{1,70})/i;
const VEX_MAX = 100;
/** Of all documents together: a small request could otherwise expand to gigabytes. */
const VEX_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Reads the body of an upload: a document alone, or a form with one part `sbom` and any parts
 * `vex`. Each may be compressed by Zstandard or gzip.
 *
 * @throws InvalidRequest for a form with other parts, UserError `E_DOCUMENT_INVALID`
 */
export async function readUpload(body: Uint8Array, contentType: string): Promise<Upload> {
  if (!MULTIPART.test(contentType)) {
    return { document: expandContent(body), vex: [] };
  }
  const parts = await readParts(body, contentType);
  const other = parts.find(({ field }) => field !== 'sbom' && field !== 'vex');
  if (other !== undefined) {
    throw new InvalidRequest([
      {
        pointer: `/body/${other.field}`,
        code: 'unknown-member',
        message: 'a part is called "sbom" or "vex"',
      },
    ]);
  }
  const [sbom, ...more] = parts.filter(({ field }) => field === 'sbom');
  if (sbom === undefined || more.length > 0) {
    const code = sbom === undefined ? 'missing' : 'wrong-size';
    const message = 'exactly one part is required';
    throw new InvalidRequest([{ pointer: '/body/sbom', code, message }]);
  }
  const vex = parts.filter(({ field }) => field === 'vex');
  return { document: expandContent(sbom.content), vex: expandVex(vex) };
}

function expandVex(parts: readonly Part[]): readonly SentVex[] {
  const documents: SentVex[] = [];
  let left = VEX_BYTES_MAX;
  for (const { name, content } of parts) {
    const limit = { bytes: Math.max(1, left), title: `${VEX_BYTES_MAX} bytes of VEX in all` };
    const expanded = expandContent(content, limit);
    left -= expanded.length;
    documents.push({ name, content: expanded });
  }
  return documents;
}

interface Part {
  readonly field: string;
  /** Name of the file; if it has none, the name of the field. */
  readonly name: string;
  readonly content: Uint8Array;
}

async function readParts(body: Uint8Array, contentType: string): Promise<readonly Part[]> {
  const [, boundary] = BOUNDARY.exec(contentType) ?? [];
  if (boundary === undefined || countParts(body, boundary) > VEX_MAX + 1) {
    const [code, message] =
      boundary === undefined
        ? (['malformed', 'the content type has no boundary'] as const)
        : (['wrong-size', `more than ${VEX_MAX + 1} parts`] as const);
    throw new InvalidRequest([{ pointer: '/body', code, message }]);
  }
  let form: FormData;
  try {
    const headers = { 'content-type': contentType };
    form = await new Response(new Uint8Array(body), { headers }).formData();
  } catch {
    const message = 'it is not a multipart form';
    throw new InvalidRequest([{ pointer: '/body', code: 'malformed', message }]);
  }
  const parts: Part[] = [];
  for (const [field, value] of form) {
    parts.push(
      typeof value === 'string'
        ? { field, name: field, content: Buffer.from(value) }
        : { field, name: value.name, content: new Uint8Array(await value.arrayBuffer()) },
    );
  }
  return parts;
}

/** Counts the parts before the form is parsed, because a form could have millions of them. */
function countParts(body: Uint8Array, boundary: string): number {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const delimiter = `--${boundary}`;
  let count = -1;
  for (let at = bytes.indexOf(delimiter); at >= 0 && count <= VEX_MAX + 1; count += 1) {
    at = bytes.indexOf(delimiter, at + delimiter.length);
  }
  return count;
}

const ZSTANDARD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const GZIP = Buffer.from([0x1f, 0x8b]);

const DOCUMENT_LIMIT = { bytes: DOCUMENT_BYTES_MAX, title: `${DOCUMENT_BYTES_MAX} bytes` };

/** Decompresses content if it begins like a file of Zstandard or gzip. */
function expandContent(content: Uint8Array, limit = DOCUMENT_LIMIT): Uint8Array {
  const maxOutputLength = limit.bytes;
  const hasStart = (magic: Buffer): boolean =>
    magic.equals(Buffer.from(content.subarray(0, magic.length)));
  try {
    if (hasStart(ZSTANDARD)) {
      return zstdDecompressSync(content, { maxOutputLength });
    }
    return hasStart(GZIP) ? gunzipSync(content, { maxOutputLength }) : content;
  } catch (cause) {
    throw new UserError(
      'E_DOCUMENT_INVALID',
      'a document cannot be decompressed, or is too large',
      {
        hint: `compress it by Zstandard or gzip; at most ${limit.title}`,
        cause,
      },
    );
  }
}

const DIGEST_ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ['sha-256', 'sha256'],
  ['sha-512', 'sha512'],
]);
const DIGEST_MEMBER = /^\s*([a-z0-9-]+)\s*=\s*:([A-Za-z0-9+/]*={0,2}):\s*$/;

/**
 * Requires that a body has the digests of its `Content-Digest` (RFC 9530). Algorithms other than
 * SHA-256 and SHA-512 are not checked.
 *
 * @throws UserError `E_DOCUMENT_INVALID`, or InvalidRequest for a malformed header
 */
export function requireContentDigest(body: Uint8Array, header: string | undefined): void {
  for (const member of header?.split(',') ?? []) {
    const [, name = '', expected] = DIGEST_MEMBER.exec(member) ?? [];
    if (expected === undefined) {
      const message = 'it is not a list such as sha-256=:BASE64:';
      throw new InvalidRequest([{ pointer: '/header/Content-Digest', code: 'malformed', message }]);
    }
    const algorithm = DIGEST_ALGORITHMS.get(name);
    if (algorithm === undefined) {
      continue;
    }
    const digest = createHash(algorithm).update(body).digest('base64');
    if (digest !== expected) {
      throw new UserError('E_DOCUMENT_INVALID', `the body has the ${name} ${digest}`, {
        hint: 'send it again: it was changed on its way',
      });
    }
  }
}
