import { posix } from 'node:path';
import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';
import { suggestWord } from '../../foundation/core/option-suggestion.ts';
import { createPolicyError } from './file/policy-node.ts';
import { readPolicy } from './file/read-policy.ts';
import { mergePackRules } from './merge-rules.ts';
import { addSharedRules, listPackIds, readPackText } from './pack/pack-folder.ts';
import type { Policy, PolicyInclude, Rule } from './policy.ts';

/** A policy file with its content. */
export interface PolicyFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Returns the content of a file that a policy includes. */
export type ReadIncluded = (path: string) => PolicyFile;

/** Files and packs of one check: far above any real set. */
const INCLUDES_MAX = 100;

/**
 * Reads policy files, and the packs and files that they include. Each is used once; if it is
 * included several times, the strictest mode counts.
 *
 * @param readIncluded returns other files; without it, policies may only include packs
 * @param packs further packs that come with the program, as `ID` or `ID@VERSION`
 * @throws UserError `E_POLICY`, or `E_POLICY_DIGEST` if a pack or file has another digest
 */
export function loadPolicies(
  files: readonly PolicyFile[],
  readIncluded: ReadIncluded = rejectFile,
  packs: readonly string[] = [],
): readonly Policy[] {
  const loaded = new Map<string, Policy>();
  const expanded = new Set<string>();
  for (const name of packs) {
    const [id = '', version] = name.split('@');
    const pack = loadPack({ id, source: '--pack', ...defined({ version }) });
    addPolicy(pack, { key: `pack ${id}`, mode: 'enforce' }, loaded);
  }
  for (const { name, bytes } of files) {
    const [policy, path] = [readFilePolicy(bytes, name), posix.normalize(name)];
    addPolicy(policy, { key: `file ${path}`, mode: 'enforce' }, loaded);
    addIncludes(policy.includes, [path], { loaded, expanded, readIncluded, mode: 'enforce' });
  }
  return checkPolicies([...loaded.values()]);
}

/**
 * Reads the packs and files that a file other than a policy names, as one that includes them.
 *
 * @throws UserError as {@link loadPolicies}
 */
export function loadIncluded(
  includes: readonly PolicyInclude[],
  file: string,
  readIncluded: ReadIncluded = rejectFile,
): readonly Policy[] {
  const loaded = new Map<string, Policy>();
  const loading = { loaded, expanded: new Set<string>(), readIncluded, mode: 'enforce' } as const;
  addIncludes(includes, [posix.normalize(file)], loading);
  return checkPolicies([...loaded.values()]);
}

function checkPolicies(loaded: readonly Policy[]): readonly Policy[] {
  const policies = mergePackRules(loaded);
  rejectRepeatedPacks(policies);
  rejectRepeatedRules(policies);
  checkRuleNames(policies);
  checkSearches(policies);
  return policies;
}

/** A pack of your own may name the shared rules, too. */
function readFilePolicy(bytes: Uint8Array, name: string): Policy {
  const text = Buffer.from(bytes).toString('utf8');
  return readPolicy(/^pack:/m.test(text) ? Buffer.from(addSharedRules(text)) : bytes, name);
}

function rejectFile(path: string): never {
  throw new UserError('E_POLICY', `"${path}" cannot be included here`, {
    hint: 'only packs can be included if policies are not read from files',
  });
}

interface Loading {
  readonly loaded: Map<string, Policy>;
  /** Files whose includes were added, with their mode. */
  readonly expanded: Set<string>;
  readonly readIncluded: ReadIncluded;
  /** `log` if an including file is only logged. */
  readonly mode: Rule['mode'];
}

function addIncludes(
  includes: readonly PolicyInclude[],
  chain: readonly string[],
  loading: Loading,
): void {
  for (const include of includes) {
    const { loaded, expanded, readIncluded } = loading;
    const mode = loading.mode === 'log' ? 'log' : include.mode;
    const [from = ''] = chain.slice(-1);
    const name = include.kind === 'pack' ? '' : posix.join(posix.dirname(from), include.path);
    if (include.kind === 'file' && chain.includes(name)) {
      const cycle = [...chain.slice(chain.indexOf(name)), name].join(' → ');
      throw createPolicyError(
        include.source,
        `"${name}" includes itself: ${cycle}`,
        'remove one of them',
      );
    }
    if (loaded.size >= INCLUDES_MAX) {
      throw createPolicyError(include.source, `more than ${INCLUDES_MAX} policies are included`);
    }
    const own = include.kind === 'pack' ? loadPack(include) : loadFile(include, readIncluded(name));
    const key = include.kind === 'pack' ? `pack ${include.id}` : `file ${name}`;
    addPolicy(own, { key, mode }, loaded);
    if (include.kind === 'file' && !expanded.has(`${mode} ${key}`)) {
      expanded.add(`${mode} ${key}`);
      addIncludes(own.includes, [...chain, name], { ...loading, mode });
    }
  }
}

/** A rule in the mode `log` stays in it, whatever the mode of the file is. */
function addPolicy(
  policy: Policy,
  { key, mode }: { readonly key: string; readonly mode: Rule['mode'] },
  loaded: Map<string, Policy>,
): void {
  const known = loaded.get(key);
  const rules = policy.rules.map((rule, index): Rule => {
    const isEnforced = mode === 'enforce' && rule.mode === 'enforce';
    return { ...rule, mode: isEnforced ? 'enforce' : (known?.rules[index]?.mode ?? 'log') };
  });
  const { pack } = policy;
  const packMode = mode === 'enforce' ? mode : (known?.pack?.mode ?? mode);
  loaded.set(key, { ...policy, rules, ...(pack && { pack: { ...pack, mode: packMode } }) });
}

