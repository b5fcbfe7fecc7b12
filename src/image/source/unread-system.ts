import type { Problem } from '../../foundation/core/problem.ts';

const NAME_CHARACTERS_MAX = 32;

/**
 * Returns the problem of a target whose operating system is not read: only packages of applications
 * are listed. Systems are named as in Go's `GOOS` or `process.platform`; an empty name means Linux.
 */
export function findSystemProblem(system: string): Problem | undefined {
  const name = system.toLowerCase();
  if (name === '' || name === 'linux' || name === 'android') return undefined;
  const shown = JSON.stringify(name.slice(0, NAME_CHARACTERS_MAX));
  const message = `packages and updates of the operating system ${shown} are not read: only packages of applications are listed`;
  return { code: 'P_UNSUPPORTED', message };
}
