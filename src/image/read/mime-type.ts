import { ELF_MAGIC_TEXT } from '../../foundation/core/executable-file.ts';

/** Number of bytes of a file's start that {@link detectMimeType} reads. */
export const MIME_HEAD_BYTES = 3072;

interface Signature {
  readonly offset: number;
  readonly text: string;
  readonly mimeType: string;
}

/** Tried in this order. Each character is one byte. */
const SIGNATURES: readonly Signature[] = [
  ['MZ', 'application/vnd.microsoft.portable-executable'],
  ['\xcf\xfa\xed\xfe', 'application/x-mach-binary'],
  ['\xce\xfa\xed\xfe', 'application/x-mach-binary'],
  ['\xfe\xed\xfa\xcf', 'application/x-mach-binary'],
  ['\xfe\xed\xfa\xce', 'application/x-mach-binary'],
  ['\xca\xfe\xba\xbe\0\0\0\x01', 'application/x-mach-binary'],
  ['\xca\xfe\xba\xbe\0\0\0\x02', 'application/x-mach-binary'],
  ['\xca\xfe\xba\xbe', 'application/x-java-applet'],
  ['TZif', 'application/tzif'],
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\xff\xd8\xff', 'image/jpeg'],
  ['GIF8', 'image/gif'],
  ['%PDF-', 'application/pdf'],
  ['\x1f\x8b', 'application/gzip'],
  ['\x28\xb5\x2f\xfd', 'application/zstd'],
  ['BZh', 'application/x-bzip2'],
  ['\xfd7zXZ\0', 'application/x-xz'],
  ['7z\xbc\xaf\x27\x1c', 'application/x-7z-compressed'],
  ['SQLite format 3\0', 'application/vnd.sqlite3'],
  ['!<arch>\ndebian', 'application/vnd.debian.binary-package'],
  ['!<arch>', 'application/x-archive'],
  ['\xed\xab\xee\xdb', 'application/x-rpm'],
  ['\0asm', 'application/wasm'],
  ['\0\x01\0\0\0', 'font/ttf'],
  ['OTTO', 'font/otf'],
  ['wOFF', 'font/woff'],
  ['wOF2', 'font/woff2'],
  ['<?xml', 'text/xml'],
  ['<!DOCTYPE html', 'text/html'],
  ['<html', 'text/html'],
  ['<?php', 'text/x-php'],
].map(([text = '', mimeType = '']) => ({ offset: 0, text, mimeType }));

/** The signatures by first byte, which rules out most of them for a file. */
const SIGNATURES_BY_BYTE: readonly (readonly Signature[])[] = Array.from(
  { length: 256 },
  (_, byte) => SIGNATURES.filter(({ text }) => text.charCodeAt(0) === byte),
);

const TAR: Signature = { offset: 257, text: 'ustar', mimeType: 'application/x-tar' };

const ELF_TYPES: Readonly<Record<number, string>> = {
  1: 'application/x-object',
  2: 'application/x-executable',
  3: 'application/x-sharedlib',
  4: 'application/x-coredump',
};

const INTERPRETERS: readonly (readonly [RegExp, string])[] = [
  [/\bperl/, 'text/x-perl'],
  [/\bpython/, 'text/x-python'],
  [/\bruby/, 'text/x-ruby'],
  [/\b(?:node|deno|bun)/, 'text/javascript'],
  [/\bphp/, 'text/x-php'],
  [/\blua/, 'text/x-lua'],
  [/\b(?:tclsh|wish)/, 'text/x-tcl'],
  [/sh\b/, 'text/x-shellscript'],
];

/**
 * Detects a MIME type from the first bytes of a file, with the names in Syft's output but without
 * the more specific ones. Empty for an empty file.
 */
export function detectMimeType(head: Uint8Array): string {
  if (head.length === 0) {
    return '';
  }
  switch (head[0]) {
    case 0x7f:
      if (hasText(head, 0, ELF_MAGIC_TEXT)) {
        return detectElfMimeType(head);
      }
      break;
    case 0x23:
      if (head[1] === 0x21) {
        return detectScriptMimeType(head);
      }
      break;
    case 0x50:
      if (hasText(head, 0, 'PK\x03\x04')) {
        return hasText(head, 30, 'META-INF/') ? 'application/java-archive' : 'application/zip';
      }
      break;
  }
  for (const { offset, text, mimeType } of SIGNATURES_BY_BYTE[head[0] ?? 0] ?? []) {
    if (hasText(head, offset, text)) {
      return mimeType;
    }
  }
  if (hasText(head, TAR.offset, TAR.text)) {
    return TAR.mimeType;
  }
  return detectTextMimeType(head);
}

function detectElfMimeType(head: Uint8Array): string {
  const isBigEndian = head[5] === 2;
  const type = head[isBigEndian ? 17 : 16] ?? 0;
  return ELF_TYPES[type] ?? 'application/x-elf';
}

function detectScriptMimeType(head: Uint8Array): string {
  const end = head.indexOf(0x0a);
  const line = Buffer.from(head.subarray(2, Math.min(end < 0 ? head.length : end, 256))).toString(
    'latin1',
  );
  return INTERPRETERS.find(([pattern]) => pattern.test(line))?.[1] ?? 'text/plain';
}

/**
 * Bytes that do not occur in text: control characters except tab, line ends, form feed and escape.
 */
const IS_BINARY = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte <= 8 || byte === 0x0b || (byte >= 0x0e && byte <= 0x1a) || (byte >= 0x1c && byte <= 0x1f)
    ? 1
    : 0,
);

function detectTextMimeType(head: Uint8Array): string {
  if (hasBinary(head)) {
    return 'application/octet-stream';
  }
  return isLikelyJson(head) ? 'application/json' : 'text/plain';
}

const WORD_BYTES = 4;

/**
 * Checks four bytes at a time: only groups with a byte below the space are checked byte by byte.
 * Such a byte has none of its three high bits.
 */
function hasBinary(head: Uint8Array): boolean {
  const isAligned = head.byteOffset % WORD_BYTES === 0;
  const count = isAligned ? Math.floor(head.length / WORD_BYTES) : 0;
  const words = new Int32Array(head.buffer, isAligned ? head.byteOffset : 0, count);
  for (let index = 0; index < count; index++) {
    const word = words[index] ?? 0;
    const isPrintable = ((word | (word << 1) | (word << 2)) & HIGH_BITS) === HIGH_BITS;
    if (!isPrintable && hasBinaryBytes(head, index * WORD_BYTES, (index + 1) * WORD_BYTES)) {
      return true;
    }
  }
  return hasBinaryBytes(head, count * WORD_BYTES, head.length);
}

/** The highest bit of each of four bytes, as a signed number. */
const HIGH_BITS = 0x80808080 | 0;

function hasBinaryBytes(head: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index++) {
    if (IS_BINARY[head[index] ?? 0] === 1) {
      return true;
    }
  }
  return false;
}

const JSON_START = /^[ \t\r\n]{0,64}(?:\{[ \t\r\n]{0,64}["}]|\[[ \t\r\n]{0,64}[{["\]])/;

function isLikelyJson(head: Uint8Array): boolean {
  const start = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 160));
  return JSON_START.test(start.toString('latin1'));
}

function hasText(head: Uint8Array, offset: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (head[offset + index] !== text.charCodeAt(index)) {
      return false;
    }
  }
  return true;
}
