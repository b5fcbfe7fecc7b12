// Records the outcomes of Syft and Grype for the command lines of their users: `node
// test/conformance/peer-lines/record.ts --syft PATH --grype PATH`. Neither program may reach the
// network; Grype uses the recorded database. `--show ID` prints the facts of one line instead.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { present } from '../../../src/foundation/core/assert.ts';
import { findRecordedArchive } from '../recorded-database.ts';
import { withFolder } from '../score.ts';
import { requireSharedMaterial } from '../shared-material.ts';
import { PEER_LINES } from './lines.data.ts';
import { createInputs, type LinePrograms, RECORDED_FILE, runLine, toOutcome } from './run-lines.ts';

const { values } = parseArgs({
  options: { syft: { type: 'string' }, grype: { type: 'string' }, show: { type: 'string' } },
});
const paths = new Map([
  ['syft', present(values.syft, '--syft')],
  ['grype', present(values.grype, '--grype')],
]);

await withFolder(async (folder) => {
  const shared = requireSharedMaterial();
  const programs: LinePrograms = {
    environment: {
      HOME: folder,
      SYFT_CHECK_FOR_APP_UPDATE: 'false',
      GRYPE_CHECK_FOR_APP_UPDATE: 'false',
      GRYPE_DB_AUTO_UPDATE: 'false',
      GRYPE_DB_VALIDATE_AGE: 'false',
      GRYPE_DB_CACHE_DIR: join(folder, 'grype'),
    },
    resolve: (program) => [present(paths.get(program), program)],
  };
  const [grype] = programs.resolve('grype');
  spawnSync(grype, ['db', 'import', findRecordedArchive(shared)], { env: programs.environment });
  const inputs = createInputs(shared, folder);
  const chosen = PEER_LINES.filter(({ id }) => values.show === undefined || id === values.show);
  const found = chosen.map((line) => [line.id, runLine(line, inputs, programs)] as const);
  if (values.show !== undefined) {
    console.log(JSON.stringify(found, undefined, 1));
    return;
  }
  const recorded = Object.fromEntries(found.map(([id, facts]) => [id, toOutcome(facts)]));
  const lines = Object.entries(recorded).map(
    ([id, outcome]) => `${JSON.stringify(id)}: ${JSON.stringify(outcome)}`,
  );
  writeFileSync(RECORDED_FILE, `{\n${lines.join(',\n')}\n}\n`);
});
