import type { Extractor } from '../foundation/core/cataloger.ts';
import { accountNames } from '../hardening/base/account-names.ts';
import { type ElfAbi, elfAbi } from '../hardening/base/elf-abi.ts';
import type { AbiFacts } from '../hardening/base/provisions.ts';
import { listVisibleFacts } from '../image/view/visible-facts.ts';
import type { ReadTarget } from './read-target.ts';

/** Extractors of facts about interfaces; they run in the pass that reads the layers. */
export const ABI_EXTRACTORS: readonly Extractor<unknown>[] = [elfAbi, accountNames];

export function collectAbi({ view, layers }: ReadTarget): AbiFacts {
  const files = new Map<string, ElfAbi>();
  for (const { path, otherNames = [], fact } of listVisibleFacts(view, layers, elfAbi.id)) {
    for (const name of [path, ...otherNames]) {
      files.set(name, fact as ElfAbi);
    }
  }
  const accounts = listVisibleFacts(view, layers, accountNames.id);
  const readNames = (role: string): readonly string[] =>
    accounts.filter((one) => one.role === role).flatMap(({ fact }) => fact as readonly string[]);
  return { files, users: readNames('users'), groups: readNames('groups') };
}
