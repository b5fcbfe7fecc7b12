import type { DocumentProblems } from '../../foundation/syntax/json/document-records.ts';
import { ownMember } from '../../foundation/syntax/json/guard.ts';
import type { JsonRecord } from '../../foundation/syntax/json/member.ts';

/** Records a problem if a member that must be a list is not one; it is ignored. */
export function noteWrongList(record: JsonRecord, name: string, problems: DocumentProblems): void {
  const value = ownMember(record, name);
  if (value !== undefined && value !== null && !Array.isArray(value)) {
    problems.note('P_MALFORMED', `the member "${name}" was not read: it is not a list`);
  }
}
