import type { Assessment } from '../../../foundation/core/assessment.ts';
import type { Format } from '../../../foundation/core/format.ts';
import type { Sink } from '../../../foundation/core/sink.ts';
import type { RemovalPlan } from '../../../hardening/harden/removal-plan.ts';

/** A plan with the assessment that it is based on, for an output. */
export interface PlanReport {
  readonly tool: { readonly name: string; readonly version: string };
  readonly plan: RemovalPlan;
  readonly assessment: Assessment;
  /** RFC 3339; absent if equal input must give equal bytes. */
  readonly timestamp?: string;
}

export interface PlanFormatOptions {
  readonly isColoured: boolean;
  /** Columns of the terminal; if absent, nothing is cut. */
  readonly columns?: number;
}

/** One form of a removal plan. */
export interface PlanFormat extends Pick<Format, 'id' | 'aliases' | 'carries'> {
  write(report: PlanReport, sink: Sink, options: PlanFormatOptions): void;
}
