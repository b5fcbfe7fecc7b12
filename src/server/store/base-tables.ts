/* The tables of the bases of images; `tables.ts` lists them with all others. */

/** The lowest layers of images, once for each name that their builders gave them. */
export interface BaseTable {
  readonly id: number;
  /** SHA-256 of everything below. */
  readonly key: string;
  /** Chain ID of the layers: rows with the same one are one base. */
  readonly chain: string;
  readonly layers: number;
  /** Name of the operating system; empty if it is not known. */
  readonly system: string;
  /** Name and digest of the base image; empty if they are not known. */
  readonly name: string;
  readonly digest: string;
  /** `layers`, `content`: recognized; `annotation`, `label`: by a builder; empty without a name. */
  readonly source: string;
}

/** A component of a base that at least one image on it had. */
export interface BaseComponentTable {
  readonly base: number;
  readonly component: number;
}

/** The base of an image. An image without one, or without a layer above it, has no row. */
export interface ImageBaseTable {
  readonly image: number;
  readonly base: number;
}
