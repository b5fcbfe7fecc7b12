import { UserError } from '../../../src/foundation/core/error.ts';

/** Replaces `src/cli/node-path.ts` in the executable, which cannot run a script. */
export function findNodePath(): string {
  throw new UserError(
    'E_UNSUPPORTED',
    'this executable cannot run images: it has no separate Node',
    {
      hint: 'install plimsoll with npm, and run "plimsoll harden verify" there',
    },
  );
}
