import type { DocumentContent, DocumentReader, ReadDocumentOptions } from '../../core/document.ts';
import { UserError } from '../../core/error.ts';
import type { InventoryPackage } from '../../core/inventory.ts';
import type { Cpe, Location, Upstream } from '../../core/package.ts';
import { formatCpe, parseCpe } from '../../identity/cpe-name/cpe.ts';
import { parsePurl } from '../../identity/purl/parse-purl.ts';
import { packageOfPurl } from '../../identity/purl/purl-package.ts';
import { systemByName } from '../../identity/purl/system-name.ts';
import { parseBoundedJson } from '../../syntax/json/bounded-json.ts';
import { DocumentProblems } from '../../syntax/json/document-records.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { jsonHead } from '../../syntax/json/json-head.ts';
import {
  givenText,
  type JsonRecord,
  recordIn,
  recordsIn,
  textIn,
  textsIn,
} from '../../syntax/json/member.ts';

const SUBJECT = 'the Grype document';

/** A result of Grype: the packages it matched, to be judged again. It contains no others. */
export const grypeJson: DocumentReader = {
  id: 'grype-json',
  title: 'Grype JSON',
  spec: 'https://github.com/anchore/grype/tree/main/schema/grype/json',
  recognises,
  read,
};

/** Long lists of matches come first, so the start rarely contains more than this name. */
function recognises(head: Uint8Array): number {
  const { names = [] } = jsonHead(head) ?? {};
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
  const matches = [...recordsIn(document, 'matches'), ...recordsIn(document, 'ignoredMatches')];
  for (const match of matches) {
    const item = packageOf(recordIn(match, 'artifact') ?? {});
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
  const distro = recordIn(document, 'distro') ?? {};
  return {
    inventory: {
      target: description,
      distro: systemByName(textIn(distro, 'name'), givenText(distro, 'version')),
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
function packageOf(artifact: JsonRecord): InventoryPackage | undefined {
  const name = givenText(artifact, 'name');
  if (name === undefined) {
    return undefined;
  }
  const written = textIn(artifact, 'purl');
  const purl = parsePurl(written);
  const version = textIn(artifact, 'version');
  const type = textIn(artifact, 'type');
  return {
    ...(purl === undefined ? {} : packageOfPurl(purl)),
    key: givenText(artifact, 'id') ?? [type, name, version].join('\0'),
    name,
    version,
    type,
    language: textIn(artifact, 'language'),
    purl: written,
    foundBy: grypeJson.id,
    rule: 'an artifact in a Grype result',
    confidence: 1,
    locations: recordsIn(artifact, 'locations').flatMap(locationOf),
    licenses: textsIn(artifact, 'licenses').map((value) => ({
      value,
      expression: '',
      kind: 'declared',
      urls: [],
      locations: [],
    })),
    cpes: textsIn(artifact, 'cpes').flatMap(cpeOf),
    upstreams: recordsIn(artifact, 'upstreams').flatMap(upstreamOf),
    ownedFiles: [],
  };
}

function locationOf(record: JsonRecord): Location[] {
  const path = givenText(record, 'path');
  const layer = givenText(record, 'layerID');
  return path === undefined
    ? []
    : [
        {
          path,
          accessPath: givenText(record, 'accessPath') ?? path,
          ...(layer === undefined ? {} : { layer }),
        },
      ];
}

function cpeOf(text: string): Cpe[] {
  const name = parseCpe(text);
  return name === undefined ? [] : [{ cpe: formatCpe(name), source: 'declared' }];
}

function upstreamOf(record: JsonRecord): Upstream[] {
  const name = givenText(record, 'name');
  const version = givenText(record, 'version');
  return name === undefined ? [] : [version === undefined ? { name } : { name, version }];
}
