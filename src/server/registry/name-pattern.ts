/** Tags of documents that are attached to an image, in registries without the referrers API. */
const ATTACHMENT_TAG = /^sha256-([0-9a-f]{64})(?:\.([a-z]{1,20}))?$/;

/**
 * Tests names against a pattern in which * matches any characters. Each part is searched once, so
 * that no name makes the test slow.
 */
export function createNameTest(pattern: string): (name: string) => boolean {
  const [begin = '', ...middle] = pattern.split('*');
  const end = middle.pop();
  if (end === undefined) {
    return (name) => name === pattern;
  }
  return (name) => {
    if (!name.startsWith(begin) || !name.endsWith(end) || name.length < begin.length + end.length) {
      return false;
    }
    let rest = name.slice(begin.length, name.length - end.length);
    return middle.every((part) => {
      const at = rest.indexOf(part);
      rest = at < 0 ? rest : rest.slice(at + part.length);
      return at >= 0;
    });
  };
}

/** The kind of an attached document by the end of its tag, as Cosign names them. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['sig', 'signature'],
  ['att', 'attestation'],
  ['sbom', 'sbom'],
]);

/** The parts of the tag of an attached document. */
export interface AttachmentTag {
  /** Digest of the image that it belongs to. */
  readonly subject: string;
  readonly kind: string;
}

/** Parses the tag of an attached document; `undefined` for all other tags. */
export function parseAttachmentTag(tag: string): AttachmentTag | undefined {
  const [, digest, end] = ATTACHMENT_TAG.exec(tag) ?? [];
  return digest === undefined
    ? undefined
    : { subject: `sha256:${digest}`, kind: KINDS.get(end ?? '') ?? end ?? 'referrers' };
}
