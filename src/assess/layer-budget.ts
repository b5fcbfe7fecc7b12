import type { LayerFacts } from '../foundation/core/cataloger.ts';
import type { Digest } from '../foundation/core/digest.ts';
import { UserError } from '../foundation/core/error.ts';
import { FileTable } from '../foundation/core/file-table.ts';
import type { LayerInput } from '../foundation/core/target.ts';
import { type ReadOptions, readLayer } from '../image/read/read-layer.ts';
import { spillFacts } from '../image/read/spill-facts.ts';

/**
 * Reads the layers of a target within their common limits. A layer that exceeds a limit on its own
 * is left out and reported, and the others are read.
 */
export class LayerBudget {
  readonly #layers: number;
  readonly #options: ReadOptions;
  #files = 0;
  #folderBytes = 0;
  #leftOut = 0;

  /** @param layers number of layers of the target */
  constructor(layers: number, options: ReadOptions) {
    this.#layers = layers;
    this.#options = options;
  }

  /**
   * Reads a layer.
   *
   * @throws the errors of `readLayer`; `E_LIMIT` only if no readable layer is left
   */
  async readLayer(input: LayerInput): Promise<LayerFacts> {
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
      // A layer that exceeds the limit on its own has reported that, and was read up to there.
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
      return createSkippedLayer(diffId, error.message);
    }
  }
}

function createSkippedLayer(layer: Digest | undefined, reason: string): LayerFacts {
  const where = layer === undefined ? {} : { layer };
  return {
    diffId: layer,
    files: new FileTable(),
    facts: [],
    problems: [{ code: 'P_LIMIT', message: `the layer was left out: ${reason}`, ...where }],
    contentBytes: 0,
  };
}
