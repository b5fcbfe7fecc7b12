import type { VisibleFact } from '../../../foundation/core/cataloger.ts';
import type { NixDerivation } from '../../ecosystem/nix/derivation.ts';
import type { NixFact } from './nix-fact.ts';

/** A derivation and the file that contains it. */
export interface FoundDerivation {
  readonly visible: VisibleFact<NixFact>;
  readonly derivation: NixDerivation;
}

/** Finds the derivations of all stores. Paths in them omit the root of their system. */
export class DerivationFinder {
  readonly #byPath = new Map<string, FoundDerivation>();
  /** Path of the derivation by root and path of an output. */
  readonly #builders = new Map<string, FoundDerivation>();

  constructor(facts: readonly VisibleFact<NixFact>[]) {
    for (const visible of facts) {
      if (visible.fact.kind !== 'derivation') {
        continue;
      }
      const { path } = visible;
      const { derivation } = visible.fact;
      const found = { visible, derivation };
      this.#byPath.set(path, found);
      const root = path.slice(0, path.lastIndexOf('/nix/store/'));
      for (const output of derivation.outputs) {
        this.#builders.set(root + output.path, found);
      }
    }
  }

  findDerivation(root: string, path: string): FoundDerivation | undefined {
    return this.#byPath.get(root + path);
  }

  /** Returns the derivation that has the path as an output. */
  findBuilder(root: string, path: string): FoundDerivation | undefined {
    return this.#builders.get(root + path);
  }

  /** Returns the paths that existed when the derivation was built. */
  listInputs(root: string, { derivation }: FoundDerivation): string[] {
    const outputs = derivation.inputs.flatMap((input) => {
      const made = this.findDerivation(root, input.path)?.derivation.outputs ?? [];
      return made.filter(({ name }) => input.outputs.includes(name)).map(({ path }) => path);
    });
    return [...outputs, ...derivation.sources];
  }
}
