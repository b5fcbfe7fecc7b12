import type { Finding } from './finding.ts';
import type { InventoryPackage } from './inventory.ts';

/**
 * What made a difference. `image`: a package came, went, or has another version; `catalog`: the
 * same bytes, but another package was found in them; `data`: the database speaks otherwise;
 * `matcher`: another version of the program judged the same data; `decision`: somebody decided.
 */
export type ChangeCause = 'image' | 'catalog' | 'data' | 'matcher' | 'decision';

export interface FindingChange {
  readonly kind: 'introduced' | 'resolved' | 'kept';
  /** Absent for what is kept. */
  readonly cause?: ChangeCause;
  /** One sentence without the full stop. */
  readonly detail: string;
  readonly before?: FoundOn;
  readonly after?: FoundOn;
}

export interface FoundOn {
  readonly finding: Finding;
  readonly package: InventoryPackage;
}
