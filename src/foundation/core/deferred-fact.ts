import type { DeferredExtraction, ExtractedFact, Extraction } from './cataloger.ts';

/** Returns the fact of an extraction, creating it if it is deferred. */
export function getFact<Fact>({ fact, deferred }: Extraction<Fact>): Fact | undefined {
  return deferred === undefined ? fact : deferred.make(deferred.content);
}

/** Input of a fact, kept until its first use. */
export interface DeferredWindows {
  /** @throws UserError `E_SPILL` if temporary files fail */
  read(): readonly Uint8Array[];
}

/** Input of the facts of one file, kept until their first use. */
export interface FactSource {
  /** @throws UserError `E_SPILL` if temporary files fail */
  make(extractor: string, role: string): unknown;
}

/** The windows that an extractor kept of a file. */
export class WindowSource implements FactSource {
  readonly #make: DeferredExtraction<unknown>['make'];
  readonly #content: DeferredWindows;

  constructor(make: DeferredExtraction<unknown>['make'], content: DeferredWindows) {
    this.#make = make;
    this.#content = content;
  }

  make(): unknown {
    return this.#make(this.#content.read());
  }
}

/** A fact of one layer that is created on first use. */
export class DeferredFact implements ExtractedFact {
  readonly extractor: string;
  readonly role: string;
  readonly row: number;
  #source: FactSource | undefined;
  #made: unknown;

  /** @param source is read at most once, after the file is gone */
  constructor(
    { extractor, role, row }: Omit<ExtractedFact, 'fact' | 'linkPath'>,
    source: FactSource,
  ) {
    this.extractor = extractor;
    this.role = role;
    this.row = row;
    this.#source = source;
  }

  /** Returns `undefined` if the extraction produces no fact. */
  get fact(): unknown {
    if (this.#source !== undefined) {
      this.#made = this.#source.make(this.extractor, this.role);
      this.#source = undefined;
    }
    return this.#made;
  }

  /** Serializes like any other fact, because JSON does not know class members. */
  toJSON(): ExtractedFact {
    const { extractor, role, row, fact } = this;
    return { extractor, role, row, fact };
  }
}
