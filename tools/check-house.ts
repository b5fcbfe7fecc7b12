import { checkDocsOnDisk } from './check-docs.ts';
import { checkLayersOnDisk } from './check-layers.ts';
import { checkFunctionNames } from './check-names.ts';
import { checkRegistries } from './generate-registries.ts';
import { readModules, renderViolations } from './source-tree.ts';

// `node tools/check-house.ts` checks the table of imports, the registries, the documents and names.
const modules = readModules(['src']);
const lines = renderViolations([
  ...checkLayersOnDisk(modules),
  ...checkRegistries(modules),
  ...checkDocsOnDisk(modules),
  ...checkFunctionNames([...modules, ...readModules(['tools'])]),
]);
for (const line of lines) process.stdout.write(`${line}\n`);
if (lines.length > 0) process.exitCode = 1;
