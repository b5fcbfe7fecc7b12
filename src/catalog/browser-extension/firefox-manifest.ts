import { posix } from 'node:path';
import { readZipMember } from '../../bytes/zip/zip-member.ts';
import { readWhole } from '../../core/bytes.ts';
import type { Extraction, WantedFile } from '../../core/cataloger.ts';
import type { PackageList } from '../../ecosystem/package-list.ts';
import { decodeDocument } from '../../syntax/json/bounded-json.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { getText } from '../../syntax/json/member.ts';
import { parseFileJson } from '../../syntax/json/parse-json.ts';

/**
 * An extension as Firefox keeps it in a profile: an archive with its manifest, named by the
 * identifier that the manifest need not repeat.
 */
export function readXpi({ path, content, budget }: WantedFile): Extraction<PackageList> {
  const member = readZipMember(content, 'manifest.json', budget);
  const { problems } = member;
  const document =
    member.content === undefined
      ? undefined
      : parseFileJson(decodeDocument(member.content), budget);
  if (!isRecord(document)) {
    // Themes and dictionaries of former kinds have no manifest of this form.
    return { problems };
  }
  const read = readManifest(document, posix.basename(path, '.xpi'));
  return { ...read, problems: [...problems, ...(read.problems ?? [])] };
}

const IDENTIFIER = /^(?:[\w.-]{0,80}@[\w.-]{1,80}|\{[\da-fA-F-]{36}\})$/;

/** The same unpacked, in a folder that is named by the identifier. */
export function readUnpacked({ path, content, budget }: WantedFile): Extraction<PackageList> {
  const document = parseFileJson(decodeDocument(readWhole(content)), budget);
  const folder = posix.basename(posix.dirname(path));
  const isNamed = IDENTIFIER.test(folder);
  // Extensions of other programs lie in folders like this too.
  return isRecord(document) && (isNamed || identifierOf(document) !== '')
    ? readManifest(document, folder)
    : {};
}

type Members = Readonly<Record<string, unknown>>;

function readManifest(document: Members, usualName: string): Extraction<PackageList> {
  const version = getText(document, 'version');
  const name = identifierOf(document) || usualName;
  return version === ''
    ? { problems: [{ code: 'P_RECORD', message: 'the manifest has no version' }] }
    : { fact: { packages: [{ name, version, metadata: { type: 'firefox-extension' } }] } };
}

/** The member had another name in the first years. */
function identifierOf(document: Members): string {
  const settings = document['browser_specific_settings'] ?? document['applications'];
  const gecko = isRecord(settings) ? settings['gecko'] : undefined;
  return isRecord(gecko) ? getText(gecko, 'id') : '';
}
