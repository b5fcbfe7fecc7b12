/** A record whose members can still be set, while it is created. */
export type Writable<Item> = { -readonly [Name in keyof Item]: Item[Name] };
