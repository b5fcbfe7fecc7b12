import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { evaluate } from '../../src/assess/evaluate.ts';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import { createGrypeStrategy } from '../../src/report/compat/grype/parity/grype-strategy.ts';
import { importDatabase } from '../../src/vulnerability/advisory/import-database.ts';
import { openDatabase } from '../../src/vulnerability/advisory/open-database.ts';
import probes from './match-probes.json' with { type: 'json' };
import { formatMatch, type GrypeMatch, type Probe } from './match-probes.ts';
import { withFolder, writeReport } from './score.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';

const material = findSharedMaterial();
const RECORDED_AT = '2026-11-25T00:00:00Z';

test(
  'matches package URLs around every bound of the small database like Grype in parity',
  { skip: material === undefined ? SKIP_REASON : false },
  () =>
    withFolder(async (folder) => {
      const source = join(material ?? '', 'reference', 'match-assets', 'mini-v6.vulnerability.db');
      const destination = join(folder, 'db');
      const limits = DEFAULT_LIMITS;
      await importDatabase(source, destination, { progress: SILENT, limits, now: RECORDED_AT });
      using database = openDatabase(destination);
      for (const probe of probes as readonly Probe[]) {
        const file = join(folder, 'probe.purls');
        writeFileSync(file, `${probe.purls.join('\n')}\n`);
        const inventory = await readInventory(`purl:${file}`, { temporaryFolder: folder });
        const findings = evaluate(inventory, database, {
          strategy: createGrypeStrategy(),
          now: RECORDED_AT,
        });
        const answer = join(folder, 'answer.json');
        const tool = { name: 'plimsoll', version: '0' };
        writeReport({ tool, inventory, findings, configuration: {} }, 'grype-json', answer, {
          isParity: true,
        });
        const { matches }: { readonly matches: readonly GrypeMatch[] } = JSON.parse(
          readFileSync(answer, 'utf8'),
        );
        const lines = matches.map(formatMatch).toSorted(compareText);
        assert.deepEqual(lines, probe.expected, probe.name);
      }
    }),
);
