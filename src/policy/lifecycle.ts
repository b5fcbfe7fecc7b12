/** One release line of a product. */
export interface ReleaseCycle {
  /** Start of the versions, such as `3.11`. */
  readonly name: string;
  /** RFC 3339 date after which it gets no fixes; `true`: in the past; `false`: not yet decided. */
  readonly endOfLife: string | boolean;
}

/** A product with the end of life of its release lines. */
export interface Lifecycle {
  readonly product: string;
  readonly file: string;
  /** `vendor:product` of CPEs. */
  readonly cpes: readonly string[];
  /** Package URLs without version and qualifiers. */
  readonly purls: readonly string[];
  readonly cycles: readonly ReleaseCycle[];
}
