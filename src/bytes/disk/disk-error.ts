import { UserError } from '../../core/error.ts';

const DAMAGE_HINT = 'check the disk image with "qemu-img check", or copy it again';

/** Creates the error for content that contradicts its format, or is outside the disk. */
export function createDamageError(message: string): UserError {
  return new UserError('E_TARGET_UNREADABLE', message, { hint: DAMAGE_HINT });
}

/** Creates the error for a disk image that is not supported; the hint is the next step. */
export function createUnsupportedError(message: string, hint: string): UserError {
  return new UserError('E_DISK_UNSUPPORTED', message, { hint });
}
