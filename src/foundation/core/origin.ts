import type { Digest } from './digest.ts';

/**
 * Who brought a package: `base`: the base image; `changed`: the base image, and the image replaced
 * it; `application`: the image itself; `unknown`: the base image or the layer is not known.
 */
export const PACKAGE_ORIGINS = ['base', 'changed', 'application', 'unknown'] as const;

export type PackageOrigin = (typeof PACKAGE_ORIGINS)[number];

/**
 * `exact`: by layers; `same`: by content, with all packages in the same version; `changed`: by
 * content, with other packages or fewer files; `unknown`: no base image can be stated.
 */
export const BASE_STATES = ['exact', 'same', 'changed', 'unknown'] as const;

export type BaseState = (typeof BASE_STATES)[number];

/** The base image of an image, as far as it is known. */
export interface InventoryBase {
  readonly state: BaseState;
  /** Absent if the state is `unknown`. */
  readonly name?: string;
  /** `sha256:…` of its manifest; absent if unknown. */
  readonly manifestDigest?: Digest;
  /** RFC 3339; absent if unknown. */
  readonly created?: string;
  /** Number of layers of the image that belong to the base image; only for `exact`. */
  readonly layers?: number;
}

/** A newer build of the base image, and its effect. */
export interface NewerBase {
  readonly name: string;
  readonly created: string;
  readonly manifestDigest?: Digest;
  /** Findings of the base image, and those of them that the newer build does not have. */
  readonly findings: number;
  readonly gone: number;
}
