// Reads documents of other programs, and compares packages and findings with the package URLs in
// them and with a scan of the described directory: `npm run conformance -- foreign`.
import { openDatabase } from '../../src/vulnerability/advisory/open-database.ts';
import {
  type ForeignDifference,
  listUnexplained,
  NOW,
  readForeignDifferences,
  readForeignDocuments,
  scoreForeign,
} from './foreign/score-foreign.ts';
import { importRecordedDatabase } from './recorded-database.ts';
import { withFolder } from './score.ts';
import { requireSharedMaterial } from './shared-material.ts';

await withFolder(async (folder) => {
  using database = openDatabase(await importRecordedDatabase(requireSharedMaterial(), folder, NOW));
  const listed = readForeignDifferences();
  const used = new Set<ForeignDifference>();
  let unexplained = 0;
  for (const document of readForeignDocuments()) {
    const score = await scoreForeign(document, { folder, database });
    const lines = listUnexplained(document, score, { listed, used });
    unexplained += lines.length;
    const { packages, findings, lines: all } = score;
    console.log(
      `${document.document.padEnd(32)} packages ${packages}, findings ${findings}, explained ${all.length - lines.length}, unexplained ${lines.length}`,
    );
    lines.forEach((line) => console.log(`  ${line}`));
  }
  const unused = listed.filter((one) => !used.has(one));
  unused.forEach(({ document, line }) => console.log(`unused: ${document}: ${line}`));
  console.log(`${unexplained} unexplained, ${unused.length} unused`);
  process.exitCode = unexplained + unused.length === 0 ? 0 : 1;
});
