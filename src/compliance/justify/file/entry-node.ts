/** A value in a file of justifications: a text, a map of texts, or a list of such maps. */
export type EntryValue = string | EntryMap | readonly EntryMap[];

export type EntryMap = ReadonlyMap<string, string>;

/** One entry as written, before it is checked. */
export interface EntryNode {
  readonly members: ReadonlyMap<string, EntryValue>;
  /** Line of the entry, starting at 1. */
  readonly line: number;
}
