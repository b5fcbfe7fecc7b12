import { Budget } from '../../foundation/core/budget.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import { parseYaml } from '../../foundation/syntax/text/yaml.ts';

const SEPARATOR = /^---(?:\s.*)?$/m;

/**
 * Returns the documents of a YAML file; all scalars are strings.
 *
 * @throws UserError `E_CONFIG` if one is malformed
 */
export function parseYamlDocuments(text: string, file: string, limits: Limits): readonly unknown[] {
  const budget = new Budget(limits);
  return text
    .split(SEPARATOR)
    .filter((part) => part.replaceAll(/^\s*#.*$/gm, '').trim() !== '')
    .map((part) => {
      const value = parseYaml(part, budget);
      if (value === undefined) {
        throw new UserError('E_CONFIG', `"${file}" is not valid YAML`);
      }
      return value;
    });
}
