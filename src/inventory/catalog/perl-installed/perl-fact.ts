import type { Budget } from '../../../foundation/core/budget.ts';
import { readText } from '../../../foundation/core/bytes.ts';
import type { Extraction, Want, WantedFile } from '../../../foundation/core/cataloger.ts';
import type { Limits } from '../../../foundation/core/limits.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText, toTexts } from '../../../foundation/syntax/json/member.ts';
import { parseFileJson } from '../../../foundation/syntax/json/parse-json.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import { parseYaml } from '../../../foundation/syntax/text/yaml.ts';
import {
  parseAuthor,
  parseDistribution,
  toDistributionName,
} from '../../ecosystem/perl/distribution.ts';

/** Data of one file about a distribution; missing strings are empty. */
export interface PerlRecord {
  readonly name: string;
  readonly version: string;
  readonly author: string;
  readonly licenses: readonly string[];
  /** Modules that it provides. */
  readonly modules: readonly string[];
  /** Modules that it needs at run time. */
  readonly requires: readonly string[];
  readonly line?: number;
}

export type PerlFact =
  | { readonly kind: 'records'; readonly records: readonly PerlRecord[] }
  /** Absolute paths. */
  | { readonly kind: 'files'; readonly files: readonly string[] };

export const PERL_WANTS: readonly Want[] = [
  { role: 'install', paths: ['**/.meta/*/install.json'], maxBytes: 'configFileBytesMax' },
  { role: 'mymeta', paths: ['**/.meta/*/MYMETA.json'], maxBytes: 'configFileBytesMax' },
  { role: 'log', paths: ['**/perllocal.pod'], maxBytes: 'textFileBytesMax' },
  { role: 'files', paths: ['**/.packlist'], maxBytes: 'textFileBytesMax' },
  {
    role: 'build',
    paths: ['json', 'yml'].flatMap((ending) => [
      `**/.cpan/build/*/META.${ending}`,
      `**/.cpanm/work/*/*/META.${ending}`,
    ]),
    maxBytes: 'configFileBytesMax',
  },
];

export function extractPerlFact(file: WantedFile): Extraction<PerlFact> {
  const { role, path, content, limits, budget } = file;
  const text = readText(content);
  switch (role) {
    case 'install':
      return readDocument(parseFileJson(text, budget), readInstall);
    case 'log':
      return readLog(text, limits);
    case 'files':
      // The list of Perl's own files is outside of `auto`.
      return path.includes('/auto/') ? readPacklist(text, budget) : {};
    default: {
      const isJson = text.trimStart().startsWith('{');
      return readDocument(isJson ? parseFileJson(text, budget) : parseYaml(text, budget), readMeta);
    }
  }
}

type Members = Readonly<Record<string, unknown>>;

function readDocument(
  document: unknown,
  read: (document: Members) => PerlRecord,
): Extraction<PerlFact> {
  if (!isRecord(document)) {
    return { problems: [{ code: 'P_MALFORMED', message: 'the metadata is not an object' }] };
  }
  const record = read(document);
  return record.name === '' || record.version === ''
    ? {
        problems: [
          { code: 'P_RECORD', message: 'the metadata does not name a distribution or version' },
        ],
      }
    : { fact: { kind: 'records', records: [record] } };
}

/** Written by cpanm and cpm beside the modules that they install. */
function readInstall(document: Members): PerlRecord {
  const identity = parseDistribution(getText(document, 'dist'));
  const { provides } = document;
  return {
    name: identity?.name ?? toDistributionName(getText(document, 'name')),
    version: identity?.version ?? getText(document, 'version'),
    author: parseAuthor(getText(document, 'pathname')),
    licenses: [],
    modules: isRecord(provides) ? Object.keys(provides) : [],
    requires: [],
  };
}

/** Version 2 lists requirements by phase; version 1 lists those for run time at the top. */
function readMeta(document: Members): PerlRecord {
  const { license, provides, prereqs } = document;
  const phases = isRecord(prereqs) ? prereqs : {};
  const runtime = isRecord(phases['runtime']) ? phases['runtime'] : document;
  const requires = runtime['requires'];
  return {
    name: getText(document, 'name'),
    version: toVersionText(document['version']),
    author: '',
    licenses: typeof license === 'string' ? [license] : toTexts(license),
    modules: isRecord(provides) ? Object.keys(provides) : [],
    requires: isRecord(requires) ? Object.keys(requires) : [],
  };
}

/** A string, although some files contain a number. */
function toVersionText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Entries of ExtUtils::Command::MM, "perllocal_install": a heading with the module, then items. */
function readLog(text: string, limits: Limits): Extraction<PerlFact> {
  const byModule = new Map<string, PerlRecord>();
  let module = '';
  for (const { text: line, number } of splitLines(text)) {
    if (line.startsWith('=head2')) {
      module = /L<([\w:]{1,255})\|/.exec(line)?.[1] ?? '';
      continue;
    }
    const version = /^C<VERSION: ([^>\s]{1,64})>/.exec(line)?.[1];
    if (module === '' || version === undefined) {
      continue;
    }
    if (!byModule.has(module) && byModule.size >= limits.recordsMax) {
      const message = 'the log has more modules than recordsMax allows';
      const problem = { code: 'P_LIMIT', message } as const;
      return { fact: { kind: 'records', records: [...byModule.values()] }, problems: [problem] };
    }
    // There is an entry for every installation: the last one is current.
    byModule.set(module, {
      name: toDistributionName(module),
      version,
      author: '',
      licenses: [],
      modules: [module],
      requires: [],
      line: number,
    });
  }
  return { fact: { kind: 'records', records: [...byModule.values()] } };
}

/** One path per line, with attributes after a blank. ExtUtils::Packlist. */
function readPacklist(text: string, budget: Budget): Extraction<PerlFact> {
  const files: string[] = [];
  const listing = budget.createFileList();
  for (const { text: line } of splitLines(text)) {
    const path = line.replace(/ (?:type|from|mode)=.*$/, '');
    if (path.startsWith('/')) {
      if (!listing.take(path.length)) {
        break;
      }
      files.push(path);
    }
  }
  return { fact: { kind: 'files', files } };
}
