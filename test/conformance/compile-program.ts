import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const COMPILER = join(import.meta.dirname, '../../node_modules/.bin/tsc');

/** Writes a program, compiles it with our own TypeScript, and returns its errors. */
export function compileProgram(path: string, program: string, more: readonly string[]): string {
  writeFileSync(path, program);
  const flags = ['--strict', '--noEmit', '--target', 'es2024', '--module', 'nodenext'];
  const args = [...flags, '--types', '', ...more, path];
  return spawnSync(COMPILER, args, { encoding: 'utf8', cwd: dirname(path) }).stdout;
}
