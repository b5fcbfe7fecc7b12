import { addToList } from '../../../foundation/core/add-to-list.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { classifyFile } from '../../../foundation/core/installed-files.ts';
import type { InventoryPackage } from '../../../foundation/core/inventory.ts';
import { CONFIG_PATH, type ReachStep } from '../../../foundation/core/reach.ts';
import { listHigherVersions } from '../../../vulnerability/match/fix.ts';
import type { ElfAbi } from '../../base/elf-abi.ts';
import { findInterpreters, type Interpreter } from '../../base/interpreters.ts';
import { type CheckInput, listApplicationFiles } from './application-files.ts';
import type { BaseCheck, CheckItem, CheckResult } from './base-check.ts';
import { BaseContents, findHighestGlibc } from './base-contents.ts';
import { checkDirectories, checkUser } from './check-process.ts';
import { groupCopies } from './copy-lines.ts';

/** Parts of the C library: they only work together, so none of them can be copied. */
const C_LIBRARY =
  /^(?:ld-linux[\w.-]*|ld-musl[\w.-]*|ld64|ld|libc|libm|libmvec|libdl|libpthread|librt|libresolv|libutil|libanl|libnss_\w+|libBrokenLocale|libc\.musl-\w+)\.so(?:\.\d+)?$/;

const ACCOUNTS = /^\/etc\/(?:passwd|group)$/;

const CERTIFICATE_FOLDERS = /^\/(?:etc\/(?:ssl|pki)|usr\/share\/ca-certificates|usr\/lib\/ssl)\//;

/** Files that container engines supply or that only describe the other system. */
const SYSTEM_FILE = /^\/etc\/(?:hosts|hostname|resolv\.conf|mtab|ld\.so\.cache|ld\.so\.conf)$/;

/** Checks whether the application of an image would run on another base image. */
export function checkBase(input: CheckInput): BaseCheck {
  const check = new Transplant(input);
  check.run();
  const { user, items: userItems } = checkUser(input);
  const directories = checkDirectories(input, check.own);
  const items = [...check.items, ...userItems, ...directories];
  const added = [...check.added, ...directories.map(({ name }) => name)];
  const doubts = [
    ...(input.plan.undecided === undefined ? [] : [input.plan.undecided]),
    ...input.doubts,
    ...items
      .filter(({ state }) => state === 'unknown')
      .map(({ name, detail }) => `${name}: ${detail}`),
  ];
  const { files } = input.inventory;
  return {
    result: concludeCheck(items, doubts),
    base: input.name,
    doubts,
    items: items.toSorted(compareItems),
    own: groupCopies(check.own, files),
    added: groupCopies(added, files),
    packages: listPackages(input, added),
    copiedFrom: listCopied(input, check.added).map(({ key, name, version }) => {
      return { key, name, version };
    }),
    ...defined({ user, program: check.program }),
    bets: input.plan.bets.length,
  };
}

function concludeCheck(items: readonly CheckItem[], doubts: readonly string[]): CheckResult {
  if (items.some(({ state }) => state === 'missing')) {
    return 'no';
  }
  if (doubts.length > 0) {
    return 'unknown';
  }
  return items.some(({ state }) => state === 'copied') ? 'yes-with' : 'yes';
}

const STATES: readonly CheckItem['state'][] = ['missing', 'unknown', 'copied', 'present'];

function compareItems(left: CheckItem, right: CheckItem): number {
  return (
    STATES.indexOf(left.state) - STATES.indexOf(right.state) ||
    compareText(left.kind, right.kind) ||
    compareText(left.name, right.name) ||
    compareText(left.neededBy, right.neededBy)
  );
}

/** Follows the needs of the application's files into the base image, and copies what it lacks. */
class Transplant {
  readonly items: CheckItem[] = [];
  readonly own: string[] = [];
  readonly added: string[] = [];
  program: string | undefined;
  readonly #input: CheckInput;
  readonly #steps = new Map<string, ReachStep[]>();
  readonly #kept: ReadonlySet<string>;
  readonly #interpreters: ReadonlyMap<string, Interpreter>;
  readonly #taken = new Set<string>();
  readonly #open: string[] = [];
  readonly #seen = new Set<string>();
  readonly #glibc = new Map<string, CheckItem>();

