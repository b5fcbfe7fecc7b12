import { compareText } from '../../foundation/core/compare-text.ts';
import type { Distro } from '../../foundation/core/distro.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { isSecretName, maskSecrets } from '../../foundation/core/secret-name.ts';
import { computeChangeId } from './change-id.ts';
import type { ConfigurationChange, Consequence } from './difference.ts';
import { type ConfigTexts, NOT_RECORDED, readConfigTexts } from './image-config.ts';

/**
 * Returns the differences of identity and configuration, with their consequences. If one of the two
 * is not an image, its run configuration is unknown, and only the operating system is compared.
 */
export function listConfigurationChanges(
  before: Inventory,
  after: Inventory,
): readonly ConfigurationChange[] {
  const isBoth = before.target.kind === 'image' && after.target.kind === 'image';
  const readSettings = (inventory: Inventory): ConfigTexts =>
    new Map([...(isBoth ? readConfigTexts(inventory) : []), ...listSystemTexts(inventory.distro)]);
  const sides = { before: readSettings(before), after: readSettings(after) };
  const names = [...new Set([...sides.before.keys(), ...sides.after.keys()])].sort(compareText);
  return names.flatMap((name) => compareSetting(name, sides));
}

export function computeConfigurationChangeId({ name }: ConfigurationChange): string {
  return computeChangeId('configuration', name, name);
}

const SYSTEM = 'operating system';

function listSystemTexts(distro: Distro | undefined): readonly (readonly [string, string])[] {
  const name = distro && (distro.prettyName ?? `${distro.id} ${distro.versionId ?? ''}`.trim());
  return name === undefined ? [] : [[SYSTEM, name]];
}

interface Sides {
  readonly before: ConfigTexts;
  readonly after: ConfigTexts;
}

function compareSetting(name: string, sides: Sides): readonly ConfigurationChange[] {
  const was = sides.before.get(name);
  const is = sides.after.get(name);
  const isNamed = was === NOT_RECORDED || is === NOT_RECORDED;
  const isUnknown = isNamed && was !== undefined && is !== undefined;
  return was === is || isUnknown
    ? []
    : [
        {
          name,
          ...(was === undefined ? {} : { before: maskSetting(name, was) }),
          ...(is === undefined ? {} : { after: maskSetting(name, is) }),
          consequence: judgeConsequence(name, was, is),
        },
      ];
}

const HIDDEN = 'hidden, because it may be a secret';

/** Of a secret only the change is reported, never the value. */
function maskSetting(name: string, text: string | typeof NOT_RECORDED): string {
  if (text === NOT_RECORDED) {
    return 'not recorded';
  }
  return isSecretName(name) ? HIDDEN : maskSecrets(text);
}

const BEHAVIOR: ReadonlySet<string> = new Set([
  SYSTEM,
  'platform',
  'Entrypoint',
  'Cmd',
  'WorkingDir',
  'StopSignal',
  'Shell',
  'OnBuild',
]);

type Side = string | typeof NOT_RECORDED | undefined;

function judgeConsequence(name: string, was: Side, is: Side): Consequence {
  if (name === 'User') {
    return judgeToggle(!isRootUser(was), !isRootUser(is));
  }
  if (name === 'Healthcheck') {
    return judgeToggle(hasHealthcheck(was), hasHealthcheck(is));
  }
  const isBad = name.startsWith('Port ') || (name.startsWith('Env ') && isSecretName(name));
  if (isBad) {
    return judgeToggle(was === undefined, is === undefined);
  }
  if (name.startsWith('Label ')) {
    return 'cosmetic';
  }
  const isRunning = BEHAVIOR.has(name) || name.startsWith('Env ') || name.startsWith('Volume ');
  return isRunning ? 'behavior' : 'cosmetic';
}

/** Returns whether a user in the configuration is root. OCI image specification, config.md. */
function isRootUser(user: Side): boolean {
  const [name] = (typeof user === 'string' ? user : '').split(':');
  return name === '' || name === '0' || name === 'root';
}

function hasHealthcheck(healthcheck: Side): boolean {
  return typeof healthcheck === 'string' && !healthcheck.includes('"NONE"');
}

/** Returns the consequence for a desirable property. */
function judgeToggle(was: boolean, is: boolean): Consequence {
  if (was === is) {
    return 'behavior';
  }
  return is ? 'security-gain' : 'security-loss';
}
