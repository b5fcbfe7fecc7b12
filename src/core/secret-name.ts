const SECRET_NAME = /(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIAL)/i;

/** Whether a variable of that name is likely to hold a secret, whose value is never shown. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}
