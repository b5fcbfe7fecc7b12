import { checkDocsOnDisk } from './check-docs.ts';
import { checkLayersOnDisk } from './check-layers.ts';
import { checkRegistries } from './generate-registries.ts';
import { readModules, renderViolations } from './source-tree.ts';

// `node tools/check-house.ts` checks the table of imports, the registries and the documents.
const modules = readModules(['src']);
const lines = renderViolations([
  ...checkLayersOnDisk(modules),
  ...checkRegistries(modules),
  ...checkDocsOnDisk(modules),
]);
for (const line of lines) process.stdout.write(`${line}\n`);
if (lines.length > 0) process.exitCode = 1;
