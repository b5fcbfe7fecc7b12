/** The server that sends email. */
export interface MailSetting {
  /** `smtp://USER@HOST:PORT`, or `smtps:` for TLS from the beginning. */
  readonly url: string;
  readonly from: string;
  /** Absent without a login. */
  readonly password?: string;
}
