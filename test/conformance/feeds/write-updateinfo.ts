import fs from 'node:fs';
import path from 'node:path';
import { escapeXml } from '../../../src/foundation/present/xml-element.ts';
import { isRecord } from '../../../src/foundation/syntax/json/guard.ts';
import {
  getGivenText,
  getRecord,
  getRecords,
  type JsonRecord,
} from '../../../src/foundation/syntax/json/member.ts';

/**
 * Writes the updates of each repository as its `updateinfo.xml`, from the JSON to which a collector
 * converted them.
 *
 * @param root directory with a directory for each repository
 */
export function writeAmazonUpdates(root: string): void {
  const files = fs
    .readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .sort();
  const byRepository = Map.groupBy(files, (file) => path.dirname(path.dirname(file)));
  for (const [repository, ofRepository] of byRepository) {
    const updates = ofRepository.map((file) => {
      const update: unknown = JSON.parse(fs.readFileSync(path.join(root, file), 'utf8'));
      return isRecord(update) ? formatUpdate(update) : '';
    });
    const name = `${repository.replaceAll(path.sep, '-')}.xml`;
    fs.writeFileSync(path.join(root, name), `<updates>${updates.join('\n')}</updates>`);
  }
}

function formatUpdate(update: JsonRecord): string {
  const collection = getRecord(getRecord(update, 'Pkglist') ?? {}, 'Collection') ?? {};
  const references = getRecords(getRecord(update, 'References') ?? {}, 'Reference');
  const packages = getRecords(collection, 'Package');
  return [
    `<update${formatAttributes(update, ['Status', 'Type'])}>`,
    `<id>${escapeMember(update, 'ID')}</id><title>${escapeMember(update, 'Title')}</title>`,
    `<issued${formatAttributes(getRecord(update, 'Issued') ?? {}, ['Date'])}/>`,
    `<updated${formatAttributes(getRecord(update, 'Updated') ?? {}, ['Date'])}/>`,
    `<severity>${escapeMember(update, 'Severity')}</severity><references>`,
    ...references.map((one) => `<reference${formatAttributes(one, ['ID', 'Type'])}/>`),
    `</references><pkglist><collection${formatAttributes(collection, ['Short'])}>`,
    ...packages.map(
      (one) =>
        `<package${formatAttributes(one, ['Name', 'Version', 'Release', 'Epoch', 'Arch'])}/>`,
    ),
    '</collection></pkglist></update>',
  ].join('');
}

function formatAttributes(record: JsonRecord, names: readonly string[]): string {
  return names.map((name) => ` ${name.toLowerCase()}="${escapeMember(record, name)}"`).join('');
}

function escapeMember(record: JsonRecord, name: string): string {
  return escapeXml(getGivenText(record, name) ?? '');
}
