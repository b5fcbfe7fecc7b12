// Compares the files reported as reachable with those that programs open: `npm run
// conformance -- reach FOLDER [PROGRAM…]`. Needs root, strace and debootstrap; roots are created
// once in FOLDER, outside of the repository. Not part of `npm test`.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Reach } from '../../src/foundation/core/reach.ts';
import { getPathClass } from '../../src/foundation/core/reach-class.ts';
import { FROZEN_PROGRAMS, TRACED_PROGRAMS, type TracedProgram } from './reach-programs.data.ts';
import { openRoot, type RootReader } from './reach-trace-reader.ts';
import { isElf, packImage, prepareRoot, type TraceRoot } from './reach-trace-root.ts';
import { traceProgram } from './reach-trace-run.ts';

const [base, ...wanted] = process.argv.slice(2);
if (base === undefined) {
  throw new Error('name a folder for the roots, outside of the repository');
}
const folder = resolve(base);
mkdirSync(join(folder, 'scratch'), { recursive: true });

interface Score {
  readonly id: string;
  readonly opened: number;
  readonly missed: readonly string[];
  /** ELF objects that were opened although they were reported as unreachable. */
  readonly unreachable: number;
}

interface RootInUse {
  readonly root: TraceRoot;
  readonly reader: RootReader;
}

async function rootInUse(program: TracedProgram): Promise<RootInUse> {
  const root = await prepareRoot(program.root, folder);
  const image = packImage(root, program, join(folder, `${root.name}.image`));
  return { root, reader: await openRoot(`oci-dir:${image.folder}`, join(folder, 'scratch')) };
}

async function score({ root, reader }: RootInUse, program: TracedProgram): Promise<Score> {
  const { opened, output } = traceProgram(root, program, join(folder, 'scratch'));
  const started = performance.now();
  const { reach, ownerOf } = reader.reachOf(packImage(root, program, join(folder, 'image')).config);
  const milliseconds = Math.round(performance.now() - started);
  const known = new Set(reach.files.map(({ path }) => path));
  const missed = opened.filter((path) => !known.has(path));
  const name = FROZEN_PROGRAMS.has(program.id) ? `${program.id} (frozen)` : program.id;
  const counts = `${opened.length - missed.length} of ${opened.length} opened files`;
  console.log(`${name}: ${counts}; ${countFiles(reach)}; ${milliseconds} ms`);
  if (opened.length < 2) {
    console.log(`  it opened next to nothing: ${output.trim().slice(0, 300)}`);
  }
  let unreachable = 0;
  for (const path of missed) {
    const reachClass = getPathClass(path, ownerOf(path), reach);
    const elf = isElf(join(root.folder, path)) ? ' ELF' : '';
    unreachable += elf !== '' && reachClass === 'unreachable' ? 1 : 0;
    console.log(`  missed ${path}${elf} (${reachClass}; suspected: ${guessRule(path)})`);
  }
  return { id: program.id, opened: opened.length, missed, unreachable };
}

function countFiles(reach: Reach | undefined): string {
  const counts = new Map<string, number>();
  for (const { strength } of reach?.files ?? []) {
    counts.set(strength, (counts.get(strength) ?? 0) + 1);
  }
  const words = [...counts].map(([strength, count]) => `${count} ${strength}`);
  return [...words, `${reach?.opacities.length ?? 0} opaque`, reach?.unknown ?? ''].join(', ');
}

function report(name: string, of: readonly Score[]): void {
  const opened = of.reduce((sum, one) => sum + one.opened, 0);
  const missed = of.reduce((sum, one) => sum + one.missed.length, 0);
  const share = opened === 0 ? 0 : (100 * (opened - missed)) / opened;
  const wrong = of.reduce((sum, one) => sum + one.unreachable, 0);
  console.log(
    `${name}: ${opened - missed} of ${opened} opened files of ${of.length} programs: ${share.toFixed(2)} %; ${wrong} ELF objects wrongly called unreachable`,
  );
}

/** Guesses from the path which rule should have led to a file. */
function guessRule(path: string): string {
  const [, rule] = SUSPECTS.find(([pattern]) => pattern.test(path)) ?? [];
  return rule ?? 'unknown';
}

const SUSPECTS: readonly (readonly [RegExp, string])[] = [
  [/\.py[co]?$|python3/, 'python'],
  [/node_modules|\.[cm]?js$/, 'node'],
  [/ruby|\.rb$|\.gemspec$/, 'ruby'],
  [/perl|\.p[lm]$/, 'perl'],
  [/php/, 'php'],
  [/jvm|\.jar$|java/, 'jvm'],
  [/\/gconv\//, 'gconv'],
  [/\/locale\//, 'locale'],
  [/zoneinfo|localtime/, 'time zone'],
  [/\.so(?:\.|$)/, 'elf-loader or dlopen'],
  [/^\/(?:usr\/)?s?bin\//, 'exec literal or script'],
  [/^\/etc\//, 'path literal or configuration'],
];

const scores: Score[] = [];
const roots = new Map<string, RootInUse>();
for (const program of TRACED_PROGRAMS) {
  if (wanted.length === 0 || wanted.includes(program.id)) {
    const known = roots.get(program.root) ?? (await rootInUse(program));
    roots.set(program.root, known);
    scores.push(await score(known, program));
  }
}
report(
  'frozen',
  scores.filter(({ id }) => FROZEN_PROGRAMS.has(id)),
);
report(
  'others',
  scores.filter(({ id }) => !FROZEN_PROGRAMS.has(id)),
);
report('all', scores);
