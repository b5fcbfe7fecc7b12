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

type Make = DeferredExtraction<unknown>['make'];

/** A fact of one layer that is made when it is first looked at. */
export class DeferredFact implements ExtractedFact {
  readonly extractor: string;
  readonly role: string;
  readonly row: number;
  readonly #make: Make;
  #content: DeferredWindows | undefined;
  #made: unknown;

  /** @param make is called once at most, when the file is gone */
  constructor(
    { extractor, role, row }: Omit<ExtractedFact, 'fact' | 'linkPath'>,
    make: Make,
    content: DeferredWindows,
  ) {
    this.extractor = extractor;
    this.role = role;
    this.row = row;
    this.#make = make;
    this.#content = content;
  }

  /** `undefined` where the file turns out to say nothing. */
  get fact(): unknown {
    if (this.#content !== undefined) {
      this.#made = this.#make(this.#content.read());
      this.#content = undefined;
    }
    return this.#made;
  }

  /** As any other fact: JSON knows nothing of what a class adds to its objects. */
  toJSON(): ExtractedFact {
    const { extractor, role, row, fact } = this;
    return { extractor, role, row, fact };
  }
}
