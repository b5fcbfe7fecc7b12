const DECLARATION = /^\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']/;
const DECLARATION_BYTES = 256;
const USUAL = 'utf-8';
const FALLBACK = 'windows-1252';

/**
 * Decodes an XML document by its byte order mark or declaration, else as UTF-8. Content that is
 * declared as UTF-8 but invalid is decoded as Windows-1252, which files of old projects often use.
 * XML 1.0, appendix F.
 */
export function decodeXml(content: Uint8Array): string {
  const label = findByteOrderMark(content) ?? findDeclaredLabel(content) ?? USUAL;
  return (
    decodeLabel(content, label) ??
    decodeLabel(content, USUAL) ??
    decodeLabel(content, FALLBACK) ??
    ''
  );
}

function findByteOrderMark(content: Uint8Array): string | undefined {
  const [first, second] = content;
  if (first === 0xff && second === 0xfe) {
    return 'utf-16le';
  }
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}

function findDeclaredLabel(content: Uint8Array): string | undefined {
  const head = Buffer.from(content.subarray(0, DECLARATION_BYTES)).toString('latin1');
  const label = DECLARATION.exec(head.replace(/^ï»¿/, ''))?.[1]?.toLowerCase();
  // A declaration that can be read byte by byte is not in an encoding of two bytes.
  return label?.startsWith('utf-16') ? undefined : label;
}

function decodeLabel(content: Uint8Array, label: string): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true }).decode(content);
  } catch {
    // Throws for an unknown label and for invalid bytes.
    return undefined;
  }
}
