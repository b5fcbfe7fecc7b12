const PLAIN_NAME = 'the name is unusual, but it is one that a file system can hold';
const IN_THE_IMAGE = 'the name leads to a place in the image';
const HIDES_NOTHING = 'the marker hides nothing that was there';
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
  'one-entry-abs-symlink-db-to-host': 'the link leads to what is not there, so it shows nothing',
  'one-entry-absolute': IN_THE_IMAGE,
  'one-entry-double-slash': IN_THE_IMAGE,
  'one-entry-via-rel-symlink': 'the file lies where the link leads in the image',
  'one-file-over-etc': 'a file takes the place of a folder, as unpacking would have it',
  'one-name-bad-utf8': PLAIN_NAME,
  'one-name-control': PLAIN_NAME,
  'one-name-nfc-nfd': PLAIN_NAME,
  'one-name-rtl': PLAIN_NAME,
  'one-name-surrogate': PLAIN_NAME,
  'one-opq-lower': 'the package database lies in the layer of the opaque folder itself, or above',
  'one-pax-bad-mtime': NOT_USED,
  'one-pax-bad-uid': NOT_USED,
  'one-pax-global-path': 'a global header says nothing of names, as container runtimes read it',
  'one-wh-dot': HIDES_NOTHING,
  'one-wh-empty': HIDES_NOTHING,
  'one-wh-lower-db': 'the database is deleted by a later layer, as it would be in a container',
  'one-wh-osrelease-same-layer': 'a marker hides lower layers only',
  'one-wh-then-readd': 'the database is deleted and made anew in one layer',
};
