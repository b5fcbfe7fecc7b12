import type { DeferredExtraction, ExtractedFact, Extraction } from './cataloger.ts';

/** What an extractor said of a file, made at once. */
export function factOf<Fact>({ fact, deferred }: Extraction<Fact>): Fact | undefined {
  return deferred === undefined ? fact : deferred.make(deferred.content);
}

/** What a fact is made of, kept until somebody looks at it. */
export interface DeferredWindows {
  /** @throws UserError `E_SPILL` where temporary files fail */
  read(): readonly Uint8Array[];
}

/** What facts of one file are made of, kept until somebody looks at one. */
export interface FactSource {
  /** @throws UserError `E_SPILL` where temporary files fail */
  make(extractor: string, role: string): unknown;
}

/** What an extractor kept of a file. */
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

/** A fact of one layer that is made when it is first looked at. */
export class DeferredFact implements ExtractedFact {
  readonly extractor: string;
  readonly role: string;
  readonly row: number;
  #source: FactSource | undefined;
  #made: unknown;

  /** @param source is asked once at most, when the file is gone */
  constructor(
    { extractor, role, row }: Omit<ExtractedFact, 'fact' | 'linkPath'>,
    source: FactSource,
  ) {
    this.extractor = extractor;
    this.role = role;
    this.row = row;
    this.#source = source;
  }

  /** `undefined` where the file turns out to say nothing. */
  get fact(): unknown {
    if (this.#source !== undefined) {
      this.#made = this.#source.make(this.extractor, this.role);
      this.#source = undefined;
    }
    return this.#made;
  }

  /** As any other fact: JSON knows nothing of what a class adds to its objects. */
  toJSON(): ExtractedFact {
    const { extractor, role, row, fact } = this;
    return { extractor, role, row, fact };
  }
}