  constructor(input: CheckInput) {
    this.#input = input;
    const { plan, inventory, files } = input;
    this.#kept = new Set(plan.kept.map(({ path }) => path));
    for (const step of inventory.reach?.steps ?? []) {
      addToList(this.#steps, step.from, step);
    }
    const found = findInterpreters(inventory.files, inventory.packages);
    this.#interpreters = new Map(found.map((one) => [files.resolve(one.path), one]));
  }

  run(): void {
    const isInterpreter = (path: string): boolean => this.#interpreters.has(path);
    for (const { path } of listApplicationFiles(this.#input, this.#input.base, isInterpreter)) {
      this.own.push(path);
      this.#take(path);
    }
    this.#open.push(CONFIG_PATH);
    for (let path = this.#open.pop(); path !== undefined; path = this.#open.pop()) {
      this.#followFile(path);
    }
    this.#reportGlibc();
  }

  #take(path: string): void {
    if (!this.#taken.has(path)) {
      this.#taken.add(path);
      this.#open.push(path);
    }
  }

  #followFile(path: string): void {
    const abi = this.#input.abi.files.get(path);
    if (abi !== undefined) {
      this.#checkElf(path, abi);
    }
    for (const step of this.#steps.get(path) ?? []) {
      if (this.#kept.has(step.to) && !this.#taken.has(step.to)) {
        this.#followStep(step, abi);
      }
    }
  }

