import type { Extractor } from '../foundation/core/cataloger.ts';
import { UserError } from '../foundation/core/error.ts';
import { DEFAULT_LIMITS } from '../foundation/core/limits.ts';
import { parseDeb822, type Stanza } from '../foundation/syntax/deb822/deb822.ts';
import type { ManagerState } from '../hardening/harden/recipe-contract.ts';
import { readAgain } from './read-again.ts';
import type { ScanOptions } from './scan-options.ts';

const STATUS = '/var/lib/dpkg/status';
const EXTENDED = '/var/lib/apt/extended_states';
const WORLD = '/etc/apk/world';
const REPOSITORIES = '/etc/apk/repositories';
const PATHS = [STATUS, EXTENDED, REPOSITORIES, WORLD];

/** Keeps the text of the records that hold the state of package managers. */
const RECORDS: Extractor<string> = {
  id: 'manager-records',
  version: 1,
  wants: [
    {
      role: 'record',
      paths: PATHS,
      maxBytes: 'textFileBytesMax',
    },
  ],
  extract: ({ content }) => ({
    fact: Buffer.from(content.read(0, content.sizeBytes)).toString('utf8'),
  }),
};

/**
 * Reads the target once more for the state of package managers that inventories do not hold.
 *
 * @throws UserError `E_LIMIT` if a record could not be read: without it, a recipe could remove
 *   packages that the package manager protects
 */
export async function readManagerState(
  userInput: string,
  options: ScanOptions,
): Promise<ManagerState> {
  const { limits = DEFAULT_LIMITS } = options;
  const { facts, read } = await readAgain(userInput, RECORDS, options);
  const problem = read.problems.find(({ path = '' }) => PATHS.includes(path));
  if (problem !== undefined) {
    throw new UserError(
      'E_LIMIT',
      `could not read the state of the package manager: ${problem.path ?? ''}: ${problem.message}`,
      { hint: 'raise the limit that the message names, with --limit' },
    );
  }
  const texts = new Map(facts.map(({ path, fact }) => [path, String(fact)]));
  const readStanzas = (path: string): readonly Stanza[] =>
    parseDeb822(texts.get(path) ?? '', limits).stanzas;
  const world = texts.get(WORLD);
  return {
    protectedNames: listPackageNames(readStanzas(STATUS), ({ fields }) =>
      ['essential', 'protected', 'important'].some((name) => fields.get(name) === 'yes'),
    ),
    automaticNames: listPackageNames(
      readStanzas(EXTENDED),
      ({ fields }) => fields.get('auto-installed') === '1',
    ),
    ...(world === undefined ? {} : { world: splitWords(world) }),
    repositories: splitWords(texts.get(REPOSITORIES) ?? ''),
  };
}

function listPackageNames(
  stanzas: readonly Stanza[],
  isWanted: (stanza: Stanza) => boolean,
): ReadonlySet<string> {
  return new Set(
    stanzas.filter(isWanted).flatMap(({ fields }) => fields.get('package')?.trim() ?? []),
  );
}

function splitWords(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .flatMap((line) => line.split(/\s+/))
    .filter((word) => word !== '');
}
