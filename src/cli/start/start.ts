#!/usr/bin/env node
import { enableCompileCache } from './compile-cache.ts';
import { explainOldNode } from './node-release.ts';

const explanation = explainOldNode(process.versions.node);
if (explanation === undefined) {
  enableCompileCache(process.env);
  await import('../main.ts');
} else {
  process.stderr.write(explanation);
  process.exitCode = 1;
}
