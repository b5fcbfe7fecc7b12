import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../foundation/core/error.ts';
import { findPackageRoot } from './package-root.ts';

/** The text of Node's error `ERR_MODULE_NOT_FOUND` about a package. */
const MISSING = /^Cannot find package '([^']+)' imported from /;

/**
 * Replaces Node's error about a package that is not installed by one with the next step. Returns
 * any other error unchanged. The scanner is published without the packages that only the server
 * needs.
 */
export function explainMissingPackage(error: unknown, root?: string): unknown {
  const isMissing =
    error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
  const [, name] = (isMissing ? MISSING.exec(error.message) : null) ?? [];
  if (name === undefined) {
    return error;
  }
  const { dependencies } = readOwnManifest(root ?? findPackageRoot());
  return new UserError('E_PACKAGE_MISSING', `the package "${name}" is not installed`, {
    hint: Object.hasOwn(dependencies, name)
      ? 'install plimsoll again: its installation is incomplete'
      : 'the server is a package of its own: npm uninstall --global plimsoll && npm install --global plimsoll-server',
    cause: error,
  });
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

function readOwnManifest(root: string): Manifest {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
}
