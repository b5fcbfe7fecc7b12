/** Facts about the use of an image, which only people know. They are never guessed. */
export const DECLARED_FACTS = [
  {
    name: 'exposed',
    kind: 'flag',
    about: 'whether the service is reachable from the internet',
  },
  {
    name: 'shipped',
    kind: 'flag',
    about: 'whether the image is part of a product that is on the market',
  },
  { name: 'environment', kind: 'text', about: 'where it runs, such as production' },
  {
    name: 'supported-until',
    kind: 'text',
    about: 'the date until which the product is supported',
  },
] as const;

export type DeclaredName = (typeof DECLARED_FACTS)[number]['name'];

/** A statement of a person about the use of an image. */
export interface DeclaredFact {
  readonly name: DeclaredName;
  readonly value: string | boolean;
  readonly by: string;
  /** RFC 3339 date; the statement no longer counts on that day. */
  readonly expires: string;
  /** File and line. */
  readonly source: string;
}
