import { posix } from 'node:path';
import { readZipMember } from '../../../foundation/bytes/zip/zip-member.ts';
import { readWhole } from '../../../foundation/core/bytes.ts';
import type { Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { decodeDocument } from '../../../foundation/syntax/json/bounded-json.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText } from '../../../foundation/syntax/json/member.ts';
import { parseFileJson } from '../../../foundation/syntax/json/parse-json.ts';
import type { PackageList } from '../../ecosystem/package-list.ts';

/**
 * Reads an extension in a Firefox profile: an archive with a manifest. The archive name is the ID,
 * which the manifest need not repeat.
 */
export function readXpi({ path, content, budget }: WantedFile): Extraction<PackageList> {
  const member = readZipMember(content, 'manifest.json', budget);
  const { problems } = member;
  const document =
    member.content === undefined
      ? undefined
      : parseFileJson(decodeDocument(member.content), budget);
  if (!isRecord(document)) {
    // Legacy themes and dictionaries have no manifest of this form.
    return { problems };
  }
  const read = readManifest(document, posix.basename(path, '.xpi'));
  return { ...read, problems: [...problems, ...(read.problems ?? [])] };
}

const IDENTIFIER = /^(?:[\w.-]{0,80}@[\w.-]{1,80}|\{[\da-fA-F-]{36}\})$/;

/** Reads an unpacked extension, in a directory whose name is the ID. */
export function readUnpacked({ path, content, budget }: WantedFile): Extraction<PackageList> {
  const document = parseFileJson(decodeDocument(readWhole(content)), budget);
  const folder = posix.basename(posix.dirname(path));
  const isNamed = IDENTIFIER.test(folder);
  // Other programs have extensions in such directories, too.
  return isRecord(document) && (isNamed || findIdentifier(document) !== '')
    ? readManifest(document, folder)
    : {};
}

type Members = Readonly<Record<string, unknown>>;

function readManifest(document: Members, usualName: string): Extraction<PackageList> {
  const version = getText(document, 'version');
  const name = findIdentifier(document) || usualName;
  return version === ''
    ? { problems: [{ code: 'P_RECORD', message: 'the manifest has no version' }] }
    : { fact: { packages: [{ name, version, metadata: { type: 'firefox-extension' } }] } };
}

/** The member had another name in the first years. */
function findIdentifier(document: Members): string {
  const settings = document['browser_specific_settings'] ?? document['applications'];
  const gecko = isRecord(settings) ? settings['gecko'] : undefined;
  return isRecord(gecko) ? getText(gecko, 'id') : '';
}
