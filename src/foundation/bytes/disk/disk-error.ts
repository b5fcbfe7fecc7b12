import { UserError } from '../../core/error.ts';

const DAMAGE_HINT = 'check the disk image with "qemu-img check", or copy it again';

/** Creates the error for content that contradicts its format, or is outside the disk. */
export function createDamageError(message: string): UserError {
  return new UserError('E_TARGET_UNREADABLE', message, { hint: DAMAGE_HINT });
}

/** Creates the error for an image that ends before the content that its tables state. */
export function createTruncatedError(format: string): UserError {
  return createDamageError(`the ${format} image is truncated`);
}

/** Creates the error for an image whose header contradicts its format. */
export function createHeaderError(format: string): UserError {
  return new UserError('E_IMAGE_INVALID', `the header of the ${format} image is malformed`, {
    hint: DAMAGE_HINT,
  });
}

/** Creates the error for a disk image that is not supported; the hint is the next step. */
export function createUnsupportedError(message: string, hint: string): UserError {
  return new UserError('E_DISK_UNSUPPORTED', message, { hint });
}

const FLATTEN = 'write it as one complete image: qemu-img convert -O qcow2 IMAGE flat.qcow2';

/** Creates the error for an image that needs its parent. */
export function createDifferencesError(format: string): UserError {
  return createUnsupportedError(
    `the ${format} image only has the differences from another one`,
    FLATTEN,
  );
}

/** Creates the error for an image that needs other files. */
export function createPartError(format: string): UserError {
  return createUnsupportedError(`the content of the ${format} image is in other files`, FLATTEN);
}

/** Creates the error for a version or feature of a format that is not read. */
export function createVersionError(format: string): UserError {
  return createUnsupportedError(`this variant of ${format} is not supported`, FLATTEN);
}
