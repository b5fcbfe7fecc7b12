import { textOf } from '../../core/bytes.ts';
import type { Cataloger, Extraction, WantedFile } from '../../core/cataloger.ts';
import {
  assemblePackageLists,
  type ListedPackage,
  type PackageList,
  readPackageList,
} from '../../ecosystem/package-list.ts';
import { writePurl } from '../../identity/purl/purl.ts';
import { type Line, linesOf } from '../../syntax/text/lines.ts';

/**
 * Gems that Bundler locks, those for development included: the lock does not tell them apart.
 */
export const rubyGemfileLock: Cataloger<PackageList> = {
  id: 'ruby-gemfile-lock',
  alias: 'ruby-gemfile-cataloger',
  version: 1,
  title: 'Gems locked by Bundler',
  spec: 'https://bundler.io/guides/rationale.html',
  tags: ['declared', 'directory', 'gem', 'language', 'package', 'ruby'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'no' },
  wants: [
    {
      role: 'lock',
      paths: ['**/Gemfile.lock', '**/Gemfile.next.lock', '**/gems.locked'],
      maxBytes: 'lockFileBytesMax',
    },
  ],
  extract,
  assemble: (input) =>
    assemblePackageLists(input, ({ name, version }) => ({
      type: 'gem',
      language: 'ruby',
      purl: writePurl({ type: 'gem', name, version }),
      foundBy: rubyGemfileLock.id,
      rule: 'a gem in the Bundler lock file',
    })),
};

/** Sections that hold gems. What follows in the file repeats them without a version. */
const SECTIONS: ReadonlySet<string> = new Set(['GEM', 'GIT', 'PATH', 'PLUGIN SOURCE']);

const GEM_INDENT = 4;
const DEPENDENCY_INDENT = 6;

interface GemRecord {
  readonly line: Line;
  readonly requires: string[];
}

function extract({ content, limits }: WantedFile): Extraction<PackageList> {
  return readPackageList(gemRecords(textOf(content)), 'gem', limits, readGem);
}

/** A gem is a line indented by four, and what it needs are lines indented by six after it. */
function gemRecords(text: string): GemRecord[] {
  const records: GemRecord[] = [];
  let isSection = false;
  for (const line of linesOf(text)) {
    const indent = line.text.length - line.text.trimStart().length;
    if (indent === 0 && line.text !== '') {
      isSection = SECTIONS.has(line.text.trimEnd());
    } else if (isSection && indent === GEM_INDENT) {
      records.push({ line, requires: [] });
    } else if (isSection && indent === DEPENDENCY_INDENT) {
      records.at(-1)?.requires.push(nameOf(line.text));
    }
  }
  return records;
}

function nameOf(text: string): string {
  return text.trim().split(' ', 1)[0] ?? '';
}

function readGem({ line, requires }: GemRecord): ListedPackage | undefined {
  const name = nameOf(line.text);
  const [, version] = /\(([^()\s]+)\)\s*$/.exec(line.text) ?? [];
  return version === undefined ? undefined : { name, version, line: line.number, requires };
}
