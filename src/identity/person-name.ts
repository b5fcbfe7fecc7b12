/**
 * A person's or a project's name as CPE vendors are written: lower case, underscores, no article.
 */
export function toPersonVendor(name: string): string {
  const lower = name.trim().toLowerCase().replaceAll(/[- .]/g, '_');
  return lower.startsWith('the_') ? lower.slice('the_'.length) : lower;
}

/** The part of an electronic address before its sign, or the text itself. */
export function getMailbox(address: string): string {
  return address.split('@', 1)[0] ?? '';
}

/** A company's name: up to the first comma, without blanks. */
export function toCompanyVendor(name: string): string {
  return (name.split(',', 1)[0] ?? '').trim().toLowerCase().replaceAll(' ', '');
}
