import type { EntryReceiver } from '../../foundation/bytes/tar/tar-entry.ts';
import type { FileView } from '../../foundation/core/cataloger.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { ImageDescription, Spill } from '../../foundation/core/target.ts';
import type { RemovalPlan } from '../harden/removal-plan.ts';

/** The analyzed image, and access to its layers. */
export interface EmitSource {
  /** With the exact bytes of the configuration. */
  readonly image: ImageDescription;
  /** The files of the image as they were analyzed. */
  readonly view: FileView;
  readonly packages: readonly InventoryPackage[];
  readonly plan: EmitPlan;
  /** Files that identify the operating system, on which findings depend. */
  readonly identityFiles: readonly string[];
  readonly limits: Limits;
  readonly spill: Spill;
  /** Reads a layer again, by its number in the view, and checks its digests. */
  readLayer(layer: number, receiver: EntryReceiver): Promise<void>;
}

/** The parts of a plan that determine the emitted image. */
export type EmitPlan = Pick<RemovalPlan, 'kept' | 'packages'>;

/** How files are divided into layers. */
export const LAYER_FORMS = ['one', 'base,application'] as const;

export type LayerForm = (typeof LAYER_FORMS)[number];

export const COMPRESSIONS = ['gzip', 'zstd', 'none'] as const;

export type LayerCompression = (typeof COMPRESSIONS)[number];
