import type { ExtractedFact, LayerFacts } from '../../foundation/core/cataloger.ts';
import type { Spill, SpillFile } from '../../foundation/core/target.ts';

/** Below this size, the placeholder of a fact would take as much memory as the fact. */
const SMALL_BYTES = 512;

/**
 * Moves the facts of a layer to a temporary file, from which each is read on access. Facts are
 * plain data, so JSON is lossless.
 */
export function spillFacts(layer: LayerFacts, spill: Spill): LayerFacts {
  let file: SpillFile | undefined;
  const facts = layer.facts.map((fact) => {
    const text = JSON.stringify(fact.fact) ?? '';
    if (text.length < SMALL_BYTES || !text.isWellFormed()) {
      return fact;
    }
    file ??= spill.create();
    const content = Buffer.from(text);
    const offset = file.sizeBytes;
    file.append(content);
    return new SpilledFact(fact, { file, offset, length: content.length });
  });
  return { ...layer, facts };
}

interface Place {
  readonly file: SpillFile;
  readonly offset: number;
  readonly length: number;
}

class SpilledFact implements ExtractedFact {
  readonly extractor: string;
  readonly role: string;
  readonly row: number;
  readonly #place: Place;

  constructor({ extractor, role, row }: ExtractedFact, place: Place) {
    this.extractor = extractor;
    this.role = role;
    this.row = row;
    this.#place = place;
  }

  get fact(): unknown {
    const { file, offset, length } = this.#place;
    const content = file.read(offset, length);
    return JSON.parse(Buffer.from(content.buffer, content.byteOffset, length).toString('utf8'));
  }
}
