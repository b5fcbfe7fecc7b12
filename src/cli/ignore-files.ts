import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { UserError } from '../core/error.ts';
import type { IgnoreFile } from '../core/ignore-rule.ts';
import type { Limits } from '../core/limits.ts';
import { plimsollRules } from '../parse/ignore-file/plimsoll-rules/plimsoll-rules.ts';
import { ignoreFileReaders } from '../parse/ignore-file/registry.generated.ts';

/**
 * The ignore rules of the configuration file, then those of every file that was named, in that
 * order.
 *
 * @throws UserError `E_CONFIG` where a file cannot be read, or is of no known kind
 */
export function readIgnoreFiles(
  files: readonly string[],
  {
    configuration,
    limits,
  }: { readonly configuration: string | undefined; readonly limits: Limits },
): readonly IgnoreFile[] {
  const own =
    configuration === undefined
      ? []
      : [plimsollRules.read(contentOf(configuration, limits), { limits, origin: configuration })];
  return [...own, ...files.map((file) => readIgnoreFile(file, limits))];
}

function readIgnoreFile(file: string, limits: Limits): IgnoreFile {
  const reader = ignoreFileReaders.find((one) => one.recognises(basename(file)));
  if (reader === undefined) {
    const titles = ignoreFileReaders.map(({ title }) => title).join(', ');
    throw new UserError('E_CONFIG', `${file}: its name is not that of a file with ignore rules`, {
      hint: `read are: ${titles}`,
    });
  }
  return reader.read(contentOf(file, limits), { limits, origin: file });
}

function contentOf(file: string, limits: Limits): Uint8Array {
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
