import type { BareDifference, FileChange, FileRef } from '../../hardening/compare/difference.ts';
import { judgePrivileges } from '../policy/changes.ts';
import { createFacts } from './facts.ts';
import { computeItemId, type JustificationItem } from './item.ts';
import { readSettlement } from './settlement.ts';

const PRIVILEGED = 0o6002;

/**
 * Lists files that gained or lost setuid, setgid or the right of all to write, and privileged ones
 * with another owner. Privileges that disappear with their file need no reason of their own.
 */
export function listPrivilegeItems(difference: BareDifference): readonly JustificationItem[] {
  return [...listModeItems(difference), ...listCapabilityItems(difference)];
}

/** Files that gained capabilities of Linux, such as `cap_net_raw`. */
function listCapabilityItems({ surface }: BareDifference): readonly JustificationItem[] {
  const row = surface.rows.find(({ id }) => id === 'capability-files');
  return (row?.onlyAfter ?? []).map((text) => {
    const [path = ''] = text.split(' ', 1);
    return {
      id: computeItemId('privilege', path, 'capabilities'),
      kind: 'privilege',
      change: 'privilege gained',
      subject: text,
      count: 1,
      evidence: createFacts({ after: text }),
      subjectKeys: ['change surface capability-files'],
    };
  });
}

function listModeItems({ files }: BareDifference): readonly JustificationItem[] {
  return files.flatMap((change) => {
    const { before, after, ownerAfter, decision } = change;
    const kind = after === undefined ? undefined : findPrivilegeChange(change);
    if (after === undefined || kind === undefined) {
      return [];
    }
    return [
      {
        id: computeItemId('privilege', after.path),
        kind: 'privilege',
        change: `privilege ${kind}`,
        subject: after.path,
        count: 1,
        evidence: createFacts({
          before: before && formatPrivileges(before),
          after: formatPrivileges(after),
          package: ownerAfter,
          content: after.sha256 && `sha256:${after.sha256}`,
        }),
        subjectKeys: [`change file ${before?.path ?? ''} ${after.path}`],
        ...readSettlement(decision),
      },
    ];
  });
}

function findPrivilegeChange(change: FileChange): 'gained' | 'lost' | 'changed' | undefined {
  const { after, kinds } = change;
  const consequence = judgePrivileges(change);
  if (consequence !== undefined) {
    return consequence === 'security-loss' ? 'gained' : 'lost';
  }
  const isPrivileged = after?.type === 'regular' && (after.mode & PRIVILEGED) !== 0;
  return isPrivileged && kinds.includes('owner') ? 'changed' : undefined;
}

function formatPrivileges({ mode, uid, gid }: FileRef): string {
  return `${mode.toString(8).padStart(4, '0')}, owner ${uid}:${gid}`;
}
