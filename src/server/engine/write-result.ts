import { present } from '../../core/assert.ts';
import { VERSION } from '../../core/package-version.ts';
import { planUpdates } from '../../match/plan-updates.ts';
import { formatLoaders } from '../../output/format-loaders.ts';
import type { PushedInventory } from './inventory-document.ts';
import type { JudgedImage } from './judge-image.ts';

const JSON_FORMAT = formatLoaders.find(({ id }) => id === 'json');

/** Writes the complete result of an image as `scan -o json` does. */
export async function writeResult(
  { configuration }: PushedInventory,
  judged: JudgedImage,
): Promise<string> {
  const { decisions: _, judged: __, ...assessment } = judged.assessment;
  const parts: string[] = [];
  const sink = { write: (text: string) => void parts.push(text) };
  const report = {
    tool: { name: 'plimsoll', version: VERSION },
    configuration,
    ...assessment,
    updates: planUpdates(assessment.inventory.packages, assessment.findings.findings),
  };
  const json = await present(JSON_FORMAT, 'the format of complete results').load();
  json.write(report, sink, { isColoured: false, isParity: false });
  return parts.join('');
}
