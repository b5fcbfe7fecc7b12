import { readFileSync } from 'node:fs';
import { UserError } from '../core/error.ts';
import type { Limits } from '../core/limits.ts';

/**
 * The bytes of a file with rules that somebody named.
 *
 * @throws UserError `E_CONFIG` where it cannot be read, or is longer than `yamlFileBytesMax`
 */
export function readRuleFile(file: string, limits: Limits): Uint8Array {
  let content: Uint8Array;
  try {
    content = readFileSync(file);
  } catch (cause) {
    throw new UserError('E_CONFIG', `${file}: cannot be read`, {
      hint: 'is the path right, and may you read it?',
      cause,
    });
  }
  if (content.length > limits.yamlFileBytesMax) {
    throw new UserError(
      'E_CONFIG',
      `${file}: longer than the ${limits.yamlFileBytesMax} bytes of yamlFileBytesMax`,
    );
  }
  return content;
}
