import { compareText } from '../core/compare-text.ts';
import type { Inventory } from '../core/inventory.ts';
import { sortMembers } from '../core/json-document.ts';
import type { TargetDescription } from '../core/target.ts';

/** Stands for the value of a variable that a document names only. */
export const NOT_RECORDED = Symbol('not recorded');

/** What the configuration of an image sets, as text by name. */
export type ConfigTexts = ReadonlyMap<string, string | typeof NOT_RECORDED>;

/**
 * The configuration as names with texts: `Env` and `Labels` one by one, everything else a name.
 * What has the wrong type counts as absent. OCI image specification, config.md.
 */
export function configTexts({ target, environment }: Inventory): ConfigTexts {
  const texts = new Map<string, string | typeof NOT_RECORDED>();
  if (target.kind !== 'image') {
    return texts;
  }
  const platform = [target.os, target.architecture, target.variant].filter(Boolean).join('/');
  texts.set('platform', platform);
  const document = recordOf(parsed(target.config));
  for (const [name, value] of Object.entries(recordOf(document['config']))) {
    addMember(texts, name, value);
  }
  for (const [name, value] of environment ?? []) {
    texts.set(`Env ${name}`, value);
  }
  return new Map([...texts].sort(([left], [right]) => compareText(left, right)));
}

/** When the image was made, as its configuration says. */
export function createdAt(target: TargetDescription): string | undefined {
  const created = target.kind === 'image' ? recordOf(parsed(target.config))['created'] : undefined;
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
    for (const [label, text] of Object.entries(recordOf(value))) {
      texts.set(`Label ${label}`, String(text));
    }
  } else if (name === 'ExposedPorts' || name === 'Volumes') {
    const names = Object.keys(recordOf(value)).sort(compareText);
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

function parsed(config: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(config).toString('utf8'));
  } catch {
    return undefined;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
