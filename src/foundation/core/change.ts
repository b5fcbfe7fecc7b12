import type { Finding } from './finding.ts';
import type { InventoryPackage } from './inventory.ts';

/**
 * Cause of a difference. `image`: a package was added, removed or has another version; `catalog`:
 * another package was found in the same bytes; `data`: the database differs; `matcher`: another
 * version of the program judged the same data; `decision`: a decision was made.
 */
export type ChangeCause = 'image' | 'catalog' | 'data' | 'matcher' | 'decision';

export interface FindingChange {
  readonly kind: 'introduced' | 'resolved' | 'kept';
  /** Absent if the finding is kept. */
  readonly cause?: ChangeCause;
  /** One sentence without a full stop. */
  readonly detail: string;
  readonly before?: FoundOn;
  readonly after?: FoundOn;
}

export interface FoundOn {
  readonly finding: Finding;
  readonly package: InventoryPackage;
}
