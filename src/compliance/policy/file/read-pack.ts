import {
  CONTROL_FORCES,
  CONTROL_KINDS,
  type ControlSource,
  SOURCE_MARKS,
} from '../../../foundation/core/control.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { findNearest, suggestWord } from '../../../foundation/core/option-suggestion.ts';
import { compileCel } from '../expression/compile-cel.ts';
import { getImageKind } from '../image-kind.ts';
import type { Condition, Control, Pack, Rule } from '../policy.ts';
import { CONTROL_KEYS, SOURCE_KEYS } from './policy-keys.data.ts';
import {
  checkKeys,
  createPolicyError,
  getPolicyList,
  getPolicyMaps,
  getPolicyText,
  type PolicyMap,
  requirePolicyText,
} from './policy-node.ts';
import { readChoice, readDate, requireDate } from './policy-values.ts';
import { rejectRepeated } from './reject-repeated.ts';

/** Returns the ID of a pack; a pack of your own has one, too. */
export function requirePackId(root: PolicyMap): string {
  const id = requirePolicyText(root, 'pack', 'a pack');
  if (!/^[a-z0-9][a-z0-9.-]{0,63}$/.test(id)) {
    const place = root.entries.get('pack')?.place ?? root.place;
    const hint = 'use lower-case letters, digits and hyphens, such as: my-pack';
    throw createPolicyError(place, `"${id}" is not an ID of a pack`, hint);
  }
  if (root.entries.has('policy')) {
    throw createPolicyError(root.place, 'a file has either "pack" or "policy"');
  }
  return id;
}

/** Reads the parts of a pack that a policy does not have. */
export function readPack(
  root: PolicyMap,
  controls: readonly Control[],
  rules: readonly Rule[],
): Pack {
  checkAnswers(controls, rules);
  const [from, until] = [readDate(root, 'from'), readDate(root, 'until')];
  return {
    id: requirePackId(root),
    version: requirePolicyText(root, 'version', 'a pack'),
    title: requirePolicyText(root, 'title', 'a pack'),
    authority: requirePolicyText(root, 'authority', 'a pack'),
    ...defined({ from, until }),
    sources: readSources(root).map(({ id: _, ...source }) => source),
    notes: readPackTexts(root, 'notes'),
    controls,
    mode: 'enforce',
  };
}

interface NamedSource extends Omit<ControlSource, 'section'> {
  readonly id: string;
}

function readSources(root: PolicyMap): readonly NamedSource[] {
  return getPolicyMaps(root, 'sources').map((map) => {
    checkKeys(map, SOURCE_KEYS, 'a source');
    const title = 'a source';
    const url = getPolicyText(map, 'url');
    return {
      id: requirePolicyText(map, 'id', title),
      title: requirePolicyText(map, 'title', title),
      readOn: requireDate(map, 'read-on', title),
      mark: readChoice(requirePolicyText(map, 'mark', title), SOURCE_MARKS, map.place),
      ...defined({ url }),
    };
  });
}

const PACK_FORM = 'docs/compliance.md has an example under "Packs of your own"';

/** Reads the controls of a pack; a pack without any would answer nothing. */
export function readControls(root: PolicyMap): readonly Control[] {
  const sources = readSources(root);
  const controls = getPolicyMaps(root, 'controls').map((map) => readControl(map, sources));
  if (controls.length === 0) {
    throw createPolicyError(root.place, 'a pack needs "controls"', PACK_FORM);
  }
  rejectRepeated(
    controls.map(({ id, place }) => [id, place]),
    'controls',
  );
  return controls;
}

function readControl(map: PolicyMap, sources: readonly NamedSource[]): Control {
  checkKeys(map, CONTROL_KEYS, 'a control');
  const id = requirePolicyText(map, 'id', 'a control');
  const title = `the control "${id}"`;
  const kind = readChoice(requirePolicyText(map, 'kind', title), CONTROL_KINDS, map.place);
  const rules = readPackTexts(map, 'rules');
  const [cannotAnswer, appliesRule] = [
    getPolicyText(map, 'cannot-answer'),
    getPolicyText(map, 'applies-rule'),
  ];
  if ((kind === 'manual') !== (rules.length === 0)) {
    const hint = 'a manual control has no rules, and any other one has some';
    throw createPolicyError(map.place, `${title} is ${kind}, with ${rules.length} rules`, hint);
  }
  if (kind === 'partial' && cannotAnswer === undefined) {
    throw createPolicyError(map.place, `${title} is partial, and needs "cannot-answer"`);
  }
  return {
    place: map.place,
    id,
    title: requirePolicyText(map, 'title', title),
    requirement: requirePolicyText(map, 'requirement', title),
    force: readChoice(requirePolicyText(map, 'force', title), CONTROL_FORCES, map.place),
    kind,
    rules,
    ...defined({ cannotAnswer, appliesRule, applies: readApplies(map) }),
    source: readSource(map, id, sources),
    resultIds: readPackTexts(map, 'results'),
  };
}

function readSource(map: PolicyMap, id: string, sources: readonly NamedSource[]): ControlSource {
  const name = getPolicyText(map, 'source');
  const found = name === undefined ? sources[0] : sources.find((one) => one.id === name);
  if (found === undefined) {
    const hint = suggestWord(
      name ?? '',
      sources.map((one) => one.id),
    );
    throw createPolicyError(map.place, `unknown source "${name ?? ''}" of a control`, hint);
  }
  const { id: _, mark, ...source } = found;
  const own = getPolicyText(map, 'mark');
  return {
    ...source,
    mark: own === undefined ? mark : readChoice(own, SOURCE_MARKS, map.place),
    section: getPolicyText(map, 'section') ?? id,
  };
}

function readApplies(map: PolicyMap): Condition | undefined {
  const text = getPolicyText(map, 'applies');
  const place = map.entries.get('applies')?.place ?? map.place;
  return text === undefined
    ? undefined
    : { text, expression: compileCel(text, getImageKind(), place) };
}

function readPackTexts(map: PolicyMap, key: string): readonly string[] {
  return getPolicyList(map, key).map((node) => {
    if (node.kind !== 'text' || node.value.trim() === '') {
      throw createPolicyError(node.place, `an element of "${key}" must be a text`);
    }
    return node.value.trim();
  });
}

/** A control with a mistyped rule would never be answered. */
function checkAnswers(controls: readonly Control[], rules: readonly Rule[]): void {
  const ids = rules.map(({ id }) => id);
  for (const control of controls) {
    const named = [control.appliesRule ?? [], control.rules].flat();
    const unknown = named.find((id) => !ids.includes(id));
    if (unknown !== undefined) {
      const nearest = findNearest(unknown, ids);
      throw createPolicyError(
        control.place,
        `unknown rule "${unknown}" of the control "${control.id}"`,
        nearest === undefined
          ? 'define it under "rules", or name one of the shared rules in packs/rules.yaml'
          : `did you mean "${nearest}"?`,
      );
    }
  }
}

/** A rule without an action has that of the strictest control that it answers. */
export function chooseAction(rule: string, controls: readonly Control[]): string | undefined {
  const forces = controls.filter(({ rules }) => rules.includes(rule)).map(({ force }) => force);
  if (forces.length === 0) {
    return undefined;
  }
  return forces.some((force) => force.startsWith('MUST')) ? 'fail' : 'warn';
}
