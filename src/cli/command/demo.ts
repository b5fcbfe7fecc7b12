import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildDatabase } from '../../advisory/build-database.ts';
import { openDatabase } from '../../advisory/open-database.ts';
import { evaluate } from '../../assess/evaluate.ts';
import { readInventory } from '../../assess/read-inventory.ts';
import { assert } from '../../core/assert.ts';
import { createAssessment } from '../../core/assessment.ts';
import { EXIT_STATUS, type ExitStatus } from '../../core/error.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { formatLoaders } from '../../output/format-loaders.ts';
import type { Command, Context } from '../command.ts';
import { createTemporaryDirectory } from '../folders.ts';
import { chooseOutputs } from '../output.ts';
import { createReportFrame, writeOutputs } from '../report-run.ts';

/** Scans the sample image with the sample advisories; needs no network and no database. */
export const demo: Command = { run };

/** Documents in `examples/advisories`, with the provider that reads them. */
const ADVISORIES = [
  { provider: 'debian-tracker', document: 'debian-tracker.json' },
  { provider: 'alpine-secdb', document: 'alpine-secdb-3.10.json' },
  { provider: 'osv', document: 'osv-npm.json' },
] as const;

const SAMPLE = 'sample.oci.tar';

/** Time at which the advisories were collected, so that the demo prints the same on any day. */
const COLLECTED_AT = '2023-02-08T00:00:00Z';

async function run(context: Context): Promise<ExitStatus> {
  const { progress } = context;
  const examples = findExamplesDirectory();
  const folder = createTemporaryDirectory(context.resources);
  const databaseFolder = join(folder, 'db');
  const inputs = ADVISORIES.map(({ provider, document }) => ({
    provider,
    file: join(examples, 'advisories', document),
  }));
  await buildDatabase(inputs, databaseFolder, {
    progress,
    limits: DEFAULT_LIMITS,
    now: COLLECTED_AT,
  });
  const database = context.resources.use(openDatabase(databaseFolder));
  const sample = join(examples, SAMPLE);
  const inventory = await readInventory(`oci-archive:${sample}`, {
    name: 'sample:debian-11',
    temporaryFolder: folder,
    progress,
  });
  const findings = evaluate(inventory, database, { now: COLLECTED_AT, progress });
  const outputs = await chooseOutputs([], formatLoaders, {
    command: 'demo',
    carries: ['findings'],
    defaultFormat: 'table',
  });
  writeOutputs(
    { ...createReportFrame(context), ...createAssessment({ inventory, findings }) },
    outputs,
    context,
  );
  context.notify(
    '\nThis was a built-in sample. Download the advisory database:  plimsoll db update',
  );
  context.notify(
    'Then scan your own image:                                     plimsoll image.tar',
  );
  return EXIT_STATUS.fine;
}

const PARENTS_MAX = 5;

/** Returns the directory `examples` of this package, from sources as well as from a bundle. */
function findExamplesDirectory(): string {
  let folder = import.meta.dirname;
  for (let level = 0; level < PARENTS_MAX; level += 1) {
    const examples = join(folder, 'examples');
    if (existsSync(join(examples, SAMPLE))) {
      return examples;
    }
    folder = dirname(folder);
  }
  assert(false, `the folder "examples" of this package, with ${SAMPLE}`);
}