  /** A statically linked program only needs the machine. */
  #checkElf(path: string, { machine, interpreter, needed, neededVersions }: ElfAbi): void {
    const { base } = this.#input;
    if (base.machines.size > 0 && !base.machines.has(machine)) {
      this.#note({
        kind: 'machine',
        name: machine,
        state: 'missing',
        neededBy: path,
        witness: machine,
        detail: `the base image is for ${[...base.machines].join(', ')}`,
      });
    }
    if (interpreter !== undefined && !this.#taken.has(interpreter)) {
      const isPresent = base.paths.hasPath(interpreter);
      this.#note({
        kind: 'loader',
        name: interpreter,
        state: isPresent ? 'present' : 'missing',
        neededBy: path,
        witness: interpreter,
        detail: isPresent ? '' : describeLoader(interpreter),
      });
    }
    for (const { library, versions } of neededVersions) {
      this.#checkVersions(path, library, { versions, machine });
    }
    for (const name of interpreter === undefined ? [] : needed) {
      this.#checkNeeded(path, name, machine);
    }
  }

  /** A library that neither image has may be mounted when a container starts. */
  #checkNeeded(path: string, name: string, machine: string): void {
    const isFound = (this.#steps.get(path) ?? []).some(({ witness }) => witness.token === name);
    if (!isFound && this.#input.base.findLibrary(name, machine) === undefined) {
      const detail = 'neither image has it';
      this.#note({
        kind: 'library',
        name,
        state: 'unknown',
        neededBy: path,
        witness: name,
        detail,
      });
    }
  }

  /** The versions of a library that is copied are those of the application's image. */
  #checkVersions(
    path: string,
    library: string,
    { versions, machine }: { readonly versions: readonly string[]; readonly machine: string },
  ): void {
    const provided = this.#input.base.findLibrary(library, machine);
    if (provided === undefined || !C_LIBRARY.test(library)) {
      return;
    }
    for (const version of versions) {
      const isPresent = provided.versions.includes(version);
      const item: CheckItem = {
        kind: 'version',
        name: version,
        state: isPresent ? 'present' : 'missing',
        neededBy: path,
        witness: version,
        detail: isPresent
          ? ''
          : `${library} of the base image defines up to ${findHighestGlibc(provided.versions) ?? 'none'}`,
      };
      if (isPresent) {
        this.#glibc.set(version, this.#glibc.get(version) ?? item);
      } else {
        this.#note(item);
      }
    }
  }

  /** Of the versions that are present, only the highest is worth a line. */
  #reportGlibc(): void {
    const highest = findHighestGlibc(this.#glibc.keys());
    const item = highest === undefined ? undefined : this.#glibc.get(`GLIBC_${highest}`);
    if (item !== undefined) {
      const version = this.#input.base.findGlibcVersion() ?? '';
      this.#note({ ...item, detail: `glibc ${version} is present` });
    }
  }

  #followStep(step: ReachStep, abi: ElfAbi | undefined): void {
    const { to, rule, witness, from } = step;
    if (rule === 'elf-loader' && abi !== undefined) {
      if (abi.needed.includes(witness.token)) {
        this.#followLibrary(step, abi);
      }
      return;
    }
    const real = this.#input.files.resolve(to);
    const interpreter = this.#interpreters.get(real);
    const frame = { neededBy: from, witness: witness.token };
    if (interpreter !== undefined) {
      this.#followInterpreter(to, interpreter, frame);
    } else if (ACCOUNTS.test(to)) {
      this.#followAccounts(to, frame);
    } else if (this.#isProvided(to)) {
      // Parts of the C library that programs load by themselves are useless with another one.
      return;
    } else {
      this.#copy(to, { kind: isCommand(to) ? 'command' : 'file', name: to, detail: '', ...frame });
    }
  }

  #isProvided(path: string): boolean {
    const { base } = this.#input;
    const { certificates, hasTimeZones } = base.image.provisions;
    return (
      C_LIBRARY.test(getBaseName(path)) ||
      SYSTEM_FILE.test(path) ||
      (certificates !== undefined && CERTIFICATE_FOLDERS.test(path)) ||
      (hasTimeZones && path.startsWith('/usr/share/zoneinfo/')) ||
      base.paths.hasPath(path)
    );
  }

  #followLibrary({ to, from, witness }: ReachStep, { machine, neededVersions }: ElfAbi): void {
    const { base, files } = this.#input;
    const name = witness.token;
    const frame = { kind: 'library', name, neededBy: from, witness: name } as const;
    const provided = base.findLibrary(name, machine);
    if (provided === undefined) {
      if (C_LIBRARY.test(name)) {
        this.#note({ ...frame, state: 'missing', detail: 'part of the C library' });
      } else {
        this.#copy(to, { ...frame, detail: '' });
        this.#take(files.resolve(to));
      }
      return;
    }
    const needed = neededVersions.find(({ library }) => library === name)?.versions ?? [];
    const missing = needed.filter((version) => !provided.versions.includes(version));
    if (C_LIBRARY.test(name)) {
      this.#checkMusl(frame, to);
      return;
    }
    const isOlder = provided.versions.length === 0 && this.#isOlder(to, provided);
    if (missing.length === 0 && !isOlder) {
      this.#note({ ...frame, state: 'present', detail: '' });
      return;
    }
    const detail = isOlder
      ? 'the base image has an older version'
      : `the base image lacks ${missing.join(', ')}`;
    this.#copy(to, { ...frame, detail });
    this.#take(files.resolve(to));
  }

  /** Symbols of musl have no versions, so an older one may lack some. */
  #checkMusl(frame: Omit<CheckItem, 'state' | 'detail'>, to: string): void {
    const { base, files } = this.#input;
    const provided = [...base.machines].map((machine) => base.findLibrary(frame.name, machine))[0];
    if (
      provided !== undefined &&
      provided.versions.length === 0 &&
      this.#isOlder(files.resolve(to), provided)
    ) {
      this.#note({
        ...frame,
        state: 'unknown',
        detail: 'the C library of the base image is older',
      });
    }
  }

  /** Compares the packages of two copies of a library without versions of symbols. */
  #isOlder(to: string, provided: Parameters<BaseContents['findOwner']>[0]): boolean {
    const { base, files, packages, inventory } = this.#input;
    const real = files.resolve(to);
    const { sha256 = '' } = files.findFile(real) ?? {};
    const theirs = base.findOwner(provided);
    const ours = packages.listOwners(real).find(({ type }) => type === theirs?.type);
    if (base.hasContent(sha256) || theirs === undefined || ours === undefined) {
      return false;
    }
    const isSameFamily = inventory.distro?.id === base.image.head.distro?.id;
    return isSameFamily && listHigherVersions(theirs.version, [ours.version], ours.type).length > 0;
  }

  /**
   * A program that looks up users by name may need any user of its image, and settings name them:
   * `user www-data` of nginx. A base image with all of them needs no copy.
   */
  #followAccounts(path: string, frame: Pick<CheckItem, 'neededBy' | 'witness'>): void {
    const { base, abi } = this.#input;
    const isUsers = path === '/etc/passwd';
    const [own, provided] = isUsers
      ? [abi.users, base.image.provisions.users]
      : [abi.groups, base.image.provisions.groups];
    const missing = own.filter((one) => !provided.includes(one));
    if (missing.length > 0) {
      const names = missing.map((one) => one.split(':')[0]);
      const detail = `the base image lacks ${names.slice(0, 3).join(', ')}`;
      this.#copy(path, { kind: 'user', name: path, detail, ...frame });
    }
  }

  #followInterpreter(
    to: string,
    own: Interpreter,
    frame: Pick<CheckItem, 'neededBy' | 'witness'>,
  ): void {
    const { base, files } = this.#input;
    const provided = base.image.provisions.interpreters.filter(({ kind }) => kind === own.kind);
    const isFitting = provided.some(({ abi }) => isAbiFitting(own, abi));
    const item = { kind: 'interpreter', name: `${own.kind} ${own.abi}`.trim(), ...frame } as const;
    if (isFitting && base.paths.hasPath(to)) {
      this.#note({ ...item, state: 'present', detail: '' });
      this.#followModules(files.resolve(to));
      return;
    }
    const [other] = provided;
    const detail =
      other === undefined ? '' : `the base image has ${`${other.kind} ${other.abi}`.trim()}`;
    const real = files.resolve(to);
    if (own.kind === 'java' && real !== to) {
      this.#replaceLink(to, real, item);
    }
    this.#copy(own.kind === 'java' ? real : to, { ...item, detail });
    this.#take(real);
  }

  /** A build copies a link as a file, and Java searches its libraries beside its program. */
  #replaceLink(link: string, real: string, item: Omit<CheckItem, 'state' | 'detail'>): void {
    if (item.neededBy === CONFIG_PATH) {
      this.program = real;
    } else {
      const detail = `a copy of the link ${link} does not find its libraries`;
      this.#note({ ...item, state: 'unknown', detail });
    }
  }

  /** The interpreter of the base image may lack extensions, which are loaded by their settings. */
  #followModules(interpreter: string): void {
    for (const step of this.#steps.get(interpreter) ?? []) {
      if (step.rule !== 'elf-loader' && this.#kept.has(step.to) && !this.#taken.has(step.to)) {
        this.#followStep(step, undefined);
      }
    }
  }

  #copy(path: string, item: Omit<CheckItem, 'state'>): void {
    if (this.#taken.has(path)) {
      return;
    }
    this.#take(path);
    this.added.push(path);
    this.#note({ ...item, state: 'copied' });
    const real = this.#input.files.resolve(path);
    if (real !== path && this.#kept.has(real) && !this.#taken.has(real)) {
      this.#take(real);
      this.added.push(real);
    }
  }

  #note(item: CheckItem): void {
    const key = `${item.kind} ${item.name} ${item.state}`;
    if (!this.#seen.has(key)) {
      this.#seen.add(key);
      this.items.push(item);
    }
  }
}

