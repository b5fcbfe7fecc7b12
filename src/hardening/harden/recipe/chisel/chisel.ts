import { addToList } from '../../../../foundation/core/add-to-list.ts';
import { compareText } from '../../../../foundation/core/compare-text.ts';
import { formatCoverage } from '../../coverage-text.ts';
import type { PackageSlice, Recipe, RecipeFormat, RecipeInput } from '../../recipe-contract.ts';

/** Slices of Ubuntu packages that supply the kept files. chisel-releases, README.md. */
export const chisel: RecipeFormat = {
  id: 'chisel',
  title: 'a command line for chisel',
  create: createCommand,
};

function createCommand({ plan, slices }: RecipeInput): Recipe | { readonly refusal: string } {
  if (slices.length === 0) {
    return { refusal: 'no slice definitions: name a checkout of chisel-releases with --slices' };
  }
  const wanted = new Set(plan.kept.map(({ path }) => path));
  const all = [...plan.kept, ...plan.dropped].map(({ path }) => path);
  const supplied = listSupplied(slices, all);
  const chosen = coverFiles(wanted, supplied);
  const given = new Set(chosen.flatMap((name) => [...(supplied.get(name) ?? [])]));
  const coverage = {
    missing: [...wanted].filter((path) => !given.has(path)).toSorted(compareText),
    surplus: [...given].filter((path) => !wanted.has(path)).toSorted(compareText),
    notes: ['Compared with the lists of the slices only, not with their files.'],
  };
  const lines = [
    '#!/bin/sh',
    ...formatCoverage(plan, coverage).map((line) => `# ${line}`),
    chosen.length === 0
      ? '# No slice supplies a kept file.'
      : `chisel cut --root rootfs ${chosen.toSorted(compareText).join(' ')}`,
  ];
  return { text: `${lines.join('\n')}\n`, coverage };
}

/** Returns the paths that each slice supplies with those that come with it, by its name. */
function listSupplied(
  slices: readonly PackageSlice[],
  paths: readonly string[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const byName = new Map(slices.map((slice) => [slice.name, slice]));
  const known = new Set(paths);
  const byFolder = new Map<string, string[]>();
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end >= 0; end = path.lastIndexOf('/', end - 1)) {
      addToList(byFolder, path.slice(0, end), path);
      if (end === 0) {
        break;
      }
    }
  }
  const matchPattern = (pattern: string): readonly string[] => {
    if (!/[?*]/.test(pattern)) {
      return known.has(pattern) ? [pattern] : [];
    }
    const [start = ''] = pattern.split(/[?*]/, 1);
    const isMatch = toExpression(pattern);
    return (byFolder.get(start.slice(0, start.lastIndexOf('/'))) ?? []).filter((path) =>
      isMatch.test(path),
    );
  };
  const own = new Map(
    slices.map(({ name, contents }) => [name, contents.flatMap(matchPattern)] as const),
  );
  return new Map(
    slices.map(({ name }) => {
      const names = new Set([name]);
      for (const each of names) {
        byName.get(each)?.essential.forEach((other) => names.add(other));
      }
      return [name, new Set([...names].flatMap((each) => own.get(each) ?? []))] as const;
    }),
  );
}

/** `*` and `?` stay in one directory, `**` does not. */
function toExpression(pattern: string): RegExp {
  const parts = pattern.split(/(\*\*|\*|\?)/).map((part) => {
    switch (part) {
      case '**':
        return '.*';
      case '*':
        return '[^/]*';
      case '?':
        return '[^/]';
      default:
        return part.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
    }
  });
  return new RegExp(`^${parts.join('')}$`);
}

/**
 * Greedy set cover: takes the slice that supplies most of what is still missing, the one with the
 * smallest surplus among equals.
 */
function coverFiles(
  wanted: ReadonlySet<string>,
  supplied: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] {
  const missing = new Set(wanted);
  const chosen: string[] = [];
  for (;;) {
    let best: { readonly name: string; readonly gain: number; readonly size: number } | undefined;
    for (const [name, paths] of supplied) {
      const gain = [...paths].filter((path) => missing.has(path)).length;
      const isBetter =
        gain > 0 &&
        (best === undefined || gain > best.gain || (gain === best.gain && paths.size < best.size));
      if (isBetter) {
        best = { name, gain, size: paths.size };
      }
    }
    if (best === undefined) {
      return chosen;
    }
    chosen.push(best.name);
    supplied.get(best.name)?.forEach((path) => missing.delete(path));
  }
}
