/** Returns the parsed document; `undefined` if it is malformed, so that it is kept as it is. */
export function decodeUtf8(content: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(content).toString('utf8'));
  } catch {
    return undefined;
  }
}

export function encodeJson(document: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(document, undefined, 2)}\n`);
}
