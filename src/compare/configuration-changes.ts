import { compareText } from '../core/digest.ts';
import { isSecretName } from '../core/secret-name.ts';
import type { TargetDescription } from '../core/target.ts';
import { changeId } from './change-id.ts';
import type { ConfigurationChange, Consequence } from './difference.ts';
import { type ConfigTexts, configTexts } from './image-config.ts';

/**
 * What differs in the configurations of two images, and what that means. Nothing where one of the
 * two is no image: then nothing tells how it is run.
 */
export function configurationChanges(
  before: TargetDescription,
  after: TargetDescription,
): readonly ConfigurationChange[] {
  if (before.kind !== 'image' || after.kind !== 'image') {
    return [];
  }
  const sides = { before: configTexts(before), after: configTexts(after) };
  const names = [...new Set([...sides.before.keys(), ...sides.after.keys()])].sort(compareText);
  return names.flatMap((name) => changeOf(name, sides));
}

interface Sides {
  readonly before: ConfigTexts;
  readonly after: ConfigTexts;
}

function changeOf(name: string, sides: Sides): readonly ConfigurationChange[] {
  const [was, is] = [sides.before.get(name), sides.after.get(name)];
  return was === is
    ? []
    : [
        {
          id: changeId('configuration', name, name),
          name,
          ...(was === undefined ? {} : { before: shown(name, was) }),
          ...(is === undefined ? {} : { after: shown(name, is) }),
          consequence: consequenceOf(name, was, is),
        },
      ];
}

/** Of a secret it is told that it changed, never what it is. */
function shown(name: string, text: string): string {
  return isSecretName(name) ? 'not told, since it may be secret' : text;
}

const BEHAVIOUR: ReadonlySet<string> = new Set([
  'platform',
  'Entrypoint',
  'Cmd',
  'WorkingDir',
  'StopSignal',
  'Shell',
  'OnBuild',
]);

function consequenceOf(name: string, was: string | undefined, is: string | undefined): Consequence {
  if (name === 'User') {
    return consequenceOfTurn(!isRootUser(was), !isRootUser(is));
  }
  if (name === 'Healthcheck') {
    return consequenceOfTurn(isCheckOf(was), isCheckOf(is));
  }
  if (name.startsWith('Port ')) {
    return is === undefined ? 'security-gain' : 'security-loss';
  }
  if (name.startsWith('Label ')) {
    return 'cosmetic';
  }
  const isRunning = BEHAVIOUR.has(name) || name.startsWith('Env ') || name.startsWith('Volume ');
  return isRunning ? 'behaviour' : 'cosmetic';
}

/** Whether a user as the configuration names it is root. OCI image specification, config.md. */
export function isRootUser(user: string | undefined): boolean {
  const [name] = (user ?? '').split(':');
  return name === '' || name === '0' || name === 'root';
}

function isCheckOf(healthcheck: string | undefined): boolean {
  return healthcheck !== undefined && !healthcheck.includes('"NONE"');
}

/** Of a property that is good to have. */
function consequenceOfTurn(was: boolean, is: boolean): Consequence {
  if (was === is) {
    return 'behaviour';
  }
  return is ? 'security-gain' : 'security-loss';
}
