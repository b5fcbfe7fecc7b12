// Prints the sizes of our CycloneDX documents of every recorded target and of Syft's: `npm run
// conformance -- sizes`. Fails if one without our own properties is more than 1.5 times as large.
import { measureDocuments, SIZE_RATIO_MAX } from './document-sizes.ts';
import { parseDriverOptions } from './score.ts';
import { requireSharedMaterial } from './shared-material.ts';

const sizes = await measureDocuments(requireSharedMaterial(), parseDriverOptions().only);
console.log(
  'target                      Syft   without our properties        default         --full',
);
for (const { name, syft, bare, reduced, full } of sizes) {
  const columns = [bare, reduced, full].map(
    (size) => `${String(size).padStart(9)} ${(size / syft).toFixed(2).padStart(5)}`,
  );
  console.log(`${name.padEnd(22)} ${String(syft).padStart(9)} ${columns.join(' ')}`);
}
const large = sizes.filter(({ bare, syft }) => bare > SIZE_RATIO_MAX * syft);
console.log(`${sizes.length} targets, ${large.length} above ${SIZE_RATIO_MAX} times Syft's size`);
process.exitCode = large.length === 0 && sizes.length > 0 ? 0 : 1;
