import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../foundation/core/error.ts';
import { fillLayer } from './added-files.ts';
import { compareObservations, type Difference } from './compare-observations.ts';
import { type Expectation, listUnmet, recordExpectation } from './expectation.ts';
import { isSimilar } from './line-pattern.ts';
import { listLostFiles, listMissedFiles, listNamedFiles, type TreePair } from './missing-files.ts';
import { ASPECTS, type Aspect, type Observation } from './observation.ts';
import { readAttempts, readBeginning } from './opened-files.ts';
import { type PreparedImage, prepareImage } from './prepare-root.ts';
import { checkRequirements, isToolInstalled } from './requirements.ts';
import { RootTree } from './root-tree.ts';
import { KILLED, type RunOptions, runImage, type TrialSettings } from './run-image.ts';
import type { TrialImage } from './trial-image.ts';

/** An original and its slim image, and how to compare them. */
export interface TrialRequest extends TrialSettings {
  readonly original: TrialImage;
  readonly slim: TrialImage;
  /** An empty private directory. */
  readonly folder: string;
  /** Of this process, e.g. `linux`. */
  readonly platform: string;
  readonly expected: Expectation | undefined;
  /** How often lost files are added; 0 to only report them. */
  readonly repairsMax: number;
  /** Called before each run. */
  readonly onStep: (text: string) => void;
}

/** A file of the original that the slim image lacks and whose absence changes the behavior. */
export interface MissingFile {
  readonly path: string;
  /** Whether a run with the file, and those tried before it, behaved differently. */
  readonly isConfirmed: boolean;
  /** `trace`: the program tried to use it; `message`: it was named; `search`: found by trying. */
  readonly evidence: 'trace' | 'message' | 'search';
}

/** The result of a trial. */
export interface TrialResult {
  readonly isSame: boolean;
  readonly original: Observation;
  readonly slim: Observation;
  /** Differences of the image as it was given. */
  readonly differences: readonly Difference[];
  /** The part of the expected result that the slim image does not have. */
  readonly unmet: readonly string[];
  readonly missing: MissingFile | undefined;
  readonly lostFiles: number;
  /** Files that `repair` added, and whether the image behaves as before with them. */
  readonly added: readonly string[];
  readonly isRepaired: boolean;
  readonly runs: number;
  /** Aspects that a run only observed in part: a difference in the rest is not noticed. */
  readonly cuts: readonly Aspect[];
  readonly expected: Expectation;
}

/**
 * Runs both images side by side and compares their behavior. Lines that differ between runs of the
 * original are noise. A difference counts if two runs of the slim image have it, and no run of the
 * original.
 *
 * @throws UserError `E_TRIAL` if the images cannot be run, or if the original does not behave as
 *   expected
 */
export async function verifySlimImage(request: TrialRequest): Promise<TrialResult> {
  checkRequirements(request.platform, request.runtime);
  return await new Trial(request, {
    original: await prepareNamed(request, 'original'),
    slim: await prepareNamed(request, 'slim'),
  }).run();
}

async function prepareNamed(
  request: TrialRequest,
  name: 'original' | 'slim',
): Promise<PreparedImage> {
  request.onStep(`unpack ${name === 'slim' ? 'the slim image' : 'the original'}`);
  const folder = join(request.folder, name);
  mkdirSync(folder, { mode: 0o700 });
  return await prepareImage(request[name], folder, request.limits);
}

interface Images {
  readonly original: PreparedImage;
  readonly slim: PreparedImage;
}

interface SlimRun {
  readonly observation: Observation;
  readonly differences: readonly Difference[];
}

/** A starting program is given this many times the time that the original took. */
const START_FACTOR = 5;
const START_MS_MIN = 2_000;
const STOP_AGAIN_MS = 1_000;
const REPAIR_LAYER = 'repair';

class Trial {
  readonly #request: TrialRequest;
  readonly #images: Images;
  readonly #originals: Observation[] = [];
  readonly #cuts = new Set<Aspect>();
  readonly #traceFile: string;
  readonly #canTrace = isToolInstalled('strace');
  #startMs: number;
  #runs = 0;
  #added: readonly string[] = [];

