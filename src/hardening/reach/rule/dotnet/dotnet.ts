import { getBaseName } from '../../../../foundation/core/base-name.ts';
import { readText } from '../../../../foundation/core/bytes.ts';
import type { Extraction, WantedFile } from '../../../../foundation/core/cataloger.ts';
import { isRecord } from '../../../../foundation/syntax/json/guard.ts';
import { getText } from '../../../../foundation/syntax/json/member.ts';
import { parseJson } from '../../../../foundation/syntax/json/parse-json.ts';
import { getParentPath } from '../../../../image/view/path.ts';
import { isElf } from '../../elf-words.ts';
import { listDescendantFiles } from '../../folder-index.ts';
import { ownFact } from '../../own-fact.ts';
import { ownWitness } from '../../own-witness.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import { expandPattern } from '../../shell-pattern.ts';

/** Contents of the files beside a program, in their own terms. */
export type DotnetFact =
  | { readonly kind: 'assets'; readonly assets: readonly string[] }
  | { readonly kind: 'frameworks'; readonly frameworks: readonly string[] };

const DEPS = '.deps.json';
const RUNTIME = '.runtimeconfig.json';
const HOMES = ['/usr/share/dotnet', '/usr/lib/dotnet', '/usr/lib64/dotnet', '/opt/dotnet'];
/** Files of a framework that a host loads before the first assembly of the program. */
const AT_START =
  /^(?:System\.Private\.CoreLib\.dll|lib(?:coreclr|clrjit|hostpolicy|System\.Native)\.so)$/;

/**
 * Files that a .NET program loads: the host, the framework of its settings, and the assemblies and
 * libraries it was published with. The running code decides which of them are used; all are on its
 * list of trusted assemblies.
 */
export const dotnet: ReachRule<DotnetFact> = {
  id: 'dotnet',
  version: 1,
  title: 'the .NET host loads it',
  spec: '.NET documentation, "Runtime configuration files"; dotnet/runtime, host-tracing',
  wants: [
    { role: 'deps', paths: [`**/*${DEPS}`], maxBytes: 'lockFileBytesMax' },
    { role: 'runtime', paths: [`**/*${RUNTIME}`], maxBytes: 'configFileBytesMax' },
  ],
  extract,
  findEdges,
};

function extract({ role, content, limits }: WantedFile): Extraction<DotnetFact> {
  const document = parseJson(readText(content));
  if (!isRecord(document)) {
    return {};
  }
  if (role === 'runtime') {
    return { fact: { kind: 'frameworks', frameworks: listFrameworks(document['runtimeOptions']) } };
  }
  const targets = listRecords(document['targets']);
  const libraries = targets.flatMap((target) => listRecords(target));
  const assets = libraries.flatMap((library) =>
    ASSETS.flatMap((list) => (isRecord(library[list]) ? Object.keys(library[list]) : [])),
  );
  const fact = { kind: 'assets', assets: [...new Set(assets)].slice(0, limits.reachStringsMax) };
  return { fact: fact as DotnetFact };
}

const ASSETS = ['runtime', 'native', 'runtimeTargets', 'resources'];

function listRecords(value: unknown): readonly Record<string, unknown>[] {
  return isRecord(value) ? Object.values(value).filter(isRecord) : [];
}

function listFrameworks(options: unknown): readonly string[] {
  const record = isRecord(options) ? options : {};
  const lists = [record['frameworks'], record['includedFrameworks']];
  const listed = lists.flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
  return [record['framework'], ...listed]
    .filter(isRecord)
    .map((framework) => getText(framework, 'name'))
    .filter((name) => /^[\w.]{1,64}$/.test(name));
}

function findEdges({ path, fact }: ReachNode<DotnetFact>, world: ReachWorld): readonly ReachEdge[] {
  if (fact !== undefined) {
    return [];
  }
  if (getBaseName(path) === 'dotnet') {
    return findHostEdges(path, world);
  }
  const stem = path.endsWith('.dll') ? path.slice(0, -'.dll'.length) : path;
  const isProgram = path.endsWith('.dll') || isElf(path, world);
  return isProgram && world.exists(stem + RUNTIME) ? findProgramEdges(path, stem, world) : [];
}

/**
 * Only the newest host counts, but a wrong guess about which one would cost more than keeping all.
 */
function findHostEdges(path: string, world: ReachWorld): readonly ReachEdge[] {
  const witness = ownWitness(path, world);
  return expandPattern(`${getParentPath(path)}/host/fxr/*/libhostfxr.so`, world).map((to) => ({
    to,
    strength: 'likely',
    witness,
  }));
}

function findProgramEdges(path: string, stem: string, world: ReachWorld): readonly ReachEdge[] {
  const settings = [stem + RUNTIME, stem + DEPS, `${getParentPath(stem)}/appsettings.json`];
  const isHost = !path.endsWith('.dll');
  const witness = isHost ? ownWitness(path, world) : { path, offset: 0, token: 'MZ' };
  return [
    ...settings.map((to): ReachEdge => ({ to, strength: 'data', witness })),
    ...(isHost
      ? [{ to: `${stem}.dll`, strength: 'required', witness: toHostWitness(path, stem) } as const]
      : []),
    ...findAssetEdges(stem + DEPS, world),
    ...findFrameworkEdges(stem + RUNTIME, world),
  ];
}

/** Publishing writes the name of the program into its host. */
function toHostWitness(path: string, stem: string): ReachEdge['witness'] {
  return { path, token: `${getBaseName(stem)}.dll` };
}

function getFact(path: string, world: ReachWorld): DotnetFact | undefined {
  const real = world.view.resolve(path)?.path ?? path;
  return ownFact(dotnet, real, world);
}

/**
 * Assets of packages are beside the program after publishing; assets for a runtime are at their
 * named path.
 */
function findAssetEdges(deps: string, world: ReachWorld): readonly ReachEdge[] {
  const fact = getFact(deps, world);
  const assets = fact?.kind === 'assets' ? fact.assets : [];
  const folder = getParentPath(deps);
  return assets.flatMap((token) =>
    [`${folder}/${token}`, `${folder}/${getBaseName(token)}`]
      .filter(world.exists)
      .map((to): ReachEdge => {
        const isCode = /\.(?:dll|so|exe)$/.test(to) && !to.endsWith('.resources.dll');
        return { to, strength: isCode ? 'likely' : 'data', witness: { path: deps, token } };
      }),
  );
}

/** Includes all installed versions, because the host chooses one by its own rules. */
function findFrameworkEdges(runtime: string, world: ReachWorld): readonly ReachEdge[] {
  const fact = getFact(runtime, world);
  const frameworks = fact?.kind === 'frameworks' ? fact.frameworks : [];
  const own = world.config.environment.get('DOTNET_ROOT');
  const homes = [...(own?.startsWith('/') === true ? [own] : []), ...HOMES];
  return frameworks.flatMap((token) =>
    homes
      .flatMap((home) => listDescendantFiles(`${home}/shared/${token}`, world))
      .map((to): ReachEdge => {
        const isCode = /\.(?:dll|so)$/.test(to);
        const strength = AT_START.test(getBaseName(to)) ? 'likely' : isCode ? 'possible' : 'data';
        return { to, strength, witness: { path: runtime, token } };
      }),
  );
}
