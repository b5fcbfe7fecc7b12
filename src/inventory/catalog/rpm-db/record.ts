import type { VisibleFact } from '../../../foundation/core/cataloger.ts';
import type { RpmRecord } from '../../ecosystem/rpm/rpm-record.ts';

export interface RpmFact {
  readonly records: readonly RpmRecord[];
}

export type VisibleRpm = VisibleFact<RpmFact>;
