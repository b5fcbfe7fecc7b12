// Runs after `npm ci` and `npm install` in a checkout, perhaps on a Node without TypeScript
// support: therefore plain JavaScript. Without development packages it cannot build, and the start
// script builds on first use.
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname ?? '.', '..');
const modules = join(root, 'node_modules');
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const canBuild = major > 24 || (major === 24 && minor >= 15);

if (existsSync(join(modules, 'rolldown')) && existsSync(join(root, 'src')) && canBuild) {
  copyFileSync(join(root, 'package-lock.json'), join(modules, '.plimsoll-lock'));
  const { build, ENTRIES } = await import('./build.ts');
  await build({ root, entries: ENTRIES, hasTypes: true });
}