  constructor(request: TrialRequest, images: Images) {
    this.#request = request;
    this.#images = images;
    this.#startMs = request.startMs;
    this.#traceFile = join(request.folder, 'trace');
  }

  async run(): Promise<TrialResult> {
    const started = this.#request.now();
    const original = await this.#runOriginal();
    const tookMs = this.#request.now() - started;
    this.#startMs = Math.min(this.#startMs, Math.max(START_MS_MIN, tookMs * START_FACTOR));
    this.#checkOriginal(original);
    await this.#runOriginal();
    const first = await this.#runSlim('run the slim image');
    const lost = first.differences.length === 0 ? first : await this.#confirm(first);
    const { repairsMax, expected } = this.#request;
    const missing = lost.differences.length === 0 ? undefined : await this.#findMissing(lost);
    const isRepaired = missing !== undefined && repairsMax > 0 && (await this.#repair(missing));
    const unmet = expected === undefined ? [] : listUnmet(expected, lost.observation);
    return {
      isSame: lost.differences.length === 0 && unmet.length === 0,
      original,
      slim: lost.observation,
      differences: lost.differences,
      unmet,
      missing: missing?.file,
      lostFiles: listLostFiles(this.#createPair()).length,
      added: this.#added,
      isRepaired,
      runs: this.#runs,
      cuts: ASPECTS.filter((aspect) => this.#cuts.has(aspect)),
      expected: recordExpectation(this.#originals),
    };
  }

  #checkOriginal(original: Observation): void {
    const { expected } = this.#request;
    const [unmet] = expected === undefined ? [] : listUnmet(expected, original);
    if (unmet !== undefined) {
      throw new UserError('E_TRIAL', `the original does not behave as expected: ${unmet}`, {
        hint: 'correct the expectation, or the setup of the image',
      });
    }
  }

  async #runOriginal(): Promise<Observation> {
    this.#request.onStep('run the original');
    this.#runs += 1;
    const run = await runImage(
      this.#images.original.root,
      { ...this.#request, startMs: this.#startMs },
      this.#createRunOptions(),
    );
    this.#originals.push(run);
    run.cuts.forEach((aspect) => this.#cuts.add(aspect));
    return run;
  }

  /** Runs the slim image with the files added so far and some more. */
  async #runSlim(
    step: string,
    { added = [], isTraced = false }: { added?: readonly string[]; isTraced?: boolean } = {},
  ): Promise<SlimRun> {
    this.#request.onStep(step);
    this.#runs += 1;
    const { original, slim } = this.#images;
    const all = [...this.#added, ...added];
    const layer = join(slim.root.folder, REPAIR_LAYER);
    await fillLayer(original.tree, original.root.folder, { layer, slim: slim.tree }, all);
    const layers = [...slim.root.layers, ...(all.length === 0 ? [] : [REPAIR_LAYER])];
    const observation = await runImage(
      { ...slim.root, layers },
      { ...this.#request, startMs: this.#startMs },
      { ...this.#createRunOptions(), ...(isTraced ? { traceFile: this.#traceFile } : {}) },
    );
    observation.cuts.forEach((aspect) => this.#cuts.add(aspect));
    return { observation, differences: compareObservations(this.#originals, observation) };
  }

  /** Returns the options of later runs, which depend on the first one. */
  #createRunOptions(): RunOptions {
    const [first] = this.#originals;
    return first === undefined
      ? {}
      : {
          awaited: first.listeners,
          ...(first.status[0] === KILLED ? { stopMs: STOP_AGAIN_MS } : {}),
        };
  }

  /** Keeps the differences that a further run has, too, with more knowledge of the noise. */
  async #confirm(first: SlimRun): Promise<SlimRun> {
    await this.#runOriginal();
    const again = await this.#runSlim('run the slim image again', { isTraced: this.#canTrace });
    const before = compareObservations(this.#originals, first.observation);
    return {
      observation: first.observation,
      differences: again.differences
        .map((difference) => keepCommon(difference, before))
        .filter(({ missing, extra }) => missing.length + extra.length > 0),
    };
  }

  #createPair(): TreePair {
    const { original, slim } = this.#images;
    const layers = [...slim.layers, ...(this.#added.length === 0 ? [] : [REPAIR_LAYER])];
    return {
      original: original.tree,
      originalFolder: original.root.folder,
      slim: new RootTree(slim.root.folder, layers, this.#request.limits.trialFilesMax),
    };
  }

  /** Tries lost files, the most likely first, until the behavior changes. */
  async #findMissing(run: SlimRun): Promise<FoundFile | undefined> {
    const pair = this.#createPair();
    const lost = listLostFiles(pair);
    const { workingFolder } = this.#request.slim.process;
    const trace = existsSync(this.#traceFile)
      ? listMissedFiles(readAttempts(this.#readTrace(), workingFolder), pair)
      : [];
    rmSync(this.#traceFile, { force: true });
    const messages = run.differences.flatMap(({ extra }) => extra);
    const candidates = [
      { evidence: 'trace', paths: trace },
      { evidence: 'message', paths: listNamedFiles(messages, lost) },
      { evidence: 'search', paths: lost },
    ] as const;
    for (const { evidence, paths } of candidates) {
      const count = await this.#countNeeded(paths, run.differences);
      const path = paths[count - 1];
      if (path !== undefined) {
        const tried = evidence === 'trace' ? paths.slice(0, count) : [path];
        return { file: { path, isConfirmed: true, evidence }, tried };
      }
    }
    const first = candidates.find(({ paths }) => paths.length > 0);
    const [path] = first?.paths ?? [];
    return first === undefined || path === undefined
      ? undefined
      : { file: { path, isConfirmed: false, evidence: first.evidence }, tried: [path] };
  }

  #readTrace(): string {
    return readBeginning(this.#traceFile, this.#request.limits.trialTraceBytesMax);
  }

  /** Returns how many of the files, in their order, change the behavior; 0 if even all do not. */
  async #countNeeded(paths: readonly string[], before: readonly Difference[]): Promise<number> {
    const isChanged = async (count: number): Promise<boolean> => {
      const step = `run the slim image with ${count} of ${paths.length} lost files`;
      const { differences } = await this.#runSlim(step, { added: paths.slice(0, count) });
      return before.some((difference) => isGone(difference, differences));
    };
    if (paths.length === 0 || !(await isChanged(paths.length))) {
      return 0;
    }
    let [without, needed] = [0, paths.length];
    while (needed - without > 1) {
      const middle = Math.floor((without + needed) / 2);
      if (await isChanged(middle)) {
        needed = middle;
      } else {
        without = middle;
      }
    }
    return needed;
  }

  /** Adds the files that were found, until the image behaves as before. */
  async #repair(first: FoundFile): Promise<boolean> {
    let found: FoundFile | undefined = first;
    for (let round = 0; round < this.#request.repairsMax && found !== undefined; round += 1) {
      if (!found.file.isConfirmed) {
        return false;
      }
      this.#added = [...this.#added, ...found.tried];
      const step = `run the slim image with ${this.#added.length} added files`;
      const run = await this.#runSlim(step);
      const lost = run.differences.length === 0 ? run : await this.#confirm(run);
      if (lost.differences.length === 0) {
        return true;
      }
      found = await this.#findMissing(lost);
    }
    return false;
  }
}

interface FoundFile {
  readonly file: MissingFile;
  /** The file, with those tried before it. */
  readonly tried: readonly string[];
}

/** Returns whether a line of a difference is in none of the others. */
function isGone({ aspect, missing, extra }: Difference, others: readonly Difference[]): boolean {
  const other = others.find((one) => one.aspect === aspect);
  return (
    missing.some((line) => other?.missing.includes(line) !== true) ||
    extra.some((line) => other?.extra.includes(line) !== true)
  );
}

/** Keeps the lines of a difference that the other run has, too, apart from values in them. */
function keepCommon(difference: Difference, others: readonly Difference[]): Difference {
  const other = others.find(({ aspect }) => aspect === difference.aspect);
  const isCommon = (line: string, lines: readonly string[] = []): boolean =>
    lines.some((one) => isSimilar(one, line));
  return {
    ...difference,
    missing: difference.missing.filter((line) => isCommon(line, other?.missing)),
    extra: difference.extra.filter((line) => isCommon(line, other?.extra)),
  };
}
