import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './source-tree.ts';
import { wrapCommentsOnDisk } from './wrap-comments.ts';

// `node tools/format.ts [FOLDER…]` formats the named folders, or all code.
const named = process.argv.slice(2);
const folders = named.length > 0 ? named : ['src', 'test', 'tools', 'bench', 'examples'];
for (const path of wrapCommentsOnDisk(folders.map((folder) => `${folder}/**/*.ts`))) {
  process.stdout.write(`wrapped ${path}\n`);
}
const biome = join(ROOT, 'node_modules', '.bin', 'biome');
const formatter = spawnSync(biome, ['check', '--write', ...named], { cwd: ROOT, stdio: 'inherit' });
process.exitCode = formatter.status ?? 1;
