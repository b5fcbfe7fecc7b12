import { defined } from '../../../foundation/core/defined.ts';
import { SEVERITIES } from '../../../foundation/core/finding.ts';
import {
  type CoveredItem,
  isSigned,
  JUSTIFIED_KINDS,
  type Justification,
} from '../../../foundation/core/justification.ts';
import { suggestWord } from '../../../foundation/core/option-suggestion.ts';
import { digestEvidence } from '../facts.ts';
import type { EntryMap, EntryNode, EntryValue } from './entry-node.ts';
import { createEntryError } from './justification-error.ts';
import { parseEntries } from './parse-entries.ts';

/** A file of justifications with its content. */
export interface JustificationFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const KEYS = [
  'id',
  'change',
  'subject',
  'severity',
  'required-by',
  'compared',
  'evidence',
  'digest',
  'proposed',
  'returned',
  'reason',
  'by',
  'until',
  'covers',
];

const ID = /^[0-9a-f]{16}$/;
const TEXT_CHARS_MAX = 16_384;
const AUTHOR_CHARS_MAX = 256;

/**
 * Reads files of justifications.
 *
 * @throws UserError `E_JUSTIFICATION` with file and line for the first mistake: a misread reason is
 *   worse than none
 */
export function readJustifications(files: readonly JustificationFile[]): readonly Justification[] {
  const entries = files.flatMap(({ path, bytes }) => {
    const text = Buffer.from(bytes).toString('utf8');
    const list = parseEntries(text, path).map((node) => readEntry(node, path));
    rejectRepeated(list);
    return list;
  });
  rejectRepeated(entries.filter(isSigned));
  return entries;
}

/** Of two signatures for the same thing, neither is known to be the right one. */
function rejectRepeated(entries: readonly Justification[]): void {
  const seen = new Map<string, Justification>();
  for (const entry of entries) {
    const other = seen.get(entry.id);
    if (other !== undefined) {
      throw createEntryError(
        entry.source,
        `the id "${entry.id}" is also in ${other.source}`,
        'remove the older of the two entries',
      );
    }
    seen.set(entry.id, entry);
  }
}

function readEntry({ members, line }: EntryNode, file: string): Justification {
  const source = `${file}:${line}`;
  for (const key of members.keys()) {
    if (!KEYS.includes(key)) {
      throw createEntryError(source, `unknown key "${key}"`, suggestWord(key, KEYS));
    }
  }
  const getText = (name: string): string => readMemberText(members.get(name), name, source);
  const change = requireText(members, 'change', source);
  const severity = SEVERITIES.find((word) => word === getText('severity'));
  const entry = {
    id: readId(members.get('id'), source),
    kind: readKind(change, source),
    change,
    subject: requireText(members, 'subject', source),
    requiredBy: getText('required-by'),
    evidence: readFacts(members.get('evidence'), 'evidence', source),
    digest: requireText(members, 'digest', source),
    reason: readSigned(members, 'reason', source),
    by: readSigned(members, 'by', source),
    until: readSigned(members, 'until', source),
    covers: readCovers(members.get('covers'), source),
    source,
    ...defined({
      severity,
      proposed: getText('proposed') || undefined,
      returned: getText('returned') || undefined,
      compared: readCompared(members.get('compared'), source),
    }),
  };
  checkSignature(entry);
  checkDigest(entry);
  return entry;
}

function readMemberText(value: EntryValue | undefined, name: string, source: string): string {
  if (value !== undefined && typeof value !== 'string') {
    throw createEntryError(source, `"${name}" must be a text`);
  }
  if ((value ?? '').length > TEXT_CHARS_MAX) {
    throw createEntryError(source, `"${name}" has more than ${TEXT_CHARS_MAX} characters`);
  }
  return (value ?? '').trim();
}

function requireText(
  members: ReadonlyMap<string, EntryValue>,
  name: string,
  source: string,
): string {
  const text = readMemberText(members.get(name), name, source);
  if (text === '') {
    throw createEntryError(
      source,
      `missing "${name}"`,
      'create entries with: plimsoll justify queue',
    );
  }
  return text;
}

