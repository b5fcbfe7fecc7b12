import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../foundation/core/error.ts';
import { TOOL_ENVIRONMENT } from './run-child.ts';
import type { TrialRuntime } from './trial-program.ts';

/** Tools that every trial uses, with the package that has them in most distributions. */
const TOOLS: readonly (readonly [string, string])[] = [
  ['unshare', 'util-linux'],
  ['nsenter', 'util-linux'],
  ['setpriv', 'util-linux or setpriv'],
  ['mount', 'mount or util-linux'],
  ['umount', 'mount or util-linux'],
  ['pivot_root', 'util-linux'],
  ['ip', 'iproute2'],
  ['tar', 'tar (GNU)'],
  ['mknod', 'coreutils'],
  ['cp', 'coreutils'],
];

/** `CAP_SYS_ADMIN`. linux/capability.h */
const SYSTEM_ADMINISTRATION_BIT = 21n;

/**
 * Checks that images can be run on this machine.
 *
 * @param platform of the process, e.g. `linux`
 * @throws UserError `E_TRIAL` with the next step
 */
export function checkRequirements(platform: string, runtime: TrialRuntime = 'namespaces'): void {
  if (platform !== 'linux') {
    throw new UserError('E_TRIAL', `images can only be run on Linux, not on "${platform}"`, {
      hint: 'run the command in a Linux virtual machine',
    });
  }
  if (!isSystemAdministrator()) {
    throw new UserError('E_TRIAL', 'running images needs the privileges of root', {
      hint: 'run it with sudo, or in a container started with --privileged',
    });
  }
  const needed = runtime === 'runc' ? [...TOOLS, ['runc', 'runc'] as const] : TOOLS;
  for (const [tool, owner] of needed) {
    if (!isToolInstalled(tool)) {
      throw new UserError('E_TRIAL', `"${tool}" is not installed`, {
        hint: `install the package ${owner}`,
      });
    }
  }
}

/** Root without this capability cannot create namespaces, as in most containers. */
function isSystemAdministrator(): boolean {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    const [, digits = '0'] = /^CapEff:\s*([0-9a-f]+)$/m.exec(status) ?? [];
    const [, user = ''] = /^Uid:\s+[0-9]+\s+([0-9]+)/m.exec(status) ?? [];
    return user === '0' && ((BigInt(`0x${digits}`) >> SYSTEM_ADMINISTRATION_BIT) & 1n) === 1n;
  } catch {
    return false;
  }
}

/** Returns whether a tool of the system is installed. */
export function isToolInstalled(tool: string): boolean {
  return TOOL_ENVIRONMENT.PATH.split(':').some((folder) => {
    try {
      accessSync(join(folder, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
