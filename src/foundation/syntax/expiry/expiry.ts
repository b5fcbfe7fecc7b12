import { UserError } from '../../core/error.ts';
import { getGivenText, type JsonRecord } from '../json/member.ts';

const DATE = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?$/;

/**
 * Returns the end of validity of an entry of a rule file: a date or an RFC 3339 time, or
 * `undefined` for unlimited validity.
 *
 * @param source place of the entry, for messages: `accepted.yaml: differences 2`
 * @throws UserError `E_CONFIG` if it is neither a date nor a time
 */
export function getExpiry(entry: JsonRecord, source: string): string | undefined {
  const text = getGivenText(entry, 'expires');
  if (text !== undefined && !(DATE.test(text) && !Number.isNaN(Date.parse(text)))) {
    throw new UserError('E_CONFIG', `${source}: invalid date "${text}" for expires`, {
      hint: 'write the date as 2027-01-31',
    });
  }
  return text;
}
