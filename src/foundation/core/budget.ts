import { LIMITS, type LimitName, type Limits } from './limits.ts';
import type { ProblemNote } from './problem.ts';

/**
 * Limits for all files of a target together. `catalogerStepsMax` applies to each plug-in
 * separately, so that one file cannot use up the time of other catalogers.
 */
export type BudgetLimit =
  | 'catalogerStepsMax'
  | 'factValuesMax'
  | 'ownedFilesMax'
  | 'listedNamesMax'
  | 'dependenciesMax';

/** Used amounts by limit and plug-in. */
export type Taken = Readonly<Record<string, number>>;

/** Names and paths of this length count twice, of twice the length three times. */
const LONG_CHARS = 128;

const EXPANDED_BYTE_STEPS = 0.25;
/** A possible edge between packages costs about as much as this many bytes of text. */
const CANDIDATE_STEPS = 50;

interface Account {
  readonly taken: Map<string, number>;
  refusals: number;
}

/**
 * Counts the use of a target's limits by its files. It counts steps, names and files and never
 * reads a clock, so a target produces the same result on every machine.
 */
export class Budget {
  readonly limits: Limits;
  readonly #account: Account;
  readonly #plugin: string;
  readonly #refused = new Set<LimitName>();
  readonly #used = new WeakSet<readonly unknown[]>();

  constructor(limits: Limits, plugin = '', account: Account = { taken: new Map(), refusals: 0 }) {
    this.limits = limits;
    this.#plugin = plugin;
    this.#account = account;
  }

  /** Returns the same budget for one plug-in, which has its own steps. */
  restrictToPlugin(plugin: string): Budget {
    return new Budget(this.limits, plugin, this.#account);
  }

  /**
   * Uses an amount of a limit. Returns false if that exceeds the limit: then the budget is
   * unchanged, the caller skips the work, and {@link drainProblems} reports it.
   */
  take(name: BudgetLimit, amount = 1): boolean {
    const { taken } = this.#account;
    const key = name === 'catalogerStepsMax' ? `${name} ${this.#plugin}` : name;
    const total = (taken.get(key) ?? 0) + amount;
    if (total > this.limits[name]) {
      this.#account.refusals++;
      return this.refuse(name);
    }
    taken.set(key, total);
    return true;
  }

  /**
   * Returns whether an amount would fit, for results that are created first and taken once their
   * total is known. The limit is reported if it would not.
   */
  hasRoom(name: BudgetLimit, amount: number): boolean {
    const isFit = (this.#account.taken.get(name) ?? 0) + amount <= this.limits[name];
    return isFit || this.refuse(name);
  }

  /** Uses steps of the plug-in. */
  takeSteps(steps: number): boolean {
    return this.take('catalogerStepsMax', steps);
  }

  /** Uses steps for expanding this many bytes. */
  takeExpanded(bytes: number): boolean {
    return this.takeSteps(bytes * EXPANDED_BYTE_STEPS);
  }

  /** Uses steps for considering packages as dependencies. */
  takeCandidates(count: number): boolean {
    return this.takeSteps(count * CANDIDATE_STEPS);
  }

  /** Uses a name of a list, such as a provided one, by its length. */
  takeName(chars: number): boolean {
    return this.take('listedNamesMax', 1 + Math.floor(chars / LONG_CHARS));
  }

  /** Uses a text that occurs once per record: only a long one counts, like a name. */
  takeText(chars: number): boolean {
    return chars < LONG_CHARS || this.takeName(chars);
  }

  /** Returns a budget for the files of one package. */
  createFileList(): FileListBudget {
    return new FileListBudget(this);
  }

  /** Uses a file by the length of its path; refuses paths longer than any file system allows. */
  takeFile(pathChars: number): boolean {
    return pathChars > this.limits.pathBytesMax
      ? this.refuse('pathBytesMax')
      : this.take('ownedFilesMax', 1 + Math.floor(pathChars / LONG_CHARS));
  }

  /**
   * Uses a list of files that was read for one package: links can give the list to many packages,
   * and it counts for each of them.
   */
  takeList(files: readonly unknown[]): boolean {
    const isTaken = !this.#used.has(files) || this.take('ownedFilesMax', files.length);
    this.#used.add(files);
    return isTaken;
  }

  /** Returns the items up to a limit of a single file; more are reported. */
  limitItems<Item>(items: readonly Item[], name: LimitName): readonly Item[] {
    const most = this.limits[name];
    if (items.length <= most) {
      return items;
    }
    this.refuse(name);
    return items.slice(0, most);
  }

  /** Reports an exceeded limit of a single file. */
  refuse(name: LimitName): false {
    this.#refused.add(name);
    return false;
  }

  /** Returns problems for the limits exceeded since the last call. */
  drainProblems(): ProblemNote[] {
    const problems = [...this.#refused].map((name) => ({
      code: 'P_LIMIT' as const,
      message: `the rest was left out: the limit ${name} allows ${this.limits[name]} ${LIMITS[name].about}`,
    }));
    this.#refused.clear();
    return problems;
  }

  /** Returns how often an amount was refused. */
  get refusals(): number {
    return this.#account.refusals;
  }

  /** Returns all amounts used so far. */
  get taken(): Taken {
    return Object.fromEntries(this.#account.taken);
  }

  /** Returns the amounts used since `before`. */
  countTaken(before: Taken): Taken {
    return Object.fromEntries(
      Object.entries(this.taken)
        .map(([key, amount]) => [key, amount - (before[key] ?? 0)] as const)
        .filter(([, amount]) => amount > 0),
    );
  }

  /**
   * Uses the amounts of an earlier run for a layer. Returns false and uses nothing if they exceed a
   * limit.
   */
  takeAgain(amounts: Taken): boolean {
    const { taken } = this.#account;
    const totals = Object.entries(amounts).map(
      ([key, amount]) => [key, (taken.get(key) ?? 0) + amount] as const,
    );
    const isTooMuch = totals.some(([key, total]) => total > this.#getLimit(key));
    if (!isTooMuch) {
      totals.forEach(([key, total]) => taken.set(key, total));
    }
    return !isTooMuch;
  }

  #getLimit(key: string): number {
    const [name = ''] = key.split(' ', 1);
    return name in this.limits ? this.limits[name as BudgetLimit] : 0;
  }
}

/**
 * Limits the list of files of one package. Every file also counts toward the limit of the target.
 */
export class FileListBudget {
  readonly #budget: Budget;
  #files = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  take(pathChars: number): boolean {
    this.#files++;
    return this.#files > this.#budget.limits.packageFilesMax
      ? this.#budget.refuse('packageFilesMax')
      : this.#budget.takeFile(pathChars);
  }
}
