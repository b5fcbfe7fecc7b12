import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { readInventory } from '../../src/assess/read-inventory.ts';
import type { AdvisoryDatabase } from '../../src/foundation/core/advisory.ts';
import { present } from '../../src/foundation/core/assert.ts';
import type { Findings } from '../../src/foundation/core/finding.ts';
import type { Inventory, InventoryPackage } from '../../src/foundation/core/inventory.ts';
import {
  MATCHED_METADATA,
  OWN_KEY,
  readComponent,
  writeComponent,
} from '../../src/server/engine/component-context.ts';
import { openDatabase } from '../../src/vulnerability/advisory/open-database.ts';
import type { Component } from '../../src/vulnerability/match/component.ts';
import { evaluateComponents } from '../../src/vulnerability/match/evaluate-components.ts';
import { createMatchContext } from '../../src/vulnerability/match/match-context.ts';
import { matchInventory } from '../../src/vulnerability/match/match-inventory.ts';
import {
  planComponents,
  toComponentSystem,
} from '../../src/vulnerability/match/plan-components.ts';
import { splitByDistro } from '../../src/vulnerability/match/split-by-distro.ts';
import { importRecorded } from './match-score.ts';
import { findSharedMaterial, SKIP_REASON } from './shared-material.ts';
import { listCaseTargets, listCorpusTargets } from './targets.ts';

const shared = findSharedMaterial();

/** The members of a package that matching may read; `distro` splits targets of several systems. */
const CONTEXT_MEMBERS: ReadonlySet<string> = new Set([
  'alternatives',
  'architecture',
  'cpes',
  'distro',
  'key',
  'language',
  'metadata',
  'modularity',
  'name',
  'otherOwnedFiles',
  'ownedFiles',
  'purl',
  'symbols',
  'type',
  'upstreams',
  'version',
]);
/** Members that owners by paths are found with, in documents without relationships. */
const OWNER_MEMBERS: ReadonlySet<string> = new Set(['locations', 'yieldsToOwner']);

suite('components in context', { skip: shared === undefined && SKIP_REASON }, () => {
  let database: AdvisoryDatabase;
  const inventories = new Map<string, Inventory>();
  const resources = new DisposableStack();

  before(async () => {
    const material = present(shared, 'the shared material');
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-components-'));
    resources.defer(() => rmSync(folder, { recursive: true, force: true }));
    await importRecorded(material, join(folder, 'database'));
    database = resources.use(openDatabase(join(folder, 'database')));
    const targets = [
      ...listCorpusTargets(material, folder, /./),
      ...listCaseTargets(material, folder),
    ];
    for (const { name, input } of targets) {
      inventories.set(name, await readInventory(input, { temporaryFolder: folder }));
    }
  });
  after(() => resources.dispose());

  test('matching reads no member of a package or a distribution outside of the context', () => {
    const read = new Set<string>();
    for (const inventory of inventories.values()) {
      const packages = inventory.packages.map((item) => recordReads(item, read));
      matchInventory({ ...inventory, packages }, database);
    }
    const allowed = new Set([...CONTEXT_MEMBERS, ...OWNER_MEMBERS, ...MATCHED_METADATA]);
    assert.deepEqual(
      [...read].filter((member) => !allowed.has(member)),
      [],
    );
    // Otherwise the proxies recorded nothing, or the list has members that nothing reads.
    assert.deepEqual(
      [...CONTEXT_MEMBERS, ...MATCHED_METADATA].filter((member) => !read.has(member)),
      [],
    );
  });

  test('matching finds the same in the written context as in the inventory', () => {
    let components = 0;
    let findings = 0;
    for (const [name, inventory] of inventories) {
      const found = matchInventory(inventory, database);
      const parts = splitByDistro(inventory).map((part) => matchWritten(part, database));
      const results = parts.flatMap((part) => part.results);
      assert.deepEqual(sortTexts(results), sortTexts(listResults(found)), name);
      components += parts.reduce((sum, part) => sum + part.components, 0);
      findings += found.findings.length;
    }
    assert.ok(components > 1000 && findings > 1000, `${components} and ${findings}`);
  });
});

/** Records the members that are read of a package, and those of its ecosystem-specific data. */
function recordReads(item: InventoryPackage, read: Set<string>): InventoryPackage {
  const wrap = <Value extends object>(value: Value): Value =>
    new Proxy(value, {
      get(target, member, receiver) {
        if (typeof member === 'string') {
          read.add(member);
        }
        return Reflect.get(target, member, receiver) as unknown;
      },
      ownKeys() {
        read.add('all members');
        return Reflect.ownKeys(value);
      },
    });
  const { metadata } = item;
  return wrap(
    metadata === undefined
      ? item
      : { ...item, metadata: { kind: metadata.kind, value: wrap(metadata.value) } },
  );
}

/** Matches the components of an inventory one by one, after writing and reading them. */
function matchWritten(inventory: Inventory, database: AdvisoryDatabase) {
  const system = toComponentSystem(inventory);
  const context = createMatchContext(system, database, {});
  const planned = planComponents(inventory, context);
  const results = planned.flatMap((component: Component) => {
    const text = writeComponent({ component, system });
    const read = readComponent(text.json);
    assert.equal(writeComponent(read).json, text.json);
    assert.deepEqual(read.system, system);
    const [result] = evaluateComponents([read.component], context);
    const { findings, ignored, unevaluated } = present(result, 'a result');
    return listResults({ findings, ignored, unevaluated }).map((one) =>
      one.replaceAll(`"packageKey":"${OWN_KEY}"`, `"packageKey":"${component.package.key}"`),
    );
  });
  return { components: planned.length, results };
}

function listResults({
  findings,
  ignored,
  unevaluated,
}: Pick<Findings, 'findings' | 'ignored' | 'unevaluated'>): readonly string[] {
  return [...findings, ...ignored, ...unevaluated].map((one) => JSON.stringify(one));
}

/** Two packages with one key may have the same results. */
function sortTexts(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
