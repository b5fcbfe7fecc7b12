import { distro } from '../../catalog/distro/distro.ts';
import { catalogers } from '../../catalog/registry.generated.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../core/error.ts';
import { suggestWord } from '../../core/option-suggestion.ts';
import { escapeText, formatCount, groupDigits } from '../../core/screen-text.ts';
import { CacheFolder } from '../../read/cache-folder.ts';
import { cacheKey } from '../../read/fact-cache.ts';
import { buildIdentity } from '../build-identity.ts';
import { checkDirectory } from '../check-directory.ts';
import type { Command, Context } from '../command.ts';
import { factCacheFolder } from '../folders.ts';

/** The cache of what layers hold: its state, and emptying it. */
export const cache: Command = { run };

const WORDS = ['status', 'clear', 'key'] as const;

async function run(context: Context): Promise<ExitStatus> {
  const [word] = context.positionals;
  const path = factCacheFolder(context.resolved.values, context.environment);
  switch (word) {
    case 'status':
      checkDirectory(path, 'the cache');
      context.print(statusText(path, context));
      return EXIT_STATUS.fine;
    case 'clear':
      checkDirectory(path, 'the cache');
      context.print(clearText(path));
      return EXIT_STATUS.fine;
    case 'key':
      context.print(`${keyOf(context)}\n`);
      return EXIT_STATUS.fine;
    case undefined:
      throw new UserError('E_USAGE', 'missing action for "plimsoll cache"', {
        hint: 'use one of: status, clear, key',
      });
    default:
      throw new UserError('E_USAGE', `unknown action "${word}" for "plimsoll cache"`, {
        hint: suggestWord(word, WORDS),
      });
  }
}

function statusText(path: string, context: Context): string {
  const { entries, sizeBytes } = new CacheFolder(path).use();
  const { factCacheBytesMax } = context.resolved.values.limits;
  const rows: readonly (readonly [string, string])[] = [
    ['Path', path],
    ['Layers', groupDigits(entries.files)],
    ['Facts', groupDigits(entries.facts)],
    ['Verified', groupDigits(entries.blob)],
    ['Images', groupDigits(entries.inventory)],
    ['Size', `${groupDigits(sizeBytes)} of at most ${groupDigits(factCacheBytesMax)} bytes`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(10)}${escapeText(value)}\n`).join('');
}

function clearText(path: string): string {
  const { entries, sizeBytes } = new CacheFolder(path).clear();
  return `deleted ${formatCount(entries.files, 'layer')}, ${groupDigits(sizeBytes)} bytes\n`;
}

function keyOf(context: Context): string {
  const { limits } = context.resolved.values;
  const build = buildIdentity() ?? '';
  return cacheKey([distro, ...catalogers], { build, limits, otherDigests: [] });
}
