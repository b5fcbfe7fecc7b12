import { COMMAND_NAMES, MAIN_COMMANDS } from '../src/foundation/config/command-names.data.ts';
import { checkCommands } from './check-commands.ts';
import { checkDocsOnDisk } from './check-docs.ts';
import { checkLayersOnDisk } from './check-layers.ts';
import { checkFunctionNames } from './check-names.ts';
import { checkRegistries } from './generate-registries.ts';
import { readModules, renderViolations } from './source-tree.ts';

// `node tools/check-house.ts` checks the table of imports, the registries, commands, documents and names.
const modules = readModules(['src']);
const lines = renderViolations([
  ...checkLayersOnDisk(modules),
  ...checkRegistries(modules),
  ...checkCommands(
    { main: MAIN_COMMANDS, all: COMMAND_NAMES },
    modules.map(({ path }) => path),
  ),
  ...checkDocsOnDisk(modules),
  ...checkFunctionNames([...modules, ...readModules(['tools'])]),
]);
for (const line of lines) process.stdout.write(`${line}\n`);
if (lines.length > 0) process.exitCode = 1;
