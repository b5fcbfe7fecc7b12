import { Budget } from '../core/budget.ts';
import type { Extractor } from '../core/cataloger.ts';
import { defined } from '../core/defined.ts';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import type { ManagerState } from '../harden/recipe-contract.ts';
import { createSpill } from '../read/spill.ts';
import { openTarget } from '../source/open-target.ts';
import { sources } from '../source/registry.generated.ts';
import { parseDeb822, type Stanza } from '../syntax/deb822/deb822.ts';
import { listVisibleFacts } from '../view/visible-facts.ts';
import { readTarget } from './read-target.ts';
import type { ScanOptions } from './scan-options.ts';

const STATUS = '/var/lib/dpkg/status';
const EXTENDED = '/var/lib/apt/extended_states';
const WORLDS = ['/etc/apk/world'];
const REPOSITORIES = '/etc/apk/repositories';

/** Keeps the text of the records that the state of package managers is read from. */
const RECORDS: Extractor<string> = {
  id: 'manager-records',
  version: 1,
  wants: [
    {
      role: 'record',
      paths: [STATUS, EXTENDED, REPOSITORIES, ...WORLDS],
      maxBytes: 'textFileBytesMax',
    },
  ],
  extract: ({ content }) => ({
    fact: Buffer.from(content.read(0, content.sizeBytes)).toString('utf8'),
  }),
};

/** Reads the state of package managers that is not part of an inventory, in a second reading. */
export async function readManagerState(
  userInput: string,
  options: ScanOptions,
): Promise<ManagerState> {
  const { limits = DEFAULT_LIMITS, progress = SILENT, platform, from, network } = options;
  using spill = createSpill({ folder: options.temporaryFolder, limits });
  const target = await openTarget(userInput, sources, {
    ...defined({ platform, from, network }),
    isAttachedSbom: false,
    limits,
    spill,
    progress,
  });
  try {
    const budget = new Budget(limits);
    const extractors = [RECORDS];
    const read = await readTarget(target, { extractors, limits, budget, spill, progress });
    const facts = listVisibleFacts(read.view, read.layers, RECORDS.id);
    const texts = new Map(facts.map(({ path, fact }) => [path, String(fact)]));
    const readStanzas = (path: string): readonly Stanza[] =>
      parseDeb822(texts.get(path) ?? '', limits).stanzas;
    const world = texts.get('/etc/apk/world');
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
  } finally {
    await target.close();
  }
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
