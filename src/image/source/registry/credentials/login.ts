/** A login in the forms that Docker and Podman store. */
export type Credentials =
  | { readonly kind: 'password'; readonly user: string; readonly secret: string }
  /** An OAuth refresh token for the token service. */
  | { readonly kind: 'identity-token'; readonly token: string }
  /** A bearer token that the registry accepts as it is. */
  | { readonly kind: 'registry-token'; readonly token: string };

/** The login for one repository, and the failure of a helper that should have had one. */
export interface Login {
  readonly credentials?: Credentials;
  /** A reason for a message, without secrets. */
  readonly failure?: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;
