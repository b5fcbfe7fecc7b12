import { isRecognized } from '../foundation/core/recognized.ts';
import { escapeText } from '../foundation/core/screen-text.ts';
import { formatTargetTitle } from '../foundation/core/target-title.ts';
import { BaseStore } from '../hardening/base/base-store.ts';
import { type BaseContent, describeBase } from '../hardening/base/describe-base.ts';
import { NO_ABI } from './base-content.ts';
import { formatBaseName } from './base-output.ts';
import type { Context } from './command.ts';
import { getBaseStoreDirectory } from './folders.ts';

/** Adds facts about a scanned target to the store. A failure is a warning: the scan is complete. */
export function addToStore(
  { inventory, abi = NO_ABI }: Partial<BaseContent> & Pick<BaseContent, 'inventory'>,
  context: Context,
): void {
  const { target, problems } = inventory;
  const title = formatTargetTitle(target);
  const warn = (reason: string): void => context.warn(escapeText(`not remembered: ${reason}`));
  const [problem] = problems;
  if (target.kind === 'sbom') {
    warn(`"${title}" is an SBOM, which does not list all files`);
  } else if (inventory.packages.some(isRecognized)) {
    warn(`some packages of "${title}" have no record`);
  } else if (problem !== undefined) {
    warn(`could not read all of "${title}": ${problem.message}`);
  } else {
    const names = target.kind === 'image' && target.tags.length > 0 ? target.tags : [title];
    const { values } = context.resolved;
    const store = new BaseStore(getBaseStoreDirectory(values, context.environment));
    try {
      const head = store.addImage(describeBase({ inventory, abi }, { names, isRemembered: true }));
      context.notify(`remembered as ${escapeText(formatBaseName(head))}`);
    } catch (error) {
      warn(error instanceof Error ? error.message : String(error));
    }
  }
}
