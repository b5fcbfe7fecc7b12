/** Label of a slim image with the digest of the manifest that it was made from. */
export const SOURCE_LABEL = 'plimsoll.source.digest';
