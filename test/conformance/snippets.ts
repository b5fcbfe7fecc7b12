// Detects the versions in the recorded bytes of well-known programs: `npm run
// conformance -- snippets`.
import { requireSharedMaterial } from './shared-material.ts';
import { scoreSnippets } from './snippet-score.ts';

const { files, misses } = await scoreSnippets(requireSharedMaterial());
for (const { path, expected, found } of misses) {
  console.log(`MISSED ${path}: expected ${expected}, found ${found.join(', ') || 'nothing'}`);
}
console.log(`${files - misses.length} of ${files} snippets told right`);
process.exitCode = misses.length === 0 && files > 0 ? 0 : 1;
