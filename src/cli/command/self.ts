import {
  compareProgram,
  type ProgramDifference,
  readProgramManifest,
} from '../../compliance/attest/program-manifest.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../foundation/core/error.ts';
import { VERSION } from '../../foundation/core/package-version.ts';
import { escapeText, formatCount } from '../../foundation/core/screen-text.ts';
import { readVerifyingKeys } from '../attestation-key.ts';
import type { Command, Context } from '../command.ts';
import { findManifestPath, readSignedProgram } from '../signed-program.ts';

/** Verifies the running program against its signed manifest. */
export const self: Command = { run };

async function run(context: Context): Promise<ExitStatus> {
  const [action] = context.positionals;
  if (action !== 'verify') {
    throw new UserError('E_USAGE', `unknown action "${action ?? ''}" for "plimsoll self"`, {
      hint: 'use: plimsoll self verify --key FILE',
    });
  }
  const { key, limits } = context.resolved.values;
  const keys = readVerifyingKeys(key);
  const path = findManifestPath();
  const program = readSignedProgram();
  if (program === undefined) {
    throw new UserError('E_MANIFEST_MISSING', `this program has no signed manifest: "${path}"`, {
      hint: 'a checkout has none: compare the commit',
    });
  }
  const manifest = readProgramManifest(program.manifest, keys, limits);
  if (manifest?.signature !== 'verified') {
    const reason = manifest === undefined ? 'is malformed' : 'is not signed by one of the keys';
    context.warn(`failed: the manifest of the program ${reason}: "${path}"`);
    return EXIT_STATUS.gateFailed;
  }
  const differences = compareProgram(manifest, program.digestFiles());
  if (differences.length > 0) {
    context.print(differences.map(formatDifference).join(''));
    const count = formatCount(differences.length, 'difference');
    context.warn(`failed: the program is not as it was signed: ${count}`);
    return EXIT_STATUS.gateFailed;
  }
  const files = formatCount(manifest.files.size, 'file');
  const packages = formatCount(manifest.packages.size, 'package');
  context.print(`plimsoll ${VERSION} is as it was signed: ${files}, ${packages}\n`);
  return EXIT_STATUS.fine;
}

function formatDifference({ name, kind }: ProgramDifference): string {
  return `${kind.padEnd(7)}  ${escapeText(name)}\n`;
}
