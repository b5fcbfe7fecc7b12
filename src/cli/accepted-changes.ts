import type { DifferenceRule } from '../foundation/core/difference-rule.ts';
import { SECTIONS } from '../hardening/compare/difference.ts';
import { readDifferenceRules } from '../hardening/compare/difference-rules/difference-rules.ts';
import { readRuleFile } from '../image/source/rule-file.ts';
import type { Context } from './command.ts';

/**
 * Reads the rules of `--accept`.
 *
 * @throws UserError `E_CONFIG` if a file cannot be read or is malformed
 */
export function readAcceptedChanges({ resolved }: Context): readonly DifferenceRule[] {
  const { accept, limits } = resolved.values;
  return accept.flatMap((file) =>
    readDifferenceRules(readRuleFile(file, limits), { limits, origin: file, sections: SECTIONS }),
  );
}