/** Line breaks are part of a reason; other controls could disguise it. */
const CONTROL =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

/** Returns whether a text has characters that could disguise it. */
export function hasControls(text: string): boolean {
  return CONTROL.test(text);
}

/** A person may write `null` or `~` for "not yet". */
function readSigned(
  members: ReadonlyMap<string, EntryValue>,
  name: string,
  source: string,
): string {
  const text = readMemberText(members.get(name), name, source);
  if (hasControls(text)) {
    throw createEntryError(source, `"${name}" has control or invisible characters`, 'remove them');
  }
  return text === '~' || text === 'null' ? '' : text;
}

function readId(value: EntryValue | undefined, source: string): string {
  const id = readMemberText(value, 'id', source);
  if (!ID.test(id)) {
    throw createEntryError(
      source,
      `invalid id "${id}": expected 16 hexadecimal digits`,
      'create entries with: plimsoll justify queue',
    );
  }
  return id;
}

function readKind(change: string, source: string): Justification['kind'] {
  const [word = ''] = change.split(' ', 1);
  const kind = JUSTIFIED_KINDS.find((one) => one === word);
  if (kind === undefined) {
    throw createEntryError(
      source,
      `unknown change "${change}"`,
      suggestWord(word, JUSTIFIED_KINDS),
    );
  }
  return kind;
}

function isMap(value: EntryValue | undefined): value is EntryMap {
  return value instanceof Map;
}

function readFacts(value: EntryValue | undefined, name: string, source: string): EntryMap {
  if (!isMap(value)) {
    throw createEntryError(source, `"${name}" must be a map of facts`);
  }
  return value;
}

function readCompared(
  value: EntryValue | undefined,
  source: string,
): Justification['compared'] | undefined {
  if (value === undefined) {
    return undefined;
  }
  const map = readFacts(value, 'compared', source);
  return { before: map.get('before') ?? '', after: map.get('after') ?? '' };
}

function readCovers(value: EntryValue | undefined, source: string): readonly CoveredItem[] {
  if (value === undefined || value === '') {
    return [];
  }
  if (typeof value === 'string' || isMap(value)) {
    throw createEntryError(source, '"covers" must be a list');
  }
  return value.map((map) => {
    const evidence = new Map(map);
    evidence.delete('id');
    evidence.delete('subject');
    return { id: readId(map.get('id'), source), subject: map.get('subject') ?? '', evidence };
  });
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** A reason needs an author and an end; an author alone waits for the reason. */
function checkSignature({ reason, by, until, source }: Justification): void {
  if (by.length > AUTHOR_CHARS_MAX) {
    throw createEntryError(source, `"by" has more than ${AUTHOR_CHARS_MAX} characters`);
  }
  if (reason !== '' && by === '') {
    throw createEntryError(
      source,
      'a reason without an author',
      'add the person, as in by: ops@example.org',
    );
  }
  if (reason !== '' && until === '') {
    throw createEntryError(
      source,
      'a reason without an end',
      'add the date, as in until: 2027-01-31',
    );
  }
  if (/^plimsoll\b/i.test(by)) {
    throw createEntryError(source, 'a program cannot sign', 'name the person who decided');
  }
  if (until !== '' && !isDate(until)) {
    throw createEntryError(source, `"${until}" is not a date`, 'write it as: 2027-01-31');
  }
}

function isDate(text: string): boolean {
  const isForm = DATE.test(text) && !Number.isNaN(Date.parse(text));
  return isForm && new Date(text).toISOString().startsWith(text);
}

/** The evidence is what the person saw: nobody may change it under the signature. */
function checkDigest(entry: Justification): void {
  if (entry.digest !== digestEvidence(entry)) {
    throw createEntryError(
      entry.source,
      'the evidence does not have its digest: it was edited',
      'restore it, or create the entry again with: plimsoll justify queue',
    );
  }
}
