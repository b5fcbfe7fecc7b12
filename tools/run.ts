/**
 * Starts one script of a family with the arguments after its name, or lists the family.
 *
 * npm run conformance|oracle|bench|hostile|generate [-- NAME [ARGUMENT…]]
 */
import { spawnSync } from 'node:child_process';
import { FAMILIES, type Script } from './run.data.ts';
import { ROOT } from './source-tree.ts';

/** The status of a command line that names nothing known, as of the program. */
const USAGE_STATUS = 3;

function listScripts(family: string, scripts: Readonly<Record<string, Script>>): string {
  const width = Math.max(...Object.keys(scripts).map((name) => name.length));
  const lines = Object.entries(scripts).map(
    ([name, { purpose }]) => `  ${name.padEnd(width)}  ${purpose}\n`,
  );
  return `npm run ${family} -- NAME [ARGUMENT…]\n\n${lines.join('')}`;
}

/** Runs the named script and returns its exit status. */
function runScript(family: string, name: string | undefined, args: readonly string[]): number {
  const scripts = new Map<string, Readonly<Record<string, Script>>>(Object.entries(FAMILIES)).get(
    family,
  );
  if (scripts === undefined) {
    throw new Error(`no such family: "${family}" (known: ${Object.keys(FAMILIES).join(', ')})`);
  }
  const chosen = name ?? 'all';
  const script = Object.hasOwn(scripts, chosen) ? scripts[chosen] : undefined;
  if (script === undefined) {
    const isKnown = name === undefined || name === '--help';
    if (!isKnown) process.stderr.write(`error: no such script: "${name}"\n\n`);
    process.stdout.write(listScripts(family, scripts));
    return isKnown ? 0 : USAGE_STATUS;
  }
  const { status } = spawnSync(process.execPath, [script.file, ...args], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  return status ?? 1;
}

const [family = '', name, ...args] = process.argv.slice(2);
process.exitCode = runScript(family, name, args);
