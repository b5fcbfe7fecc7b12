import type { Subject } from '../matcher.ts';

const MODULE_BUILD = '.module';
const EPOCH = /^[0-9]*:/;
const FIRST_NUMBER = /^[0-9]+/;

/**
 * Whether a build may belong to the same stream of a module as the installed package. Errata name
 * no streams: what is not a module's build never replaces one, a stream that is named by a version
 * holds builds of that version only, and of one that is not known builds with the same first number
 * are taken.
 */
export function isSameModuleStream({ package: item, version }: Subject, build: string): boolean {
  const isModular = version.includes(MODULE_BUILD);
  if (isModular !== build.includes(MODULE_BUILD)) {
    return false;
  }
  const [, stream = ''] = (item.modularity ?? '').split(':');
  const [installed, other] = [version, build].map((text) => text.replace(EPOCH, ''));
  if (!isModular || (stream !== '' && !FIRST_NUMBER.test(stream))) {
    return true;
  }
  const isOfStream = (text = ''): boolean => text === stream || text.startsWith(`${stream}.`);
  return stream !== '' && isOfStream(installed)
    ? isOfStream(other)
    : firstNumber(installed) === firstNumber(other);
}

function firstNumber(text = ''): string | undefined {
  return FIRST_NUMBER.exec(text)?.[0];
}
