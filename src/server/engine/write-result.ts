import { present } from '../../foundation/core/assert.ts';
import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';
import { VERSION } from '../../foundation/core/package-version.ts';
import { formatLoaders } from '../../report/output/format-loaders.ts';
import { planUpdates } from '../../vulnerability/match/plan-updates.ts';
import type { PushedInventory } from './inventory-document.ts';
import type { JudgedImage } from './judge-image.ts';

/** A format of documents or reports, and the time that it states. */
export interface ResultFormat {
  readonly id: string;
  /** RFC 3339; absent for none. */
  readonly timestamp?: string;
}

/**
 * Writes the complete result of an image as `scan -o json` does, or in another format.
 *
 * @throws UserError `E_FORMAT` if the format cannot hold the result, or needs more than its name
 */
export async function writeResult(
  { configuration }: PushedInventory,
  judged: JudgedImage,
  { id, timestamp }: ResultFormat = { id: 'json' },
): Promise<string> {
  const { decisions: _, judged: __, ...assessment } = judged.assessment;
  const parts: string[] = [];
  const sink = { write: (text: string) => void parts.push(text) };
  const report = {
    tool: { name: 'plimsoll', version: VERSION },
    configuration,
    ...assessment,
    ...defined({ timestamp }),
    updates: planUpdates(assessment.inventory.packages, assessment.findings.findings),
  };
  const loader = formatLoaders.find((one) => one.id === id);
  const format = await present(loader, `the format "${id}"`).load();
  const isUnfit = format.isForTerminal || format.takesTemplate === true;
  const refusal = isUnfit
    ? 'it is for a terminal, or needs a template'
    : format.findRefusal?.(report);
  if (refusal !== undefined) {
    throw new UserError('E_FORMAT', `the result cannot be written as ${id}: ${refusal}`);
  }
  format.write(report, sink, { isColoured: false, isParity: false });
  return parts.join('');
}
