const PLAIN_NAME = 'the name is unusual, but it is one that a file system can hold';
const IN_THE_IMAGE = 'the name leads to a place in the image';
const RIGHT_NOW = 'only its digests or sizes were wrong';
const NOT_USED = 'a value of the header that cannot be right is none that is used';

/**
 * Inputs of the corpus that need no error or problem, with the reason: their content is read as any
 * container runtime reads it. Every other input must be rejected with a code or have a problem.
 */
export const HARMLESS: Readonly<Record<string, string>> = {
  'bomb-gzip-5g~repaired': 'five gigabytes in one file are allowed, and are read to their end',
  'bomb-trailing-garbage~repaired': 'what follows the compressed content is not part of it',
  'diffid-mismatch~repaired': RIGHT_NOW,
  'digest-tampered~repaired': RIGHT_NOW,
  'fewer-diffids~repaired': RIGHT_NOW,
  'files-500k~repaired': 'half a million empty files are allowed',
  'size-mismatch~repaired': RIGHT_NOW,
  'one-entry-absolute': IN_THE_IMAGE,
  'one-entry-double-slash': IN_THE_IMAGE,
  'one-entry-via-rel-symlink': 'the file lies where the link leads in the image',
  'one-name-bad-utf8': PLAIN_NAME,
  'one-name-control': PLAIN_NAME,
  'one-name-nfc-nfd': PLAIN_NAME,
  'one-name-rtl': PLAIN_NAME,
  'one-name-surrogate': PLAIN_NAME,
  'one-opq-lower': 'the package database lies in the layer of the opaque folder itself, or above',
  'one-pax-bad-uid': NOT_USED,
  'one-wh-then-readd': 'the database is deleted and made anew in one layer',
};
