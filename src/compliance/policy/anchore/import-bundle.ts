import { stringify } from 'yaml';
import { UserError } from '../../../foundation/core/error.ts';
import { escapeText } from '../../../foundation/core/screen-text.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import {
  getRecord,
  getRecords,
  getText,
  getTexts,
  type JsonRecord,
} from '../../../foundation/syntax/json/member.ts';
import { parseJson } from '../../../foundation/syntax/json/parse-json.ts';
import { readPolicy } from '../file/read-policy.ts';
import type { AnchoreParameters, TranslatedRule, TranslatedSearch } from './parameters.ts';
import { translateAnchoreRule } from './translate-rule.ts';

/** A bundle as a policy of ours, and everything that has no counterpart. */
export interface ImportedBundle {
  /** The policy in YAML, with a comment for each rule that was not translated. */
  readonly text: string;
  readonly translated: number;
  /** Sentences without a full stop. */
  readonly losses: readonly string[];
}

const ACTIONS: ReadonlyMap<string, 'fail' | 'warn' | 'log'> = new Map([
  ['stop', 'fail'],
  ['warn', 'warn'],
  ['go', 'log'],
]);

/**
 * Translates a policy bundle of anchore-engine, version 1_0. Nothing is lost silently.
 *
 * @throws UserError `E_POLICY` if the content is not a bundle
 */
export function importAnchoreBundle(bytes: Uint8Array, file: string): ImportedBundle {
  const bundle = parseJson(Buffer.from(bytes).toString('utf8'));
  if (!isRecord(bundle) || !Array.isArray(bundle['policies'] ?? bundle['rule_sets'])) {
    throw new UserError('E_POLICY', `"${file}" is not a policy bundle of Anchore`, {
      hint: 'a bundle is JSON with the member "policies"',
    });
  }
  const losses: string[] = [];
  const rules = getRecords(bundle, 'policies')
    .concat(getRecords(bundle, 'rule_sets'))
    .flatMap((policy) => translatePolicy(policy, losses))
    .map(createUniqueNamer());
  const images = listImages(bundle, rules, losses);
  const denied = [
    ...getRecords(bundle, 'blacklisted_images'),
    ...getRecords(bundle, 'denylisted_images'),
  ].map((image) => ({ match: formatPattern(image), reason: `denied in ${file}` }));
  listImageLosses(bundle, losses);
  const version = getText(bundle, 'version');
  const policy = {
    policy: getText(bundle, 'name') || getText(bundle, 'id') || 'imported',
    ...(version === '' ? {} : { version }),
    ...listSearches(rules),
    rules: rules.map(({ id, entries }) => Object.fromEntries([['id', id], ...entries])),
    ...(images.length === 0 ? {} : { images }),
    ...(denied.length === 0 ? {} : { 'denied-images': denied }),
  };
  const head = [
    `# Imported from ${escapeText(file)}, a policy bundle of Anchore.`,
    ...losses.map(formatLoss),
  ];
  const text = `${head.join('\n')}\n${stringify(policy, { lineWidth: 0, aliasDuplicateObjects: false })}`;
  // The result must be a policy that we accept.
  readPolicy(Buffer.from(text), file);
  return { text, translated: rules.length, losses };
}

/** Policies of one bundle may use an ID twice. */
function createUniqueNamer(): (named: NamedRule) => NamedRule {
  const counts = new Map<string, number>();
  return (named) => {
    const { id } = named;
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    return count === 1 ? named : { ...named, id: `${id}-${count}` };
  };
}

function formatLoss(loss: string): string {
  return `# Not translated: ${escapeText(loss.replaceAll(/\s+/g, ' '))}`;
}

type Entry = readonly [key: string, value: unknown];

/** A rule of ours as entries, because an object with the key `then` would be a promise. */
interface NamedRule {
  readonly policyId: string;
  readonly id: string;
  readonly entries: readonly Entry[];
  readonly search?: TranslatedSearch;
}

/** Rules of several policies may need the same search. */
function listSearches(rules: readonly NamedRule[]): {
  readonly content?: readonly TranslatedSearch[];
} {
  const searches = new Map(rules.flatMap(({ search }) => (search ? [[search.id, search]] : [])));
  return searches.size === 0 ? {} : { content: [...searches.values()] };
}

function listEntries(found: TranslatedRule, action: 'fail' | 'warn' | 'log'): readonly Entry[] {
  const { when, whenNone, cel } = found;
  return [
    ['for', found.for],
    ...(when === undefined ? [] : [['when', when] as const]),
    ...(whenNone === undefined ? [] : [['when-none', whenNone] as const]),
    ...(cel === undefined ? [] : [['cel', cel] as const]),
    ['then', action === 'log' ? 'warn' : action],
    ...(action === 'log' ? [['mode', 'log'] as const] : []),
  ];
}

