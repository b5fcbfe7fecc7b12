import { readDynamic } from '../../../foundation/bytes/elf/dynamic.ts';
import { readElf } from '../../../foundation/bytes/elf/elf.ts';
import { readMachO } from '../../../foundation/bytes/macho/macho.ts';
import {
  type Captures,
  findPattern,
  type SearchBudget,
  searchBudget,
} from '../../../foundation/bytes/pattern/find-pattern.ts';
import type { Pattern } from '../../../foundation/bytes/pattern/pattern.ts';
import { readPe } from '../../../foundation/bytes/pe/pe.ts';
import { getBaseName } from '../../../foundation/core/base-name.ts';
import type { Extraction, WantedFile } from '../../../foundation/core/cataloger.ts';
import { digestMd5 } from '../content-digest.ts';
import type { Evidence } from './evidence.ts';
import { FILE_ROLES, type FileRole, getEvidenceName } from './file-roles.ts';

/** Evidence found in one file for the products that its name suggests. */
export interface FileFact {
  /** Captures of each evidence found, by its name. */
  readonly found: Readonly<Record<string, Captures>>;
  /** Names of the libraries that the file loads and that may contain evidence. */
  readonly imported?: readonly string[];
  /** Present if anything was found. */
  readonly md5?: string;
}

/** Searches for the evidence of all products that a file of this role may be. */
export function readFile(file: WantedFile): Extraction<FileFact> {
  const role = FILE_ROLES.get(file.role);
  if (role === undefined || !isNamed(file, role)) {
    return {};
  }
  const search = new FileSearch(file);
  for (const products of role.evidences) {
    search.addFirst(products);
  }
  const { found, isExhausted } = search;
  const imported = listImported(file, role);
  const isAny = Object.keys(found).length > 0 || imported.length > 0 || role.isEnough;
  return {
    ...(isAny && {
      fact: { found, ...(imported.length > 0 && { imported }), md5: digestMd5(file.content) },
    }),
    ...(isExhausted && { problems: [EXHAUSTED] }),
  };
}

const EXHAUSTED = {
  code: 'P_LIMIT',
  message: 'the file has more version candidates than patternStepsMax allows',
} as const;

/** A question mark in a name matches one character, which request paths do not support. */
function isNamed({ path }: WantedFile, { file }: FileRole): boolean {
  const name = getBaseName(path);
  return !file.includes('?') || name.length === file.length;
}

type Truth = 'holds' | 'fails' | 'unknown';

/** The search in one file: each evidence is searched once. */
class FileSearch {
  readonly #file: WantedFile;
  readonly #budget: SearchBudget;
  readonly #found: Record<string, Captures> = {};
  readonly #missing = new Set<string>();

  constructor(file: WantedFile) {
    this.#file = file;
    this.#budget = searchBudget(file.sizeBytes, file.limits);
  }

  get found(): Readonly<Record<string, Captures>> {
    return this.#found;
  }

  get isExhausted(): boolean {
    return this.#budget.stepsLeft <= 0;
  }

  /** Searches for one after the other until one matches for certain. */
  addFirst(evidences: readonly Evidence[]): Truth {
    let isUnknown = false;
    for (const evidence of evidences) {
      const truth = this.#addEvidence(evidence);
      isUnknown ||= truth === 'unknown';
      if (truth === 'holds') {
        return isUnknown ? 'unknown' : 'holds';
      }
    }
    return isUnknown ? 'unknown' : 'fails';
  }

  #addEvidence(evidence: Evidence): Truth {
    switch (evidence.kind) {
      case 'content':
        return this.#search(getEvidenceName(evidence), evidence.patterns);
      case 'named': {
        const pattern = evidence.findPattern(getBaseName(this.#file.path));
        return pattern === undefined ? 'fails' : this.#search(getEvidenceName(evidence), [pattern]);
      }
      case 'anyOf':
        return this.addFirst(evidence.of);
      case 'allOf':
        return this.#addAll(evidence.of);
      default:
        return 'unknown';
    }
  }

  #addAll(evidences: readonly Evidence[]): Truth {
    const truths = new Set<Truth>();
    for (const evidence of evidences) {
      const truth = this.#addEvidence(evidence);
      if (truth === 'fails') {
        return truth;
      }
      truths.add(truth);
    }
    return truths.has('unknown') ? 'unknown' : 'holds';
  }

  #search(name: string, patterns: readonly Pattern[]): Truth {
    if (!(name in this.#found) && !this.#missing.has(name)) {
      const captures = this.#findCaptures(patterns);
      if (captures === undefined) {
        this.#missing.add(name);
      } else {
        this.#found[name] = captures;
      }
    }
    return name in this.#found ? 'holds' : 'fails';
  }

  #findCaptures(patterns: readonly Pattern[]): Captures | undefined {
    let all: Captures = {};
    for (const pattern of patterns) {
      const captures = findPattern(this.#file.content, pattern, this.#budget);
      if (captures === undefined) {
        return undefined;
      }
      all = { ...all, ...captures };
    }
    return all;
  }
}

function listImported({ content, limits }: WantedFile, { imported }: FileRole): string[] {
  if (imported.length === 0) {
    return [];
  }
  const elf = readElf(content, limits);
  const libraries =
    (elf === undefined ? undefined : readDynamic(elf)?.needed) ??
    readMachO(content, limits)?.importedLibraries ??
    readPe(content, limits)?.importedLibraries ??
    [];
  return libraries.filter((name) => imported.some((fits) => fits.test(name)));
}
