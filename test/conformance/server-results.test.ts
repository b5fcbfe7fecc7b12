import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { assess } from '../../src/assess/assess.ts';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { json } from '../../src/document/plimsoll-json/write.ts';
import { present } from '../../src/foundation/core/assert.ts';
import type { Inventory } from '../../src/foundation/core/inventory.ts';
import { VERSION } from '../../src/foundation/core/package-version.ts';
import { SILENT } from '../../src/foundation/core/progress.ts';
import { Engine } from '../../src/server/engine/engine.ts';
import { writeInventoryDocument } from '../../src/server/engine/inventory-document.ts';
import { planUpdates } from '../../src/vulnerability/match/plan-updates.ts';
import { importRecorded } from './match-score.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';
import { listCaseTargets, listCorpusTargets, type RecordedTarget } from './targets.ts';

const shared = findSharedMaterial();
/** A third of the targets gates a commit; `PLIMSOLL_EVERY=1` selects all. */
const EVERY = Number(process.env['PLIMSOLL_EVERY'] ?? 3);
const NOW = '2026-11-28T00:00:00Z';
const OPTIONS = { isColoured: false, isParity: false };

interface ResultFinding {
  readonly id: string;
  readonly severity: string;
}

interface ResultFindings {
  readonly findings: readonly ResultFinding[];
  readonly dispositioned?: readonly { readonly finding: ResultFinding }[];
}

suite('results of a server', { skip: shared === undefined && SKIP_REASON }, () => {
  const resources = new AsyncDisposableStack();
  let folder = '';
  let database = '';
  let targets: readonly RecordedTarget[] = [];

  before(async () => {
    const material = present(shared, 'the shared material');
    folder = mkdtempSync(join(tmpdir(), 'plimsoll-results-'));
    resources.defer(() => rmSync(folder, { recursive: true, force: true }));
    database = join(folder, 'database');
    await importRecorded(material, database);
    const all = [...listCorpusTargets(material, folder, /./), ...listCaseTargets(material, folder)];
    targets = all.filter((_, index) => index % EVERY === 0);
  });
  after(async () => await resources.disposeAsync());

  /** The result of a scan, as `scan -o json --reproducible` writes it. */
  async function scan(target: string): Promise<string> {
    using stack = new DisposableStack();
    const request = {
      database: { folder: database, isRequired: true },
      decisions: { isDerived: true },
    };
    const assessment = await assess(target, request, {
      now: NOW,
      machineTime: NOW,
      progress: SILENT,
      resources: stack,
      network: { isOffline: true },
      environment: {},
      temporaryFolder: folder,
      notify: () => undefined,
    });
    const { advisories: _, decisions: __, projectRules: ___, judged: ____, ...report } = assessment;
    const parts: string[] = [];
    const updates = planUpdates(report.inventory.packages, report.findings.findings);
    const tool = { name: 'plimsoll', version: VERSION };
    const sink = { write: (text: string) => void parts.push(text) };
    json.write({ tool, configuration: {}, ...report, updates }, sink, OPTIONS);
    return parts.join('');
  }

  /** A server keeps a copy of the database, in another directory. */
  function removePath(result: string): string {
    return result.replace(/"path":"[^"]*generation-[^"]*"/, '"path":""');
  }

  test('equal those of scan, byte for byte', async () => {
    const engine = resources.use(
      await Engine.open({ folder: join(folder, 'server'), database }, NOW),
    );
    for (const { name, input } of targets) {
      const inventory: Inventory = await readInventory(input, { temporaryFolder: folder });
      const document = writeInventoryDocument({ inventory, configuration: {} });
      const { image } = await engine.push({ document, gates: {}, now: NOW });
      const result = await engine.writeResult(image.id, NOW);
      assert.ok(removePath(result) === removePath(await scan(input)), name);
      const { findings } = JSON.parse(result) as { readonly findings: ResultFindings };
      // Views have the matches before decisions.
      const matched = [
        ...findings.findings,
        ...(findings.dispositioned ?? []).map(({ finding }) => finding),
      ];
      const listed = await engine.views.listImageFindings(image.id);
      const rows = listed.flatMap((one) =>
        Array.from({ length: one.packages }, () => `${one.id} ${one.severity}`),
      );
      assert.deepEqual(
        rows.sort(),
        matched.map(({ id, severity }) => `${id} ${severity}`).sort(),
        name,
      );
      const again = await engine.push({ document, gates: {}, now: NOW });
      assert.deepEqual([again.image.id, again.isKnown], [image.id, true]);
    }
    assert.deepEqual(await engine.audit(), []);
  });
});
