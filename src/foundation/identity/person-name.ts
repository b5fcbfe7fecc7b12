/**
 * Returns the name of a person or project in the form of CPE vendors: lower case, underscores, no
 * article.
 */
export function toPersonVendor(name: string): string {
  const lower = name.trim().toLowerCase().replaceAll(/[- .]/g, '_');
  return lower.startsWith('the_') ? lower.slice('the_'.length) : lower;
}

/** Returns the part of an email address before `@`, or the whole string if it has none. */
export function getMailbox(address: string): string {
  return address.split('@', 1)[0] ?? '';
}

/** Returns a company's name up to the first comma, without blanks. */
export function toCompanyVendor(name: string): string {
  return (name.split(',', 1)[0] ?? '').trim().toLowerCase().replaceAll(' ', '');
}
