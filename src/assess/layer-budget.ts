import type { LayerFacts } from '../core/cataloger.ts';
import type { Digest } from '../core/digest.ts';
import { UserError } from '../core/error.ts';
import { FileTable } from '../core/file-table.ts';
import type { LayerInput } from '../core/target.ts';
import { type ReadOptions, readLayer } from '../read/read-layer.ts';
import { spillFacts } from '../read/spilled-facts.ts';

/**
 * Reads the layers of a target within the limits that hold for all of them together. A layer that
 * passes a limit as a whole costs that layer: it is left out, which is told, and the others are
 * read.
 */
export class LayerBudget {
  readonly #layers: number;
  readonly #options: ReadOptions;
  #files = 0;
  #folderBytes = 0;
  #leftOut = 0;

  /** @param layers of the target */
  constructor(layers: number, options: ReadOptions) {
    this.#layers = layers;
    this.#options = options;
  }

  /** Throws what `readLayer` throws; `E_LIMIT` only where no layer is left that could be read. */
  async read(input: LayerInput): Promise<LayerFacts> {
    const { limits, memory, spill } = this.#options;
    const diffId = input.kind === 'blob' ? input.description.diffId : undefined;
    try {
      const facts = await readLayer(input, this.#options);
      if (this.#files + facts.files.length > limits.filesMax) {
        throw new UserError(
          'E_LIMIT',
          `too many files: with its ${facts.files.length} files, the layers exceed the limit filesMax (${limits.filesMax})`,
        );
      }
      const { folderBytes = 0, files } = facts;
      // A layer that passes the limit alone has told so, and was read up to there.
      const isOther = files.length > 0 && this.#folderBytes > 0;
      if (isOther && this.#folderBytes + folderBytes > limits.folderBytesMax) {
        throw new UserError(
          'E_LIMIT',
          `too many directories: with this layer, they exceed the limit folderBytesMax (${limits.folderBytesMax} bytes)`,
        );
      }
      this.#files += facts.files.length;
      this.#folderBytes += folderBytes;
      memory?.look();
      return memory === undefined ? facts : spillFacts(facts, spill);
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'E_LIMIT') {
        throw error;
      }
      if (++this.#leftOut === this.#layers) {
        throw error;
      }
      return leftOut(diffId, error.message);
    }
  }
}

function leftOut(layer: Digest | undefined, reason: string): LayerFacts {
  const where = layer === undefined ? {} : { layer };
  return {
    diffId: layer,
    files: new FileTable(),
    facts: [],
    problems: [{ code: 'P_LIMIT', message: `the layer was left out: ${reason}`, ...where }],
    contentBytes: 0,
  };
}