function translatePolicy(policy: JsonRecord, losses: string[]): readonly NamedRule[] {
  const policyId = getText(policy, 'id');
  return getRecords(policy, 'rules').flatMap((rule, index): NamedRule[] => {
    const [gate, trigger] = [getText(rule, 'gate'), getText(rule, 'trigger')];
    const given = readParameters(rule);
    const title = `${gate} ${trigger}${formatParameters(given)}`;
    const action = ACTIONS.get(getText(rule, 'action').toLowerCase());
    const translation = translateAnchoreRule(gate, trigger, given);
    const parts = typeof translation === 'string' ? [] : [translation].flat();
    const [fault] =
      typeof translation === 'string'
        ? [translation]
        : parts.flatMap((one) => findFault(one) ?? []);
    if (fault !== undefined || action === undefined) {
      losses.push(`${title}: ${fault ?? `the action "${getText(rule, 'action')}" is unknown`}`);
      return [];
    }
    for (const { note } of parts) {
      if (note !== undefined) {
        losses.push(`a part of ${title}: ${note}`);
      }
    }
    const own = getText(rule, 'id') || `${policyId}-${index + 1}`;
    const name = `${gate}-${trigger}-${own.slice(0, 8)}`.toLowerCase();
    const id = name.replaceAll(/[^a-z0-9]+/g, '-');
    const recommendation = getText(rule, 'recommendation');
    const end = recommendation === '' ? [] : [['recommendation', recommendation] as const];
    return parts.map((part) => {
      const entries = [...listEntries(part, action), ...end];
      return {
        policyId,
        id,
        entries,
        ...(part.search === undefined ? {} : { search: part.search }),
      };
    });
  });
}

/** A value of the bundle may be no value of ours, such as a pattern that RE2 rejects. */
function findFault(found: TranslatedRule): string | undefined {
  const rule = Object.fromEntries([['id', 'tried'], ...listEntries(found, 'warn')]);
  try {
    const content = found.search === undefined ? {} : { content: [found.search] };
    const tried = { policy: 'tried', ...content, rules: [rule] };
    readPolicy(Buffer.from(JSON.stringify(tried)), 'rule');
    return undefined;
  } catch (error) {
    if (error instanceof UserError) {
      return error.message.replace(/^rule:\d+: /, '');
    }
    throw error;
  }
}

function readParameters(rule: JsonRecord): AnchoreParameters {
  return new Map(
    getRecords(rule, 'params').map((one) => [getText(one, 'name'), getText(one, 'value')]),
  );
}

function formatParameters(given: AnchoreParameters): string {
  const parts = [...given].map(([name, value]) => `${name} ${value}`);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** Mappings in order; the engine compares registry, repository, and tag or digest. */
function listImages(
  bundle: JsonRecord,
  rules: readonly NamedRule[],
  losses: string[],
): readonly object[] {
  return getRecords(bundle, 'mappings').map((mapping) => {
    const ids = [...getTexts(mapping, 'policy_ids'), getText(mapping, 'policy_id')];
    const own = rules.filter(({ policyId }) => ids.includes(policyId));
    const known = new Set(getRecords(bundle, 'policies').map((policy) => getText(policy, 'id')));
    for (const id of ids.filter((one) => one !== '' && !known.has(one))) {
      losses.push(`a mapping names the policy ${id}, which the bundle does not have`);
    }
    return { match: formatPattern(mapping), rules: own.map(({ id }) => id) };
  });
}

function formatPattern(image: JsonRecord): string {
  const [registry, repository] = [getText(image, 'registry'), getText(image, 'repository')];
  const { type, value } = { type: '', value: '*', ...getRecord(image, 'image') };
  if (type === 'digest') {
    return `*@${value}`;
  }
  const isAll = [registry, repository, value].every((part) => part === '*' || part === '');
  return isAll ? '*' : `${registry}/${repository}:${value}`;
}

/** Our exceptions need a reason, an approver, evidence and an end. Bundles have only the end. */
function listImageLosses(bundle: JsonRecord, losses: string[]): void {
  const lists = [...getRecords(bundle, 'whitelists'), ...getRecords(bundle, 'allowlists')];
  for (const item of lists.flatMap((list) => getRecords(list, 'items'))) {
    const end = getText(item, 'expires_on');
    losses.push(
      `the exception ${getText(item, 'gate')} ${getText(item, 'trigger_id')}${end === '' ? '' : ` until ${end}`}: an exception needs reason, approver, evidence and an end`,
    );
  }
  const images = [
    ...getRecords(bundle, 'whitelisted_images'),
    ...getRecords(bundle, 'allowlisted_images'),
  ];
  for (const image of images) {
    losses.push(
      `the allowed image ${formatPattern(image)}: an allowed image needs reason, approver, evidence and an end`,
    );
  }
}