/** The version of classes of Java 11, which removed modules: JEP 320. */
const CLASSES_OF_JAVA_11 = 55;

/**
 * Java runs classes of earlier versions, except that programs for Java 10 or earlier may use
 * modules that later versions lack. Modules of the other interpreters need the same interface.
 */
function isAbiFitting({ kind, abi }: Interpreter, provided: string): boolean {
  if (kind !== 'java') {
    return provided === abi;
  }
  const [own, theirs] = [Number(abi), Number(provided)];
  const isRemoving = own < CLASSES_OF_JAVA_11 && theirs >= CLASSES_OF_JAVA_11;
  return abi !== '' && theirs >= own && !isRemoving;
}

function describeLoader(path: string): string {
  return path.includes('musl')
    ? 'the program is linked with musl, which the base image lacks'
    : 'the program is linked with glibc, which the base image lacks';
}

function isCommand(path: string): boolean {
  return /\/s?bin\/[^/]+$/.test(path);
}

function getBaseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Packages can only be installed from the same release, with a package manager. */
function listPackages(input: CheckInput, added: readonly string[]): readonly string[] {
  const { inventory, base } = input;
  const { distro } = base.image.head;
  const hasManager = ['apt-get', 'apk', 'dnf', 'microdnf', 'zypper'].some((name) =>
    base.image.provisions.commands.includes(name),
  );
  const isSameRelease =
    distro?.id === inventory.distro?.id && distro?.versionId === inventory.distro?.versionId;
  const names = listSources(input, added).map(({ name }) => name);
  return hasManager && isSameRelease ? [...new Set(names)].sort(compareText) : [];
}

/** Returns the packages of the operating system that own copied files, sorted by key. */
function listSources(
  { packages }: CheckInput,
  added: readonly string[],
): readonly InventoryPackage[] {
  const owners = added.flatMap((path) =>
    packages.listOwners(path).filter(({ language }) => language === ''),
  );
  return [...new Set(owners)].sort((left, right) => compareText(left.key, right.key));
}

/** Returns the packages of which code is copied, or at least half of the files. */
function listCopied(input: CheckInput, added: readonly string[]): readonly InventoryPackage[] {
  const { files, packages } = input;
  const copied = new Set(added);
  return listSources(input, added).filter(({ key }) => {
    const own = packages.listFiles(key).flatMap((path) => files.findFile(path) ?? []);
    const regular = own.filter(({ type }) => type === 'regular');
    const found = regular.filter(({ path }) => copied.has(path));
    const isCode = found.some((file) => classifyFile(file) === 'code');
    return isCode || (found.length > 0 && found.length >= regular.length / 2);
  });
}
