/** The highest first: each class and each rating has shorter windows than the one after it. */
const FEDRAMP_CLASSES = ['D', 'C', 'B', 'A'] as const;
const IMPACT_RATINGS = ['N5', 'N4', 'N3', 'N2', 'N1'] as const;
const RANKINGS = ['critical', 'high', 'medium', 'low'] as const;

/** Facts that only people know, about the use of an image or about a finding. Never guessed. */
export const DECLARED_FACTS = [
  {
    name: 'exposed',
    kind: 'flag',
    about: 'whether the service can be reached from the internet',
    subjects: ['image', 'finding'],
  },
  {
    name: 'shipped',
    kind: 'flag',
    about: 'whether the image is part of a product on the market',
    subjects: ['image'],
  },
  {
    name: 'environment',
    kind: 'text',
    about: 'the environment that it runs in, such as production',
    subjects: ['image'],
  },
  {
    name: 'supported-until',
    kind: 'text',
    about: 'the date until which the product is supported',
    subjects: ['image'],
  },
  {
    name: 'fedramp-class',
    kind: 'word',
    words: FEDRAMP_CLASSES,
    about: 'the class of the FedRAMP certification',
    subjects: ['image'],
  },
  {
    name: 'likely-exploitable',
    kind: 'flag',
    about: 'whether attackers can likely exploit the vulnerability in this service (FedRAMP)',
    subjects: ['image', 'finding'],
  },
  {
    name: 'impact-rating',
    kind: 'word',
    words: IMPACT_RATINGS,
    about: 'the potential impact of the vulnerability on agencies (FedRAMP)',
    subjects: ['image', 'finding'],
  },
  {
    name: 'ranking',
    kind: 'word',
    words: RANKINGS,
    about: 'the risk ranking that you gave the vulnerability (PCI DSS 6.3.1)',
    subjects: ['finding'],
  },
] as const satisfies readonly DeclaredDefinition[];

interface DeclaredDefinition {
  readonly name: string;
  readonly kind: 'flag' | 'text' | 'word';
  readonly words?: readonly string[];
  readonly about: string;
  /** A statement about an image counts for its findings, too, if both are listed. */
  readonly subjects: readonly ('image' | 'finding')[];
}

export type DeclaredName = (typeof DECLARED_FACTS)[number]['name'];

/** A statement of a person about the use of an image, or about one finding. */
export interface DeclaredFact {
  readonly name: DeclaredName;
  readonly value: string | boolean;
  readonly by: string;
  /** RFC 3339 date; the statement no longer counts on that day. */
  readonly expires: string;
  /** File and line. */
  readonly source: string;
  /** ID or alias of a vulnerability; absent for the image. */
  readonly vulnerability?: string;
  /** Name or package URL without version; absent for every package with the vulnerability. */
  readonly package?: string;
}
