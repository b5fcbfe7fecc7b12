/** A login as Docker and Podman keep it. */
export type Credentials =
  | { readonly kind: 'password'; readonly user: string; readonly secret: string }
  /** An OAuth refresh token that the token service takes. */
  | { readonly kind: 'identity-token'; readonly token: string }
  /** A bearer token that the registry takes as it is. */
  | { readonly kind: 'registry-token'; readonly token: string };

/** What was found for one repository, and why a helper that should have known had no answer. */
export interface Login {
  readonly credentials?: Credentials;
  /** One sentence's rest without secrets. */
  readonly failure?: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;
