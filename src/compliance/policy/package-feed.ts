/** The packages of a registry with all their versions, as the user keeps them. */
export interface PackageFeed {
  readonly file: string;
  readonly digest: string;
  /** Package type, such as `npm`. */
  readonly type: string;
  /** RFC 3339; absent if the file states none. */
  readonly capturedAt?: string;
  readonly versions: ReadonlyMap<string, readonly string[]>;
}
