import type { Advisory } from '../../src/foundation/core/advisory.ts';
import { present } from '../../src/foundation/core/assert.ts';
import type { Comparison } from '../../src/foundation/core/comparison.ts';
import type { Finding, Match, MatchReason } from '../../src/foundation/core/finding.ts';
import type { Inventory, InventoryFile } from '../../src/foundation/core/inventory.ts';
import type { Case } from '../../src/vulnerability/decide/decider.ts';
import type {
  Answer,
  Conclusion,
  FindingDerivation,
} from '../../src/vulnerability/decide/derive/derivation.ts';
import { createInventory, createPackage, type PackageSeed } from './inventory.ts';
import { IMAGE, SAMPLE_FINDINGS } from './sample-report.ts';

const LAYER = present(IMAGE.layers[0], 'a layer').diffId;
const TEMPLATE = present(SAMPLE_FINDINGS.findings[1], 'a finding');
const MATCH = present(TEMPLATE.matches[0], 'its match');
const REASON = present(MATCH.reasons[0], 'its reason');

/** A context of one package with one finding, of which a test gives only the relevant members. */
export interface World {
  readonly package?: Partial<PackageSeed>;
  readonly files?: readonly (Partial<InventoryFile> & { readonly path: string })[];
  readonly finding?: Partial<Finding>;
  readonly match?: Partial<Match>;
  readonly reason?: Partial<MatchReason>;
  readonly advisory?: Partial<Advisory>;
  readonly inventory?: Partial<Inventory>;
  /** Packages besides the one that has the finding. */
  readonly others?: readonly PackageSeed[];
}

export interface Stage extends Case {
  readonly inventory: Inventory;
}

function createFile(file: Partial<InventoryFile> & { readonly path: string }): InventoryFile {
  const digest = { layer: LAYER, sha256: 'c'.repeat(64) };
  const frame = { type: 'regular', mode: 0o644, uid: 0, gid: 0, sizeBytes: 12 } as const;
  return { ...frame, mimeType: 'text/plain', ...digest, ...file };
}

/** By default, a distribution package installed every file. */
export function stage(world: World): Stage {
  const files = (world.files ?? []).map(createFile);
  const seed = { name: 'pkg', type: 'deb', purl: 'pkg:deb/debian/pkg@1.0', ...world.package };
  const item = createPackage({ ownedFiles: files.map(({ path }) => ({ path })), ...seed });
  const advisory = { ...REASON.advisory, ...world.advisory };
  const reason: MatchReason = { ...REASON, advisory, ...world.reason };
  const match: Match = { ...MATCH, advisory, reasons: [reason], ...world.match };
  const { others = [] } = world;
  const inventory = { ...createInventory({ packages: others, target: IMAGE }), files };
  return {
    package: item,
    finding: { ...TEMPLATE, packageKey: item.key, matches: [match], ...world.finding },
    inventory: {
      ...inventory,
      relationships: files.map(({ path, layer = LAYER }) => ({
        kind: 'contains-file',
        from: item.key,
        path,
        layer,
      })),
      ...world.inventory,
      packages: [item, ...inventory.packages],
    },
  };
}

/** Returns the conclusion of a rule about the one finding. */
export function deriveConclusion(rule: FindingDerivation, world: World): Conclusion | undefined {
  const { inventory, ...one } = stage(world);
  const findings = { ...SAMPLE_FINDINGS, findings: [one.finding] };
  return rule.derive(one, { inventory, findings });
}

/** Creates a comparison from `2.4 < 2.3` and whether it is true. */
export function createComparison(text: string, isHolding: boolean): Comparison {
  const [left = '', operator = '', right = ''] = text.split(' ');
  const known = (['<', '<=', '=', '>=', '>', '!='] as const).find((one) => one === operator);
  const word = present(known, 'an operator');
  return { comparator: 'deb', left, operator: word, right, holds: isHolding };
}

/** Creates a source's statement about a package that led to no finding. */
export function createAnswer(
  advisory: Partial<Advisory>,
  isInRange: boolean,
  ...comparisons: readonly Comparison[]
): Answer {
  const { package: item } = stage({});
  const range = comparisons.map(({ operator, right }) => `${operator} ${right}`).join(', ');
  const stated = { ...REASON.advisory, ranges: [{ scheme: 'deb', constraint: range }] };
  return {
    package: item,
    advisory: { ...stated, provider: 'debian', ...advisory },
    isInRange,
    range,
    comparisons,
  };
}
