import { isOpenChange } from '../../compare/decide-differences.ts';
import type { FileChange } from '../../compare/difference.ts';
import { createDifferenceGate } from '../difference-gate.ts';

const SETUID = 0o4000;
const SETGID = 0o2000;
const OTHERS_WRITE = 0o002;

/** Fails if a file became setuid, setgid or writable for everyone. */
export const privileges = createDifferenceGate({
  id: 'privileges',
  listFailing: ({ files, filesNote }) => {
    const gains = files.filter((one) => isOpenChange(one) && hasGainedPrivilege(one));
    const isUnknown = gains.length === 0 && filesNote !== undefined;
    return isUnknown ? undefined : gains.map(({ after }) => after?.path ?? '');
  },
});

function hasGainedPrivilege({ before, after }: FileChange): boolean {
  if (after === undefined || after.type !== 'regular') {
    return false;
  }
  const bits = SETUID | SETGID | OTHERS_WRITE;
  return (after.mode & bits & ~(before?.mode ?? 0)) !== 0;
}
