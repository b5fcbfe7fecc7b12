import { posix } from 'node:path';
import type { FileView } from '../../../foundation/core/cataloger.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import { defined } from '../../../foundation/core/defined.ts';
import type { Location, Package } from '../../../foundation/core/package.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import type { FoundDerivation } from './derivations.ts';

/** A package in a store, and its data other than the name. */
export interface StorePackage {
  readonly name: string;
  readonly version: string;
  /** Without the root of the system that contains the store. */
  readonly path: string;
  readonly output: string;
  readonly outputHash: string;
  readonly derivation: FoundDerivation | undefined;
  /** Path of the derivation, which need not exist; empty if unknown. */
  readonly deriver: string;
  readonly rule: string;
  readonly locations: readonly Location[];
  readonly files: readonly string[];
}

/** Names of paths are made for people, so they are nearly always right. */
const CONFIDENCE = 0.9;

export function createNixPackage(stored: StorePackage): Package {
  const { name, version, path, output, outputHash, derivation, deriver, files } = stored;
  return {
    name,
    version,
    type: 'nix',
    language: '',
    purl: writePurl({
      type: 'nix',
      name,
      version,
      qualifiers: {
        output,
        outputhash: outputHash,
        drvpath: deriver === '' ? undefined : posix.basename(deriver),
      },
    }),
    foundBy: 'nix',
    rule: stored.rule,
    confidence: CONFIDENCE,
    locations: [
      ...stored.locations,
      ...(derivation === undefined ? [] : [toDerivationLocation(derivation)]),
    ],
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: [],
    // A store is large, and the path of each file shows its owner.
    ...(files.length === 0 ? {} : { otherOwnedFiles: files.map((file) => ({ path: file })) }),
    metadata: {
      kind: 'nix-store-entry',
      value: {
        path,
        ...(output === '' ? {} : { output }),
        outputHash,
        derivation: toDerivationMembers(derivation),
      },
    },
  };
}

function toDerivationMembers(found: FoundDerivation | undefined): object {
  if (found === undefined) {
    return {};
  }
  const { inputs, sources, system } = found.derivation;
  const inputDerivations = inputs
    .map(({ path, outputs }) => ({ path, outputs: outputs.toSorted(compareText) }))
    .sort((left, right) => compareText(left.path, right.path));
  return {
    path: found.visible.path,
    ...(system === '' ? {} : { system }),
    ...(inputDerivations.length === 0 ? {} : { inputDerivations }),
    ...(sources.length === 0 ? {} : { inputSources: sources.toSorted(compareText) }),
  };
}

function toDerivationLocation({ visible }: FoundDerivation): Location {
  const { path, layer } = visible;
  return {
    path,
    accessPath: path,
    ...defined({ layer }),
    evidence: 'supporting',
  };
}

/** Returns the location of a path in the store; `undefined` if it is not in the view. */
export function findStoreLocation(
  view: FileView,
  path: string,
  evidence: 'primary' | 'supporting',
): Location | undefined {
  const ref = view.find(path) ?? view.resolve(path)?.ref;
  const layer = ref && view.layers[ref.layer]?.diffId;
  return ref && { path, accessPath: path, ...defined({ layer }), evidence };
}
