import { Budget } from '../../src/foundation/core/budget.ts';
import { toBytes } from '../../src/foundation/core/bytes.ts';
import type {
  Cataloger,
  Extractor,
  VisibleFact,
  Want,
} from '../../src/foundation/core/cataloger.ts';
import { getFact } from '../../src/foundation/core/deferred-fact.ts';
import type { Distro } from '../../src/foundation/core/distro.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { reachRules } from '../../src/hardening/reach/rule/registry.generated.ts';
import { SURFACE_PROBES } from '../../src/hardening/surface/probes.ts';
import { distro } from '../../src/inventory/catalog/distro/distro.ts';
import { catalogers } from '../../src/inventory/catalog/registry.generated.ts';
import { createFlatView } from './flat-view.ts';
import { SEEDS, SEEDS_BY_ENDING } from './fuzz-seed.ts';
import type { FuzzSubject } from './fuzz-subject.ts';
import type { RealFile, RealFiles } from './real-seeds.ts';

/** Extractors that read files besides the catalogers. */
const PROBES: ReadonlySet<Extractor<unknown>> = new Set([
  ...SURFACE_PROBES,
  ...reachRules.filter(({ wants }) => wants.length > 0),
]);

export const EXTRACTORS: readonly Extractor<unknown>[] = [distro, ...catalogers, ...PROBES];

/**
 * Each cataloger, reach rule and surface probe on changed content of each of its roles: extracted
 * facts go on to the assembly. New ones take part without being named, with real files if some are
 * available.
 */
export function listCatalogerSubjects(real: RealFiles = new Map()): readonly FuzzSubject[] {
  return EXTRACTORS.flatMap((extractor) => {
    const roles = [...new Set(extractor.wants.map(({ role }) => role))];
    const files = roles.flatMap((role) =>
      [...(real.get(`${extractor.id} ${role}`) ?? []), ...generateFiles(extractor, role)].map(
        (file) => ({
          ...file,
          role,
        }),
      ),
    );
    // Catalogers with many roles have similar ones: one subject tries them in turn.
    return roles.length > ROLES_MAX
      ? [createSubject(extractor, 'any', files)]
      : roles.map((role) => {
          const own = files.filter((file) => file.role === role);
          return createSubject(extractor, role, own);
        });
  });
}

const ROLES_MAX = 16;

/** An image may choose any ID, including names of members that every object has. */
const DISTROS = [
  undefined,
  ...['alpine', 'debian', 'rhel', 'constructor', '__proto__', ''].map(createDistro),
];

function createDistro(id: string): Distro {
  return { id, idLike: [id], versionId: id };
}

interface FileInRole extends RealFile {
  readonly role: string;
}

function createSubject(
  extractor: Extractor<unknown>,
  title: string,
  files: readonly FileInRole[],
): FuzzSubject {
  const places = [...new Map(files.map((file) => [`${file.role} ${file.path}`, file])).values()];
  return {
    name: `${PROBES.has(extractor) ? 'probe' : 'catalog'} ${extractor.id} ${title}`,
    seeds: files.map(({ content }) => content),
    run: (content) => {
      const place = places[sumBytes(content) % places.length];
      if (place !== undefined) tryExtractor(extractor, { ...place, content });
    },
  };
}

function sumBytes(content: Uint8Array): number {
  return content.subarray(0, 64).reduce((sum, byte) => sum + byte, content.length);
}

function generateFiles(extractor: Extractor<unknown>, role: string): readonly RealFile[] {
  const wants = extractor.wants.filter((want) => want.role === role);
  return wants.flatMap(({ paths, magic }: Want) => {
    const byPath = (paths ?? []).map((pattern) => {
      const path = pattern.replace('**/', '/a/').replaceAll('*', 'x-1.0');
      return findSeeds(path).map((content) => ({ path, content }));
    });
    const byMagic =
      magic === undefined ? [] : SEEDS.executables.map((content) => ({ path: '/bin/x', content }));
    return [...byPath.flat(), ...byMagic];
  });
}

function findSeeds(path: string): readonly Uint8Array[] {
  const found = SEEDS_BY_ENDING.find(([ending]) => path.endsWith(ending));
  return found?.[1] ?? [...SEEDS.metadata, ...SEEDS.packageJson, ...SEEDS.toml];
}

function tryExtractor(extractor: Extractor<unknown>, { path, role, content }: FileInRole): void {
  const limits = DEFAULT_LIMITS;
  const budget = new Budget(limits);
  const file = { path, role, sizeBytes: content.length, mode: 0o755, limits, budget };
  const fact = getFact(extractor.extract({ ...file, content: toBytes(content) }));
  if (fact === undefined) return;
  const view = createFlatView({ [path]: content });
  const ref = view.find(path);
  if (ref === undefined) return;
  // Facts are stored as JSON between the two steps.
  const kept: unknown = JSON.parse(JSON.stringify(fact));
  const layer = `sha256:${'1'.repeat(64)}` as const;
  const facts: VisibleFact<unknown>[] = [{ path, role, ref, layer, fact: kept, earlier: [] }];
  if (isCataloger(extractor)) {
    const system = DISTROS[content.length % DISTROS.length];
    extractor.assemble({ view, distro: system, facts, budget });
  } else if (!PROBES.has(extractor)) {
    distro.detect({ view, facts: facts as Parameters<typeof distro.detect>[0]['facts'] });
  }
}

function isCataloger(extractor: Extractor<unknown>): extractor is Cataloger<unknown> {
  return 'assemble' in extractor;
}
