type JsonRecord = Readonly<Record<string, unknown>>;

/** A configuration as container engines read it. OCI image specification, config.md. */
export interface ImageConfig {
  /** Members of the document; those of the specification under their own names. */
  readonly document: JsonRecord;
  /** Members of `config`. */
  readonly process: JsonRecord;
  /** Members of `config.Healthcheck`. */
  readonly healthcheck: JsonRecord;
  /** Members of each entry of `history`. */
  readonly history: readonly JsonRecord[];
  /** Why engines may read another configuration than this one; empty if it is well formed. */
  readonly problems: readonly string[];
}

/**
 * Reads the configuration of an image. Engines are written in Go, which ignores the case of member
 * names: `user` replaces `User`, and the last of several counts. Every reader of a configuration
 * uses this function, so that all of them see what an engine runs.
 */
export function readImageConfig(bytes: Uint8Array): ImageConfig {
  return normalizeImageConfig(decodeConfig(bytes));
}

/** Like {@link readImageConfig}, for a document that is already parsed. */
export function normalizeImageConfig(value: unknown): ImageConfig {
  const document = normalize(value, DOCUMENT_MEMBERS);
  const process = normalize(document.members['config'], PROCESS_MEMBERS);
  const healthcheck = normalize(process.members['Healthcheck'], HEALTHCHECK_MEMBERS);
  const list = document.members['history'];
  const history = (Array.isArray(list) ? list : []).map((entry) => normalize(entry, ENTRY_MEMBERS));
  return {
    document: document.members,
    process: process.members,
    healthcheck: healthcheck.members,
    history: history.map(({ members }) => members),
    problems: [
      ...(isRecord(value) ? [] : ['the configuration of the image is not a JSON object']),
      ...[document, process, healthcheck, ...history].flatMap((one) => one.problems),
    ],
  };
}

type Guard = (value: unknown) => boolean;

const isText: Guard = (value) => typeof value === 'string';
const isFlag: Guard = (value) => typeof value === 'boolean';
const isTextList: Guard = (value) => Array.isArray(value) && value.every(isText);
/** Old versions of Docker wrote a command as one string. */
const isCommand: Guard = (value) => isText(value) || isTextList(value);
const isAnything: Guard = () => true;

const DOCUMENT_MEMBERS: ReadonlyMap<string, Guard> = new Map<string, Guard>([
  ['architecture', isText],
  ['os', isText],
  ['variant', isText],
  ['created', isText],
  ['config', isRecord],
  ['rootfs', isRecord],
  ['history', (value) => Array.isArray(value) && value.every(isRecord)],
]);
const PROCESS_MEMBERS: ReadonlyMap<string, Guard> = new Map<string, Guard>([
  ['User', isText],
  ['Env', isTextList],
  ['Entrypoint', isCommand],
  ['Cmd', isCommand],
  ['Shell', isCommand],
  ['WorkingDir', isText],
  ['StopSignal', isText],
  ['Healthcheck', isRecord],
  ['ExposedPorts', isRecord],
  ['Volumes', isRecord],
  ['OnBuild', isTextList],
  ['Labels', isRecord],
]);
const HEALTHCHECK_MEMBERS: ReadonlyMap<string, Guard> = new Map<string, Guard>([
  ['Test', isTextList],
  ['Interval', isAnything],
  ['Timeout', isAnything],
  ['StartPeriod', isAnything],
  ['StartInterval', isAnything],
  ['Retries', isAnything],
]);
const ENTRY_MEMBERS: ReadonlyMap<string, Guard> = new Map<string, Guard>([
  ['created', isText],
  ['created_by', isText],
  ['author', isText],
  ['comment', isText],
  ['empty_layer', isFlag],
]);

interface Normalized {
  readonly members: JsonRecord;
  readonly problems: readonly string[];
}

/** Names members as the specification does, and reports other spellings and wrong types. */
function normalize(value: unknown, guards: ReadonlyMap<string, Guard>): Normalized {
  const names = new Map([...guards.keys()].map((name) => [foldMemberName(name), name]));
  const members = new Map<string, unknown>();
  const problems: string[] = [];
  for (const [written, member] of isRecord(value) ? Object.entries(value) : []) {
    const name = names.get(foldMemberName(written)) ?? written;
    members.set(name, member);
    if (name !== written) {
      problems.push(`the configuration of the image writes "${name}" as "${written}"`);
    } else if (member !== null && guards.get(name)?.(member) === false) {
      problems.push(`"${name}" in the configuration of the image is malformed`);
    }
  }
  return { members: Object.fromEntries(members), problems };
}

/** Folds the case of a name as Go does: `ſ` and the Kelvin sign equal `s` and `k`, too. */
export function foldMemberName(name: string): string {
  return name.toUpperCase().toLowerCase();
}

function decodeConfig(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
