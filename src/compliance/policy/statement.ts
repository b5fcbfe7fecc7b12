import type { StatementProof } from '../../foundation/core/control.ts';

/** A person's answer to a control. */
export type Statement = Omit<StatementProof, 'state' | 'note'>;
