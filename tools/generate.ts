import { spawnSync } from 'node:child_process';
import { writeRegistries } from './generate-registries.ts';
import { ROOT, readModules } from './source-tree.ts';

// Registries first: the pages are made from what they list, in a process that loads them anew.
for (const path of writeRegistries(readModules(['src']))) process.stdout.write(`wrote ${path}\n`);
const pages = spawnSync(process.execPath, ['tools/generate-docs.ts'], {
  cwd: ROOT,
  stdio: 'inherit',
});
process.exitCode = pages.status ?? 1;
