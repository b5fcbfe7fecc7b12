/** Tags of documents that are attached to an image, in registries without the referrers API. */
const ATTACHMENT_TAG = /^sha256-([0-9a-f]{64})(?:\.[a-z]+)?$/;

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

/** Returns the digest of the image that the tag of an attached document belongs to. */
export function findAttachmentSubject(tag: string): string | undefined {
  const [, digest] = ATTACHMENT_TAG.exec(tag) ?? [];
  return digest === undefined ? undefined : `sha256:${digest}`;
}
