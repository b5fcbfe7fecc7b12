import { spawnSync } from 'node:child_process';
import { writeRegistries } from './generate-registries.ts';
import { ROOT, readModules } from './source-tree.ts';

// Registries first: the pages are generated from them, in a new process that loads them again.
for (const path of writeRegistries(readModules(['src']))) process.stdout.write(`wrote ${path}\n`);
for (const tool of ['tools/generate-docs.ts', 'tools/api-report.ts']) {
  const { status } = spawnSync(process.execPath, [tool], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exitCode = status ?? 1;
}
