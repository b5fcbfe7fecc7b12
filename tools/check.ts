import { checkDocsOnDisk } from './check-docs.ts';
import { checkLayersOnDisk } from './check-layers.ts';
import { checkTidyOnDisk } from './check-tidy.ts';
import { checkRegistries } from './generate-registries.ts';
import { readModules, renderViolations, type Violation } from './source-tree.ts';

const CHECKS: Readonly<Record<string, () => readonly Violation[]>> = {
  layers: checkLayersOnDisk,
  tidy: checkTidyOnDisk,
  registries: () => checkRegistries(readModules(['src'])),
  docs: () => checkDocsOnDisk(readModules(['src'])),
};

// `node tools/check.ts [NAME…]` runs the named checks of ours, or all.
const names = process.argv.slice(2);
for (const name of names.length > 0 ? names : Object.keys(CHECKS)) {
  const find = CHECKS[name];
  if (!find) throw new Error(`no check is named '${name}': ${Object.keys(CHECKS).join(', ')}`);
  const lines = renderViolations(find());
  if (lines.length === 0) continue;
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exitCode = 1;
}
