import type { Subject } from '../matcher.ts';

const MODULE_BUILD = '.module';
const EPOCH = /^[0-9]*:/;
const FIRST_NUMBER = /^[0-9]+/;

/**
 * Returns whether a build may belong to the same module stream as the installed package. Errata do
 * not name streams: builds outside of modules never replace modular ones, a stream named after a
 * version only contains builds of that version, and for an unknown stream the first number of both
 * builds must be equal.
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
    : parseFirstNumber(installed) === parseFirstNumber(other);
}

function parseFirstNumber(text = ''): string | undefined {
  return FIRST_NUMBER.exec(text)?.[0];
}
