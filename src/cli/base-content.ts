import type { BaseContent } from '../hardening/base/describe-base.ts';
import type { AbiFacts } from '../hardening/base/provisions.ts';
import type { Context } from './command.ts';
import { readContextInventory } from './request.ts';

/** Interfaces of a target without programs, such as an SBOM. */
export const NO_ABI: AbiFacts = { files: new Map(), users: [], groups: [] };

/** Reads the facts about a base image from an image, an archive or a directory. */
export async function readBaseContent(target: string, context: Context): Promise<BaseContent> {
  let abi = NO_ABI;
  const onAbi = (found: AbiFacts): void => {
    abi = found;
  };
  const inventory = await readContextInventory(target, context, {
    isRecordsOnly: true,
    files: { selection: 'all' },
    onAbi,
  });
  return { inventory, abi };
}
