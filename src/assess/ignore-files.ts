import { basename } from 'node:path';
import { present } from '../core/assert.ts';
import { UserError } from '../core/error.ts';
import type { IgnoreFile } from '../core/ignore-rule.ts';
import type { Limits } from '../core/limits.ts';
import { ignoreFileReaders } from '../decide/ignore-file/registry.generated.ts';
import { readRuleFile } from '../source/rule-file.ts';

/** Id of the reader of rules in the configuration file. */
const OWN_RULES = 'plimsoll-rules';

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
  const own = configuration === undefined ? [] : [readConfiguration(configuration, limits)];
  return [...own, ...files.map((file) => readIgnoreFile(file, limits))];
}

/** The configuration file may have any name. */
function readConfiguration(file: string, limits: Limits): IgnoreFile {
  const reader = present(
    ignoreFileReaders.find(({ id }) => id === OWN_RULES),
    'the reader of our own rules',
  );
  return reader.read(readRuleFile(file, limits), { limits, origin: file });
}

/** What a file is goes by its name, unless `READER:FILE` says it. */
function readIgnoreFile(named: string, limits: Limits): IgnoreFile {
  const told = ignoreFileReaders.find(({ id }) => named.startsWith(`${id}:`));
  const file = told === undefined ? named : named.slice(told.id.length + 1);
  const reader = told ?? ignoreFileReaders.find((one) => one.recognises(basename(file)));
  if (reader === undefined) {
    const titles = ignoreFileReaders.map(({ title }) => title).join(', ');
    const ids = ignoreFileReaders.map(({ id }) => id).join(', ');
    throw new UserError('E_CONFIG', `${file}: its name is not that of a file with ignore rules`, {
      hint: `read are: ${titles}; a file of any name as ${OWN_RULES}:${file}, or with another of ${ids} before it`,
    });
  }
  return reader.read(readRuleFile(file, limits), { limits, origin: file });
}
