/** A record of which the members may still be set: while it is made, before it is handed on. */
export type Writable<Item> = { -readonly [Name in keyof Item]: Item[Name] };
