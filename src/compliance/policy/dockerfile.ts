import { isSecretName, MASK, maskSecrets } from '../../foundation/core/secret-name.ts';
import {
  type DockerfileInstruction,
  parseDockerfile,
} from '../../foundation/syntax/dockerfile/dockerfile.ts';
import { createPolicyError } from './file/policy-node.ts';

/** The Dockerfile that a target was built from, as the user gave it. */
export interface Dockerfile {
  readonly file: string;
  readonly instructions: readonly DockerfileInstruction[];
}

/**
 * Reads a Dockerfile, with likely secrets masked.
 *
 * @throws UserError `E_POLICY` if it is not a Dockerfile
 */
export function readDockerfile(bytes: Uint8Array, file: string): Dockerfile {
  const instructions = parseDockerfile(Buffer.from(bytes).toString('utf8'));
  if (instructions === undefined || instructions.length === 0) {
    throw createPolicyError(
      file,
      'the file is not a Dockerfile',
      'name the file after --dockerfile',
    );
  }
  return {
    file,
    instructions: instructions.map((one) => {
      const words = /^(?:ENV|ARG)$/.test(one.verb) ? hideValues(one.arguments) : one.arguments;
      return { ...one, arguments: maskSecrets(words) };
    }),
  };
}

/** The old form `ENV NAME VALUE` has no sign between name and value. */
function hideValues(text: string): string {
  const [, name = '', value = ''] = /^([^\s=]+)\s+([^]+)$/.exec(text) ?? [];
  return value !== '' && isSecretName(name) ? `${name} ${MASK}` : text;
}
