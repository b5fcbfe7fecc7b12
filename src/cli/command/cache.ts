import { EXIT_STATUS, type ExitStatus, UserError } from '../../foundation/core/error.ts';
import { suggestWord } from '../../foundation/core/option-suggestion.ts';
import { escapeText, formatCount, groupDigits } from '../../foundation/core/screen-text.ts';
import { CacheFolder } from '../../image/read/cache-folder.ts';
import { computeCacheKey } from '../../image/read/fact-cache.ts';
import { distro } from '../../inventory/catalog/distro/distro.ts';
import { catalogers } from '../../inventory/catalog/registry.generated.ts';
import { buildIdentity } from '../build-identity.ts';
import { checkDirectory } from '../check-directory.ts';
import type { Command, Context } from '../command.ts';
import { getFactCacheDirectory } from '../folders.ts';

/** Shows or clears the cache of layer contents. */
export const cache: Command = { run };

const WORDS = ['status', 'clear', 'key'] as const;

async function run(context: Context): Promise<ExitStatus> {
  const [word] = context.positionals;
  const path = getFactCacheDirectory(context.resolved.values, context.environment);
  switch (word) {
    case 'status':
      checkDirectory(path, 'the cache');
      context.print(formatStatus(path, context));
      return EXIT_STATUS.fine;
    case 'clear':
      checkDirectory(path, 'the cache');
      context.print(clearText(path));
      return EXIT_STATUS.fine;
    case 'key':
      context.print(`${toKey(context)}\n`);
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

function formatStatus(path: string, context: Context): string {
  const { entries, sizeBytes } = new CacheFolder(path).measureUse();
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

function toKey(context: Context): string {
  const { limits } = context.resolved.values;
  const build = buildIdentity() ?? '';
  return computeCacheKey([distro, ...catalogers], { build, limits, otherDigests: [] });
}
