// Compares the classes reported as reachable with those that Java machines load: `npm run
// conformance -- classes FOLDER [PROGRAM…]`. Needs a JDK 17 or later and Maven; programs are built
// once in FOLDER, outside of the repository. Not part of `npm test`.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type FollowedClasses,
  findReachedClasses,
} from '../../src/hardening/reach/rule/jvm/inside.ts';
import { reachRules } from '../../src/hardening/reach/rule/registry.generated.ts';
import type {
  InsideInput,
  ReachRule,
  ReachWorld,
} from '../../src/hardening/reach/rule-contract.ts';
import { findReach } from '../support/reach-image.ts';
import { CLASS_PROGRAMS, type ClassProgram } from './class-programs.data.ts';
import {
  type MadeProgram,
  makeProgram,
  prepareLibraries,
  traceProgram,
} from './class-trace-run.ts';

const [base, ...wanted] = process.argv.slice(2);
if (base === undefined) {
  throw new Error('name a folder for the programs, outside of the repository');
}
const folder = resolve(base);
mkdirSync(folder, { recursive: true });
const HOME = '/usr/lib/jvm/x';

/** Returns the rules, and the results of the rule that follows classes. */
function createWatchedRules(): {
  readonly rules: readonly ReachRule<unknown>[];
  followed(): FollowedClasses | undefined;
} {
  let found: FollowedClasses | undefined;
  const rules = reachRules.map((rule) =>
    rule.inside === undefined
      ? rule
      : {
          ...rule,
          inside: (input: InsideInput, world: ReachWorld) => {
            found = findReachedClasses(input, world);
            return rule.inside?.(input, world);
          },
        },
  );
  return { rules, followed: () => found };
}

interface Score {
  readonly loaded: number;
  readonly reached: number;
  readonly unreachable: readonly string[];
}

function score(program: ClassProgram, made: MadeProgram): Score {
  const { loaded, output } = traceProgram(made);
  const { rules, followed } = createWatchedRules();
  const files = new Map(made.files.map(([path, host]) => [path, readFileSync(host)]));
  const started = performance.now();
  findReach(
    {
      files: {
        ...Object.fromEntries(files),
        '/usr/bin/java': { link: `${HOME}/bin/java` },
        [`${HOME}/bin/java`]: { elf: { type: 3 } },
        [`${HOME}/lib/modules`]: 'jimage',
      },
      command: ['java', ...made.arguments],
      workingFolder: '/app',
      packages: { all: [...files.keys(), `${HOME}/bin/java`] },
    },
    rules,
  );
  const milliseconds = Math.round(performance.now() - started);
  const classes = followed();
  if (classes === undefined) {
    console.log(`${program.id}: nothing was followed`);
    return { loaded: loaded.length, reached: 0, unreachable: loaded };
  }
  const { index, closure } = classes;
  const known = loaded.filter((name) => index.findClasses(name).length > 0);
  const missed = known.filter(
    (name) => !index.findClasses(name).some((id) => closure.reached.has(id)),
  );
  const unreachable = missed.filter(
    (name) => !closure.isOpen && !index.findClasses(name).some((id) => closure.tainted.has(id)),
  );
  const shares = [0, 1, 2].map(
    (rank) => [...closure.reached.values()].filter((one) => one.rank === rank).length,
  );
  console.log(
    `${program.id}: ${known.length - missed.length} of ${known.length} loaded classes; ${unreachable.length} called unreachable; of ${index.count}: ${shares.join(' + ')} required, likely, possible${closure.isOpen ? ', the rest open' : `, ${closure.tainted.size} tainted`}; ${milliseconds} ms`,
  );
  if (known.length < 3) {
    console.log(`  it loaded next to nothing: ${output.slice(-800)}`);
  }
  for (const name of missed.slice(0, 12)) {
    console.log(`  missed ${name}${unreachable.includes(name) ? ' UNREACHABLE' : ''}`);
  }
  return { loaded: known.length, reached: known.length - missed.length, unreachable };
}

const libraries = prepareLibraries(join(folder, 'libraries'));
const scores = CLASS_PROGRAMS.filter(({ id }) => wanted.length === 0 || wanted.includes(id)).map(
  (program) => score(program, makeProgram(program, join(folder, program.id), libraries)),
);
const sum = (of: (one: Score) => number): number => scores.reduce((all, one) => all + of(one), 0);
const [loaded, reached] = [sum((one) => one.loaded), sum((one) => one.reached)];
const wrong = sum(({ unreachable }) => unreachable.length);
console.log(
  `${scores.length} programs: ${reached} of ${loaded} loaded classes are reached (${((100 * reached) / loaded).toFixed(2)} %), ${wrong} are called unreachable`,
);
process.exitCode = wrong > 0 || !existsSync(folder) ? 1 : 0;
