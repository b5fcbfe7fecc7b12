import { dirname, posix, sep } from 'node:path';
import {
  loadIncluded,
  loadPolicies,
  type PolicyFile,
  type ReadIncluded,
} from '../compliance/policy/load-policies.ts';
import type { Policy } from '../compliance/policy/policy.ts';
import type { PolicyTestFile } from '../compliance/policy/policy-test/policy-test.ts';
import { readPolicyTests } from '../compliance/policy/policy-test/read-policy-tests.ts';
import { UserError } from '../foundation/core/error.ts';
import { readNamedFile } from '../image/source/named-file.ts';
import { toRealPath } from './real-path.ts';

const POLICY_BYTES_MAX = 4 * 1024 * 1024;

/** @throws UserError `E_POLICY` if the file cannot be read or is too long */
function readPolicyFile(name: string): PolicyFile {
  return { name, bytes: readPolicyBytes(name, 'the policy') };
}

/**
 * Reads policies with the files that they include.
 *
 * @param packs IDs of packs with or without a version, or files with packs
 * @throws UserError `E_POLICY`, also if an included file is a link to somewhere else
 */
export function readPolicies(
  files: readonly string[],
  packs: readonly string[] = [],
): readonly Policy[] {
  const names = [...files, ...packs.filter(isFileName)];
  const ids = packs.filter((name) => !isFileName(name));
  return loadPolicies(names.map(readPolicyFile), createReader(names), ids);
}

/** IDs of packs have no slashes, and no extension of a file. */
function isFileName(name: string): boolean {
  return /[/\\]|\.(?:ya?ml|json)$/.test(name);
}

/**
 * Reads a file of tests, and the policies that it names beside or below itself.
 *
 * @throws UserError `E_POLICY` as {@link readPolicies}
 */
export function readTestFile(name: string): {
  readonly file: PolicyTestFile;
  readonly policies: readonly Policy[];
} {
  const [{ bytes }, readIncluded] = [readPolicyFile(name), createReader([name])];
  const file = readPolicyTests(bytes, name, (path) =>
    readIncluded(posix.join(posix.dirname(name), path)),
  );
  return { file, policies: loadIncluded(file.policies, name, readIncluded) };
}

/** Creates the reader of files beside or below others. */
function createReader(names: readonly string[]): ReadIncluded {
  const folders = names.map((name) => dirname(toRealPath(name)));
  return (path) => {
    const real = toRealPath(path);
    if (!folders.some((folder) => real.startsWith(folder.endsWith(sep) ? folder : folder + sep))) {
      throw new UserError('E_POLICY', `"${path}" leads out of the directory of the policy`, {
        hint: 'copy the file beside the policy',
      });
    }
    return readPolicyFile(path);
  };
}

/**
 * Returns the bytes of a file that belongs to a check.
 *
 * @param title its name in messages, such as `the policy`
 */
export function readPolicyBytes(name: string, title: string, maxBytes = POLICY_BYTES_MAX): Buffer {
  return readNamedFile(name, {
    maxBytes,
    createUnreadableError: (cause) =>
      new UserError('E_POLICY', `could not read ${title} "${name}"`, {
        hint: '"plimsoll check policy show recommended" prints a policy to start with',
        cause,
      }),
    createTooLongError: () =>
      new UserError('E_POLICY', `"${name}" is too large: more than ${maxBytes} bytes`),
  });
}
