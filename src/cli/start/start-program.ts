/**
 * Starts the built program. Its parts are scripts and no modules of Node, so that V8 can be handed
 * what it made of them when they were built instead of reading their text again. What is used of
 * Node comes by call: a start with imports costs 6 ms more.
 */
import { releaseWhole } from '../../core/bytes.ts';
import { objectionToNode } from './node-release.ts';
import { SHORT_RUN_FLAGS, USUAL_FLAGS } from './v8-flags.data.ts';

const fs = process.getBuiltinModule('node:fs');
const path = process.getBuiltinModule('node:path');
const v8 = process.getBuiltinModule('node:v8');
const vm = process.getBuiltinModule('node:vm');
const zlib = process.getBuiltinModule('node:zlib');

type Script = InstanceType<typeof vm.Script>;
type Load = (name: string) => unknown;
type Exports = Record<string, unknown>;

/** What a part may ask of `import.meta`. */
interface Meta {
  readonly dirname: string;
  readonly filename: string;
  readonly url: string;
}

/** The folder of the parts, beside the start. */
export const PARTS = 'part';

/**
 * The folder of what V8 made of the parts. It belongs to the program as they do, is written when it
 * is built and never by a run: whoever may write it may as well write the program. Another Node
 * looks elsewhere; V8 itself refuses what another version of it made, or one with other flags.
 */
export const CODE_CACHE = path.join('code-cache', `${process.version}-${process.arch}`);

/** Checksums of the script and of what was made of it, which comes after them. */
export const CHECKSUMS_BYTES = 8;

/** The flags that were set last, by what they are of. */
const flags = new Map<string, string>();
/** Those of them that are other than a short run begins with. */
let otherFlags: readonly string[] = [];

/** Sets the flags that every run begins with, and that what V8 made of the parts is made with. */
export function suitShortRun(): void {
  for (const flag of SHORT_RUN_FLAGS) {
    setFlag(flag);
  }
}

function setFlag(flag: string): void {
  flags.set(flag.replace(/^--(?:no-)?|=.*/g, ''), flag);
  otherFlags = [...flags.values()].filter((each) => !SHORT_RUN_FLAGS.includes(each));
  v8.setFlagsFromString(flag);
}

/** Of Node, what is there when it has started, or is loaded by the lines above. */
const EARLY_MODULES: ReadonlySet<string> = new Set([
  'node:buffer',
  'node:events',
  'node:fs',
  'node:path',
  'node:stream',
  'node:url',
  'node:util',
  'node:vm',
  'node:zlib',
]);

/**
 * Loads a module of Node with V8's usual flags: Node has with it what V8 compiled of it with those,
 * and would compile it anew with others, which takes a cold start some 10 ms for `node:crypto`.
 */
function loadModule(name: string): unknown {
  if (name === 'node:v8') {
    return { ...v8, setFlagsFromString: setFlag };
  }
  if (EARLY_MODULES.has(name)) {
    return process.getBuiltinModule(name);
  }
  for (const flag of USUAL_FLAGS) {
    v8.setFlagsFromString(flag);
  }
  try {
    return process.getBuiltinModule(name);
  } finally {
    for (const flag of flags.values()) {
      v8.setFlagsFromString(flag);
    }
  }
}

/** Loads the part that is the program, and it what it needs. Answers with the scripts of all. */
export function startProgram(folder: string, main: string): ReadonlyMap<string, Script> {
  const scripts = new Map<string, Script>();
  const objection = objectionToNode(process.versions.node);
  if (objection !== undefined) {
    process.stderr.write(objection);
    process.exitCode = 1;
    return scripts;
  }
  // What nearly every run asks of Node without naming a module, while V8 has its usual flags.
  void process.stdout;
  void process.getBuiltinModule('node:util').parseArgs;
  // To be said before any script is made, since V8 refuses what was made with other flags.
  suitShortRun();
  const loaded = new Map<string, Exports>();
  const modules = new Map<string, unknown>();
  let ofPackages: Load | undefined;
  const loadPart = (name: string): Exports => {
    const before = loaded.get(name);
    if (before !== undefined) {
      return before;
    }
    const exports: Exports = {};
    loaded.set(name, exports);
    const filename = path.join(folder, PARTS, name);
    const script = compile(filename, path.join(folder, CODE_CACHE, name));
    scripts.set(name, script);
    const run = script.runInThisContext() as (load: Load, exports: Exports, meta: Meta) => void;
    run(load, exports, metaOf(filename));
    return exports;
  };
  const load = (name: string): unknown => {
    if (name.startsWith('./')) {
      return loadPart(name.slice(2));
    }
    if (name.startsWith('node:')) {
      const module = modules.get(name) ?? loadModule(name);
      modules.set(name, module);
      return module;
    }
    load('node:module');
    const { createRequire } = process.getBuiltinModule('node:module');
    ofPackages ??= createRequire(path.join(folder, PARTS, main));
    return ofPackages(name);
  };
  loadPart(main);
  return scripts;
}

function compile(filename: string, cacheFile: string): Script {
  const text = fs.readFileSync(filename);
  const kept = keptIn(cacheFile);
  const script = scriptOf(filename, text, kept && cachedDataOf(text, kept));
  // Megabytes in all, which the garbage collector would come upon late or never.
  releaseWhole(text);
  if (kept !== undefined) {
    releaseWhole(kept);
  }
  return script;
}

/** Makes a script with the flags that what is kept of it was made with, or V8 would refuse that. */
function scriptOf(filename: string, text: Buffer, cachedData: Buffer | undefined): Script {
  const meanwhile = otherFlags;
  if (meanwhile.length > 0) {
    suitShortRun();
  }
  try {
    // The build leaves nothing but ASCII in a part, which needs no decoding.
    return new vm.Script(text.toString('latin1'), {
      filename,
      ...(cachedData && { cachedData }),
    });
  } finally {
    for (const flag of meanwhile) {
      setFlag(flag);
    }
  }
}

function keptIn(cacheFile: string): Buffer | undefined {
  try {
    return fs.readFileSync(cacheFile);
  } catch {
    return undefined;
  }
}

/** What was made of a script, unless it is damaged, or made of another. */
function cachedDataOf(text: Buffer, kept: Buffer): Buffer | undefined {
  const data = kept.subarray(CHECKSUMS_BYTES);
  return checksumsOf(text, data).equals(kept.subarray(0, CHECKSUMS_BYTES)) ? data : undefined;
}

/** What V8 does not check itself: it holds a script for the same that is as long. */
export function checksumsOf(text: Buffer, data: Buffer): Buffer {
  const checksums = Buffer.alloc(CHECKSUMS_BYTES);
  checksums.writeUInt32LE(zlib.crc32(text), 0);
  checksums.writeUInt32LE(zlib.crc32(data), CHECKSUMS_BYTES / 2);
  return checksums;
}

function metaOf(filename: string): Meta {
  return {
    dirname: path.dirname(filename),
    filename,
    get url() {
      return process.getBuiltinModule('node:url').pathToFileURL(filename).href;
    },
  };
}
