import { defined } from '../../foundation/core/defined.ts';
import type {
  DocumentContent,
  DocumentReader,
  ReadDocumentOptions,
} from '../../foundation/core/document.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import type { Location, Upstream } from '../../foundation/core/package.ts';
import { parseDeclaredCpes } from '../../foundation/identity/cpe-name/declared-cpe.ts';
import { parsePurl } from '../../foundation/identity/purl/parse-purl.ts';
import { toPurlPackage } from '../../foundation/identity/purl/purl-package.ts';
import { findSystem } from '../../foundation/identity/purl/system-name.ts';
import { parseBoundedJson } from '../../foundation/syntax/json/bounded-json.ts';
import { DocumentProblems } from '../../foundation/syntax/json/document-records.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import { readJsonHead } from '../../foundation/syntax/json/json-head.ts';
import {
  getGivenText,
  getRecord,
  getRecords,
  getText,
  getTexts,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';

const SUBJECT = 'the Grype document';

/** A result of Grype: the packages it matched, to be judged again. It contains no others. */
export const grypeJson: DocumentReader = {
  id: 'grype-json',
  title: 'Grype JSON',
  spec: 'https://github.com/anchore/grype/tree/main/schema/grype/json',
  recognize,
  read,
};

/** Long lists of matches come first, so the start rarely contains more than this name. */
function recognize(head: Uint8Array): number {
  const { names = [] } = readJsonHead(head) ?? {};
  return names[0] === 'matches' || names.includes('ignoredMatches') ? 0.9 : 0;
}

function read(
  content: Uint8Array,
  { limits, description, onDuplicateMember }: ReadDocumentOptions,
): DocumentContent {
  const document = parseBoundedJson(content, { subject: SUBJECT, limits, onDuplicateMember });
  if (!isRecord(document) || !Array.isArray(document['matches'])) {
    throw new UserError('E_DOCUMENT_INVALID', `${SUBJECT} has no list of matches`);
  }
  const problems = new DocumentProblems(grypeJson.id, limits);
  const packages = new Map<string, InventoryPackage>();
  const matches = [...getRecords(document, 'matches'), ...getRecords(document, 'ignoredMatches')];
  for (const match of matches) {
    const item = readPackage(getRecord(match, 'artifact') ?? {});
    if (item === undefined) {
      problems.note('P_RECORD', 'a match was left out: it does not name an artifact');
    } else if (packages.has(item.key) || packages.size < limits.documentPackagesMax) {
      packages.set(item.key, item);
    } else {
      problems.note(
        'P_LIMIT',
        'some packages were not read: the document exceeds the limit documentPackagesMax',
      );
      break;
    }
  }
  const distro = getRecord(document, 'distro') ?? {};
  return {
    inventory: {
      target: description,
      distro: findSystem(getText(distro, 'name'), getGivenText(distro, 'version')),
      packages: [...packages.values()],
      files: [],
      relationships: [],
      problems: problems.listed,
      problemsNotListed: problems.notListed,
      catalogers: [],
      layerBytes: [],
      scope: 'squashed',
    },
    keys: 'document',
  };
}

/** Returns `undefined` if it has no name. */
function readPackage(artifact: JsonRecord): InventoryPackage | undefined {
  const name = getGivenText(artifact, 'name');
  if (name === undefined) {
    return undefined;
  }
  const written = getText(artifact, 'purl');
  const purl = parsePurl(written);
  const version = getText(artifact, 'version');
  const type = getText(artifact, 'type');
  return {
    ...(purl === undefined ? {} : toPurlPackage(purl)),
    key: getGivenText(artifact, 'id') ?? [type, name, version].join('\0'),
    name,
    version,
    type,
    language: getText(artifact, 'language'),
    purl: written,
    foundBy: grypeJson.id,
    rule: 'an artifact in a Grype result',
    confidence: 1,
    locations: getRecords(artifact, 'locations').flatMap(readLocation),
    licenses: getTexts(artifact, 'licenses').map((value) => ({
      value,
      expression: '',
      kind: 'declared',
      urls: [],
      locations: [],
    })),
    cpes: parseDeclaredCpes(getTexts(artifact, 'cpes')),
    upstreams: getRecords(artifact, 'upstreams').flatMap(readUpstream),
    ownedFiles: [],
  };
}

function readLocation(record: JsonRecord): Location[] {
  const path = getGivenText(record, 'path');
  const layer = getGivenText(record, 'layerID');
  return path === undefined
    ? []
    : [
        {
          path,
          accessPath: getGivenText(record, 'accessPath') ?? path,
          ...defined({ layer }),
        },
      ];
}

function readUpstream(record: JsonRecord): Upstream[] {
  const name = getGivenText(record, 'name');
  const version = getGivenText(record, 'version');
  return name === undefined ? [] : [version === undefined ? { name } : { name, version }];
}
