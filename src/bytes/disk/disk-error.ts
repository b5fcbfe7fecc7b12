import { UserError } from '../../core/error.ts';

const RAW_HINT = 'check the disk image with "qemu-img check", or copy it again';

/** The error of content of a disk that contradicts its format, or lies outside of the disk. */
export function createDamageError(message: string): UserError {
  return new UserError('E_TARGET_UNREADABLE', message, { hint: RAW_HINT });
}

/** The error of a disk image that is not read, with the next step. */
export function createUnsupportedError(message: string, hint: string): UserError {
  return new UserError('E_DISK_UNSUPPORTED', message, { hint });
}
