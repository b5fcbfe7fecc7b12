import type { KeylessTrust } from '../compliance/attest/keyless/bundle-verifier.ts';
import { UserError } from '../foundation/core/error.ts';
import type { BundleVerifier } from '../foundation/syntax/envelope/bundle-verifier.ts';
import { readNamedFile } from '../image/source/named-file.ts';
import type { Context } from './command.ts';

const ROOT_BYTES_MAX = 4 * 1024 * 1024;

/**
 * Creates the verifier of keyless signatures that the options name; `undefined` without a trusted
 * root. Its code is loaded only then.
 *
 * @throws UserError `E_USAGE` if an option is missing or invalid
 */
export async function createKeylessVerifier(context: Context): Promise<BundleVerifier | undefined> {
  const trust = readKeylessTrust(context);
  if (trust === undefined) {
    return undefined;
  }
  const { createBundleVerifier } = await import('../compliance/attest/keyless/bundle-verifier.ts');
  return createBundleVerifier(trust);
}

/** Reads whose keyless signatures count. @throws UserError `E_USAGE` if an option is missing */
export function readKeylessTrust({ resolved }: Context): KeylessTrust | undefined {
  const { trustedRoot: file, identity, issuer } = resolved.values;
  if (file === undefined) {
    if (identity !== undefined || issuer !== undefined) {
      throw new UserError('E_USAGE', '--identity and --issuer require --trusted-root', {
        hint: 'name the trusted root of the Sigstore instance, such as trusted_root.json',
      });
    }
    return undefined;
  }
  if (identity === undefined || issuer === undefined) {
    throw new UserError('E_USAGE', '--trusted-root requires --identity and --issuer', {
      hint: 'anybody can get a certificate: name who must have signed',
    });
  }
  const createRootError = (cause?: unknown): UserError =>
    new UserError('E_USAGE', `--trusted-root: could not read "${file}"`, {
      hint: 'use the trusted_root.json of the instance, of at most 4 MiB',
      cause,
    });
  const content = readNamedFile(file, {
    maxBytes: ROOT_BYTES_MAX,
    createUnreadableError: createRootError,
    createTooLongError: createRootError,
  });
  return { trustedRoot: content, file, identity, issuer };
}