/** Statements name a control by the ID of its pack. */
function rejectRepeatedPacks(policies: readonly Policy[]): void {
  const packs = policies.filter(({ pack }) => pack !== undefined);
  for (const { name, source } of packs) {
    const other = packs.find((one) => one.name === name && one.source !== source);
    if (other !== undefined) {
      throw createPolicyError(source, `there is another pack "${name}": ${other.source}`);
    }
  }
}

/** `--why`, exceptions and replays name a rule by its ID alone. */
function rejectRepeatedRules(policies: readonly Policy[]): void {
  const sources = new Map<string, string>();
  for (const { id, source } of policies.flatMap(({ rules }) => rules)) {
    const other = sources.get(id);
    if (other !== undefined) {
      const hint = 'rename one of them, or include the policy only once';
      throw createPolicyError(source, `there is another rule "${id}": ${other}`, hint);
    }
    sources.set(id, source);
  }
}

/**
 * An exception with a mistyped rule would silently do nothing, and so would a mapping with a rule
 * of another policy. A condition about another subject would read facts of the same name.
 */
function checkRuleNames(policies: readonly Policy[]): void {
  const all = policies.flatMap(({ rules }) => rules);
  for (const { rules, exceptions, images } of policies) {
    for (const { source, rules: mapped = [] } of images) {
      mapped.forEach((rule) => findRule(rule, rules, source));
    }
    for (const { source, rule, conditionSubject } of exceptions) {
      const found = rule === undefined ? undefined : findRule(rule, all, source);
      if (conditionSubject !== undefined && found?.subject !== conditionSubject) {
        throw createPolicyError(
          source,
          `"while" has the subject ${conditionSubject}, but the rule "${rule}" has ${found?.subject}`,
        );
      }
    }
  }
}

/** A rule about a search that does not exist would silently never fire. */
function checkSearches(policies: readonly Policy[]): void {
  const searches = policies.flatMap((policy) => policy.searches);
  const ids = new Map(searches.map(({ id, digest }) => [id, digest]));
  const other = searches.find(({ id, digest }) => ids.get(id) !== digest);
  if (other !== undefined) {
    throw createPolicyError(other.source, `there are two searches "${other.id}"`);
  }
  for (const { conditions, source } of policies.flatMap(({ rules }) => rules)) {
    for (const { fact, expression } of conditions) {
      const test = expression.kind === 'test' ? expression.test : undefined;
      const named = fact === 'search' && test?.kind === 'one-of' ? test.values : [];
      const unknown = named.find((id) => !ids.has(String(id)));
      if (unknown !== undefined) {
        const hint = suggestWord(String(unknown), [...ids.keys()]);
        throw createPolicyError(source, `unknown search "${unknown}"`, hint);
      }
    }
  }
}

function findRule(id: string, rules: readonly Rule[], source: string): Rule {
  const found = rules.find((rule) => rule.id === id);
  if (found === undefined) {
    const ids = rules.map((rule) => rule.id);
    throw createPolicyError(source, `unknown rule "${id}"`, suggestWord(id, ids));
  }
  return found;
}

type Include<Kind extends PolicyInclude['kind']> = Extract<PolicyInclude, { readonly kind: Kind }>;

/** Reads a built-in pack. */
function loadPack({
  id,
  version,
  source,
  digest,
}: Pick<Include<'pack'>, 'id' | 'source' | 'digest'> & { readonly version?: string }): Policy {
  const text = readPackText(id);
  if (text === undefined) {
    throw createPolicyError(source, `unknown pack "${id}"`, suggestWord(id, listPackIds()));
  }
  const [, own = ''] = /^version: "([^"\n]*)"/m.exec(text) ?? [];
  const policy = readPolicy(Buffer.from(text), `pack ${id}@${own}`);
  if (version !== undefined && policy.version !== version) {
    throw createPolicyError(
      source,
      `unknown version ${version} of the pack "${id}"`,
      `this program has ${id}@${policy.version}`,
    );
  }
  checkDigest(policy, digest, source);
  return policy;
}

function loadFile(
  { version, digest, source }: Include<'file'>,
  { name, bytes }: PolicyFile,
): Policy {
  const policy = readFilePolicy(bytes, name);
  checkDigest(policy, digest, source);
  if (version !== undefined && policy.version !== version) {
    const stated = policy.version === '' ? 'no version' : `the version ${policy.version}`;
    throw createPolicyError(
      source,
      `"${name}" has ${stated}, not ${version}`,
      'review the file, and state its version',
    );
  }
  return policy;
}

function checkDigest(
  { source: name, digest }: Policy,
  expected: string | undefined,
  source: string,
): void {
  if (expected !== undefined && expected !== digest) {
    throw new UserError(
      'E_POLICY_DIGEST',
      `${source}: "${name}" has the digest ${digest}, not ${expected}`,
      {
        hint: 'review what changed, and state the new digest',
      },
    );
  }
}

/** The policy of a check without a policy file. */
export function loadUsualPolicy(): readonly Policy[] {
  return loadPolicies([], rejectFile, ['recommended']);
}
