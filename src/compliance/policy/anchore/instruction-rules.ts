import {
  type AnchoreParameters,
  compareText,
  isDenied,
  quote,
  quoteList,
  splitList,
  type Translation,
} from './parameters.ts';

const HISTORY_NOTE = 'instructions are those of the history, which a builder may shorten';
const WRITTEN_NOTE = 'instructions are those of --dockerfile; without it, the rule is unknown';

/** Returns whether only a Dockerfile that the user gave counts. */
function isWritten(given: AnchoreParameters): boolean {
  return given.get('actual_dockerfile_only') === 'true';
}

/** Gate `dockerfile`, trigger `instruction`. */
export function translateInstruction(given: AnchoreParameters): Translation {
  const kind = isWritten(given) ? 'dockerfile' : 'instruction';
  const note = isWritten(given) ? WRITTEN_NOTE : HISTORY_NOTE;
  const verb = (given.get('instruction') ?? '').toUpperCase();
  const check = given.get('check') ?? '';
  if (check === 'exists') {
    return { for: kind, when: { verb }, note };
  }
  if (check === 'not_exists') {
    return { for: kind, whenNone: { verb }, note };
  }
  const cel = compareText(`${kind}.arguments`, check, given.get('value') ?? '');
  return cel === undefined
    ? `the check "${check}" is unknown`
    : { for: kind, when: { verb }, cel, note };
}

/** Trigger `effective_user`: root if the image sets none. */
export function translateUser(given: AnchoreParameters): Translation {
  const users = quoteList(splitList(given.get('users')));
  return { for: 'image', cel: `${isDenied(given) ? '' : '!'}(image.effective_user in ${users})` };
}

/** Trigger `exposed_ports`; protocols do not count. */
export function translatePorts(given: AnchoreParameters): Translation {
  const ports = splitList(given.get('ports')).map((port) => Number.parseInt(port, 10));
  if (ports.some(Number.isNaN)) {
    return `"${given.get('ports') ?? ''}" is not a list of ports`;
  }
  if (!isWritten(given)) {
    const list = ports.map((port) => `${port}.0`).join(', ');
    return { for: 'port', cel: `${isDenied(given) ? '' : '!'}(port.number in [${list}])` };
  }
  const one = `(?:${ports.join('|')})(?:/[a-z]+)?`;
  const pattern = isDenied(given) ? `(?:^|\\s)${one}(?:\\s|$)` : `^(?:${one}(?:\\s+|$))*$`;
  const cel = `${isDenied(given) ? '' : '!'}dockerfile.arguments.matches(${quote(pattern)})`;
  return { for: 'dockerfile', when: { verb: 'EXPOSE' }, cel, note: WRITTEN_NOTE };
}

const ATTRIBUTES: ReadonlyMap<string, string> = new Map([
  ['size', 'size'],
  ['architecture', 'architecture'],
  ['os_type', 'os'],
  ['distro', 'distro'],
  ['distro_version', 'distro-version'],
  ['like_distro', 'distro-like'],
  ['layer_count', 'layers'],
]);
/** Facts that a target may not have. */
const IDENTIFIED: ReadonlySet<string> = new Set(['distro', 'distro-version', 'distro-like']);
const SIZE = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?\s*$/i;
const FACTORS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['k', 1024],
  ['m', 1024 ** 2],
  ['g', 1024 ** 3],
  ['t', 1024 ** 4],
]);

/** Gate `metadata`, trigger `attribute`. */
export function translateMetadata(given: AnchoreParameters): Translation {
  const attribute = given.get('attribute') ?? '';
  const fact = ATTRIBUTES.get(attribute);
  const check = given.get('check') ?? '';
  if (fact === undefined) {
    return `the attribute "${attribute}" is unknown`;
  }
  if (check === 'exists' || check === 'not_exists') {
    const isAsked = check === 'exists';
    if (IDENTIFIED.has(fact)) {
      return { for: 'image', when: { identified: `${isAsked ? '' : 'not '}${fact}` } };
    }
    const isNumber = fact === 'size' || fact === 'layers';
    const name = `image.${fact}`;
    const none = isNumber ? `${name} < 0.0` : `${name} == ""`;
    return { for: 'image', cel: isAsked ? `!(${none})` : none };
  }
  const cel = compareAttribute(fact, check, given.get('value') ?? '');
  return cel === undefined
    ? `the check "${check}" with the value "${given.get('value') ?? ''}" has no counterpart`
    : { for: 'image', cel };
}

function compareAttribute(fact: string, check: string, value: string): string | undefined {
  const name = `image.${fact.replaceAll('-', '_')}`;
  if (fact === 'size' || fact === 'layers') {
    const toNumber = (text: string): number => parseSize(text, fact === 'size');
    if (check === 'in' || check === 'not_in') {
      const list = splitList(value).map(toNumber);
      const isIn = `${name} in [${list.map((one) => one.toFixed(1)).join(', ')}]`;
      return list.some(Number.isNaN) ? undefined : check === 'in' ? isIn : `!(${isIn})`;
    }
    const operator = ['=', '!=', '<', '>', '<=', '>='].find((one) => one === check);
    return operator === undefined || Number.isNaN(toNumber(value))
      ? undefined
      : `${name} ${operator === '=' ? '==' : operator} ${toNumber(value).toFixed(1)}`;
  }
  if (fact !== 'distro-like') {
    return compareText(name, check, value);
  }
  const one = compareText('one', check, value);
  const isNegative = check === '!=' || check.startsWith('not_');
  return one && `${name}.${isNegative ? 'all' : 'exists'}(one, ${one})`;
}

function parseSize(text: string, isSize: boolean): number {
  const [, number = 'NaN', unit = ''] = SIZE.exec(text) ?? [];
  return isSize
    ? Math.round(Number(number) * (FACTORS.get(unit.toLowerCase()) ?? 1))
    : Number(text);
}
