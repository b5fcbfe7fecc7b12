import { getBaseName } from '../../../../foundation/core/base-name.ts';
import type { Extraction, WantedFile } from '../../../../foundation/core/cataloger.ts';
import { SCRIPT_MAGIC } from '../../../../foundation/core/executable-file.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import { findProgramPath } from '../../shell/program-path.ts';

/** The interpreter of a script, its argument, and the line as written. */
type Fact = readonly [program: string, argument: string, line: string];

/** `BINPRM_BUF_SIZE` of Linux: longer lines are cut. */
const LINE_BYTES_MAX = 256;

/**
 * The interpreter in the first line of a script. The kernel passes the text after its path as one
 * argument; `env` looks the program up in `PATH`. If the interpreter is a script, its own first
 * line counts.
 */
export const shebang: ReachRule<Fact> = {
  id: 'shebang',
  version: 1,
  title: 'the first line of a script names it',
  spec: 'Linux, fs/binfmt_script.c; execve(2); GNU coreutils, env -S',
  wants: [
    {
      role: 'script',
      magic: [SCRIPT_MAGIC],
      maxBytes: 'documentHeadBytesMax',
      isHeadOnly: true,
    },
  ],
  extract,
  findEdges,
};

function extract({ content }: WantedFile): Extraction<Fact> {
  const head = Buffer.from(content.read(0, LINE_BYTES_MAX)).toString('utf8');
  const [whole = ''] = head.split(/[\n\0]/, 1);
  const line = whole.slice(2).trim();
  const [program = ''] = line.split(/[ \t]/, 1);
  const argument = line.slice(program.length).trim();
  return program === '' ? {} : { fact: [program, argument, whole.trimEnd()] };
}

function findEdges({ path, fact }: ReachNode<Fact>, world: ReachWorld): readonly ReachEdge[] {
  if (fact === undefined) {
    return [];
  }
  const [program, argument, token] = fact;
  const witness = { path, offset: 0, token };
  const found: ReachEdge[] = [{ to: program, strength: 'required', witness }];
  const started = findStarted(program, argument);
  const to = started === undefined ? undefined : findProgramPath(started, world);
  if (to !== undefined) {
    found.push({ to, strength: 'required', witness });
  }
  return found;
}

/**
 * Returns the program that `env` and similar programs start: the first word that is neither an
 * option nor an assignment.
 */
function findStarted(program: string, argument: string): string | undefined {
  const name = getBaseName(program);
  const isKnown = STARTERS.has(name);
  const words = argument.replace(/^(?:-[vi]*S|--split-string[= ])[ \t]*/, '').split(/[ \t]+/);
  return isKnown
    ? words.find((word) => word !== '' && !word.startsWith('-') && !word.includes('='))
    : undefined;
}

const STARTERS: ReadonlySet<string> = new Set(['env', 'with-contenv']);
