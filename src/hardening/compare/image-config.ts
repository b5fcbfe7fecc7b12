import { compareText } from '../../foundation/core/compare-text.ts';
import { readImageConfig } from '../../foundation/core/image-config.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { sortMembers } from '../../foundation/core/json-document.ts';
import type { TargetDescription } from '../../foundation/core/target.ts';

/** Stands for the value of a variable that a document only names. */
export const NOT_RECORDED = Symbol('not recorded');

/** Settings of an image configuration, as text by name. */
export type ConfigTexts = ReadonlyMap<string, string | typeof NOT_RECORDED>;

/**
 * Returns the configuration as texts by name: one entry for each variable of `Env`, each of
 * `Labels`, and each other member. Values of the wrong type count as absent. OCI image
 * specification, config.md.
 */
export function readConfigTexts({ target, environment }: Inventory): ConfigTexts {
  const texts = new Map<string, string | typeof NOT_RECORDED>();
  if (target.kind !== 'image') {
    return texts;
  }
  const platform = [target.os, target.architecture, target.variant].filter(Boolean).join('/');
  texts.set('platform', platform);
  for (const [name, value] of Object.entries(readImageConfig(target.config).process)) {
    addMember(texts, name, value);
  }
  for (const [name, value] of environment ?? []) {
    texts.set(`Env ${name}`, value);
  }
  return new Map([...texts].sort(([left], [right]) => compareText(left, right)));
}

/** Returns the creation time of the image from its configuration. */
export function readCreationTime(target: TargetDescription): string | undefined {
  const created =
    target.kind === 'image' ? readImageConfig(target.config).document['created'] : undefined;
  return typeof created === 'string' ? created : undefined;
}

function addMember(
  texts: Map<string, string | typeof NOT_RECORDED>,
  name: string,
  value: unknown,
): void {
  if (name === 'Env') {
    const lines = Array.isArray(value) ? value : [];
    for (const line of lines.filter((one) => typeof one === 'string')) {
      const [variable = '', ...rest] = line.split('=');
      texts.set(`Env ${variable}`, rest.length === 0 ? NOT_RECORDED : rest.join('='));
    }
  } else if (name === 'Labels') {
    for (const [label, text] of Object.entries(toConfigRecord(value))) {
      texts.set(`Label ${label}`, String(text));
    }
  } else if (name === 'ExposedPorts' || name === 'Volumes') {
    const names = Object.keys(toConfigRecord(value)).sort(compareText);
    for (const each of names) {
      texts.set(`${name === 'Volumes' ? 'Volume' : 'Port'} ${each}`, 'set');
    }
  } else if (!isEmpty(value)) {
    texts.set(name, typeof value === 'string' ? value : JSON.stringify(sortMembers(value)));
  }
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || value === false;
}

function toConfigRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
