import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import { ROOT } from '../source-tree.ts';

/** Name of the file beside the executables. */
export const LICENSES_NAME = 'THIRD-PARTY.txt';

const TEXTS = /^(?:licen[cs]e|copying|notice)(?:\.(?:md|txt))?$/iu;
const RULE = '='.repeat(80);

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly author?: string | { readonly name: string };
}

/** Returns the directories of the npm packages that modules belong to. */
export function listPackageFolders(modules: readonly string[]): readonly string[] {
  const folders = modules.flatMap((path) => {
    const [folder] = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/u.exec(path) ?? [];
    return folder === undefined ? [] : [folder];
  });
  return [...new Set(folders)].sort(compareText);
}

/** Returns the license texts of plimsoll and of packages, each with its name. */
export function formatLicenses(folders: readonly string[]): string {
  return [ROOT, ...folders].map((folder) => formatPackage(folder)).join('');
}

function formatPackage(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const { name, version, license = '', author = '' } = manifest;
  const texts = readLicenseTexts(folder);
  const authorName = typeof author === 'string' ? author : author.name;
  const declared = `License: ${license}\nAuthor: ${authorName}\nThe package has no license text.\n`;
  return formatPart(`${name} ${version}`, texts.length > 0 ? texts : [declared]);
}

function readLicenseTexts(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => TEXTS.test(name))
    .sort(compareText)
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

function formatPart(title: string, texts: readonly string[]): string {
  return `${RULE}\n${title}\n${RULE}\n\n${texts.map((text) => `${text.trim()}\n\n`).join('')}`;
}

/**
 * Writes the license texts of everything in an executable. The one of Node is in the directory of
 * its distribution, which contains the program itself or its directory `bin`.
 */
export function writeLicenses(packages: string, node: string, target: string): void {
  const folder = [dirname(node), dirname(dirname(node))].find((path) =>
    existsSync(join(path, 'LICENSE')),
  );
  if (folder === undefined) throw new Error(`the license of ${node} is missing`);
  writeFileSync(target, `${packages}${formatPart('Node.js', readLicenseTexts(folder))}`);
}
