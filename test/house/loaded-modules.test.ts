import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import { type Module, readModules } from '../../tools/source-tree.ts';

const modules = new Map(readModules(['src']).map((module) => [module.path, module]));

/** Returns every module that is loaded with the entry, without dynamically imported ones. */
function findLoadedModules(entry: string): ReadonlySet<string> {
  const loaded = new Set<string>([entry]);
  for (const path of loaded) {
    const module = modules.get(path);
    assert.ok(module, path);
    for (const specifier of listStaticSpecifiers(module)) {
      if (specifier.startsWith('.') && specifier.endsWith('.ts')) {
        loaded.add(posix.join(posix.dirname(path), specifier));
      }
    }
  }
  return loaded;
}

function listStaticSpecifiers({ parsed }: Module): readonly string[] {
  const imports = parsed.module.staticImports.flatMap(({ entries, moduleRequest }) =>
    entries.length > 0 && entries.every(({ isType }) => isType) ? [] : [moduleRequest.value],
  );
  const exports = parsed.module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest, isType }) =>
      moduleRequest === null || isType ? [] : [moduleRequest.value],
    ),
  );
  return [...imports, ...exports];
}

test('commands without findings load no matching, decision or gate modules', () => {
  const forbidden = /^src\/(?:match|decide|policy|compare|explain)\/|^src\/assess\/assess\.ts$/;
  for (const command of ['sbom', 'cataloger']) {
    const loaded = [...findLoadedModules(`src/cli/command/${command}.ts`)];
    assert.ok(loaded.length > 30, command);
    assert.deepEqual(
      loaded.filter((path) => forbidden.test(path)),
      [],
      command,
    );
  }
});

test('commands load license lists, CPE candidates and all document readers only on demand', () => {
  const onDemand =
    /^src\/identity\/(?:license\/|cpe-candidates|cpe-dictionary)|^src\/document\/choose-reader/;
  for (const command of ['sbom', 'scan']) {
    const loaded = [...findLoadedModules(`src/cli/command/${command}.ts`)];
    assert.deepEqual(
      loaded.filter((path) => onDemand.test(path)),
      [],
      command,
    );
  }
});

test('a scan loads code for policies and gates only on demand', () => {
  for (const entry of ['src/cli/command/scan.ts', 'src/report/library/library.ts']) {
    const loaded = [...findLoadedModules(entry)];
    assert.deepEqual(
      loaded.filter((path) => path.startsWith('src/compliance/policy/')),
      [],
      entry,
    );
  }
});

test('the module walk finds the imports of a command', () => {
  const loaded = findLoadedModules('src/cli/command/scan.ts');
  assert.ok(loaded.has('src/assess/assess.ts'));
  assert.ok(loaded.has('src/vulnerability/match/match-inventory.ts'));
  assert.ok(!loaded.has('src/inventory/catalog/registry.generated.ts'));
});
