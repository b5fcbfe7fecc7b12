import { posix } from 'node:path';
import { readText } from '../../../foundation/core/bytes.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  DependencyEdge,
  Extraction,
  FileView,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { defined } from '../../../foundation/core/defined.ts';
import type { Location, Package } from '../../../foundation/core/package.ts';
import type { Problem } from '../../../foundation/core/problem.ts';
import { parseDerivation } from '../../ecosystem/nix/derivation.ts';
import { parseStoreName } from '../../ecosystem/nix/store-path.ts';
import { listNestedFiles } from '../nested-files.ts';
import { DerivationFinder } from './derivations.ts';
import { readNixDatabase } from './nix-database.ts';
import type { NixDatabase, NixFact } from './nix-fact.ts';
import { createNixPackage, findStoreLocation } from './nix-package.ts';

const DATABASE = '/nix/var/nix/db/db.sqlite';
const STORE = '/nix/store';

/**
 * Packages in Nix stores, by the database of valid paths, or without it by the names in the store,
 * with the derivations that built them. Not detected: packages without a version in
 * their store name, and stores in another root that have neither database nor derivations.
 */
export const nix: Cataloger<NixFact> = {
  id: 'nix',
  alias: 'nix-cataloger',
  version: 1,
  title: 'Packages in Nix stores',
  spec: 'https://nix.dev/manual/nix/stable/store/',
  tags: ['directory', 'image', 'installed', 'language', 'nix', 'package'],
  systems: ['nixos'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'yes' },
  wants: [
    { role: 'database', paths: [`**${DATABASE}`], maxBytes: 'wholeFileBytesMax' },
    { role: 'derivation', paths: [`**${STORE}/*.drv`], maxBytes: 'lockFileBytesMax' },
  ],
  extract,
  assemble,
};

function extract(file: WantedFile): Extraction<NixFact> {
  if (file.role === 'database') {
    return readNixDatabase(file);
  }
  const derivation = parseDerivation(readText(file.content));
  return derivation === undefined
    ? { problems: [{ code: 'P_MALFORMED', message: 'the file is not a derivation' }] }
    : { fact: { kind: 'derivation', derivation } };
}

interface Context {
  readonly view: FileView;
  readonly finder: DerivationFinder;
  /** By path in the view. */
  readonly files: ReadonlyMap<string, readonly string[]>;
}

function assemble({ view, facts }: AssemblyInput<NixFact>): Assembly {
  const stores = findStores(view, facts);
  const folders = stores.flatMap((store) =>
    view.list(store).map((entry) => posix.join(store, entry)),
  );
  const finder = new DerivationFinder(facts);
  const context: Context = { view, finder, files: listNestedFiles(view, folders) };
  const listed = facts.flatMap((visible) =>
    visible.fact.kind === 'database'
      ? [createDatabasePackages(visible.fact, visible, context)]
      : [],
  );
  // The database is more exact than names: the store is not read if the database lists anything.
  const known = listed.some(({ packages }) => packages.length > 0)
    ? listed
    : stores.map((store) => storePackages(store, context));
  return {
    packages: known.flatMap(({ packages }) => packages),
    dependencies: known.flatMap(({ dependencies }) => dependencies),
    problems: facts.flatMap((visible) => checkJournal(visible, view)),
  };
}

interface Found {
  readonly packages: readonly Package[];
  readonly dependencies: readonly DependencyEdge[];
}

function findStores(view: FileView, facts: readonly VisibleFact<NixFact>[]): string[] {
  const declared = facts.map(({ fact, path }) =>
    fact.kind === 'derivation' ? posix.dirname(path) : toStoreRoot(path) + STORE,
  );
  return [...new Set([STORE, ...declared])].filter(
    (store) => view.findRealFolder(store) !== undefined,
  );
}

function toStoreRoot(databasePath: string): string {
  return databasePath.slice(0, -DATABASE.length);
}

function createDatabasePackages(
  { paths, outputs, references }: NixDatabase,
  { path: databasePath, layer }: VisibleFact<NixFact>,
  { view, finder, files }: Context,
): Found {
  const root = toStoreRoot(databasePath);
  const outputOf = new Map(outputs.map(({ path, name }) => [path, name]));
  const primary: Location = {
    path: databasePath,
    accessPath: databasePath,
    ...defined({ layer }),
    evidence: 'primary',
  };
  const byId = new Map<number, Package>();
  for (const { id, path, hash, deriver } of paths) {
    const named = parseStoreName(posix.basename(path));
    if (named === undefined) {
      continue;
    }
    const stored = findStoreLocation(view, root + path, 'supporting');
    const pkg = createNixPackage({
      ...named,
      path,
      output: outputOf.get(path) ?? named.output,
      outputHash: hash,
      derivation: finder.findDerivation(root, deriver),
      deriver,
      rule: 'a valid path in the Nix store database',
      locations: stored === undefined ? [primary] : [primary, stored],
      files: files.get(root + path) ?? [],
    });
    byId.set(id, pkg);
  }
  const dependencies = references.flatMap(([referrer, reference]) => {
    const [from, to] = [byId.get(reference), byId.get(referrer)];
    return from === undefined || to === undefined || from === to ? [] : [{ from, to }];
  });
  return { packages: [...byId.values()], dependencies };
}

function storePackages(store: string, { view, finder, files }: Context): Found {
  const root = store.slice(0, -STORE.length);
  const made = new Map<string, Package>();
  for (const entry of view.list(store)) {
    const named = parseStoreName(entry);
    const location = findStoreLocation(view, posix.join(store, entry), 'primary');
    if (named === undefined || location === undefined) {
      continue;
    }
    const path = posix.join(STORE, entry);
    const derivation = finder.findBuilder(root, path);
    const pkg = createNixPackage({
      ...named,
      path: root + path,
      outputHash: named.hash,
      derivation,
      deriver: derivation?.visible.path ?? '',
      rule: 'the name of a path in the Nix store',
      locations: [location],
      files: files.get(root + path) ?? [],
    });
    made.set(path, pkg);
  }
  const dependencies = [...made].flatMap(([path, pkg]) => {
    const derivation = finder.findBuilder(root, path);
    return (derivation === undefined ? [] : finder.listInputs(root, derivation)).flatMap(
      (needed) => {
        const from = made.get(needed);
        return from === undefined || from === pkg ? [] : [{ from, to: pkg }];
      },
    );
  });
  return { packages: [...made.values()], dependencies };
}

/** SQLite keeps the last changes beside the database until it is opened for writing. */
function checkJournal({ fact, path, layer }: VisibleFact<NixFact>, view: FileView): Problem[] {
  const ref = fact.kind === 'database' ? view.resolve(`${path}-wal`)?.ref : undefined;
  const sizeBytes = (ref && view.layers[ref.layer]?.files.sizeBytes(ref.row)) ?? 0;
  return sizeBytes === 0
    ? []
    : [
        {
          code: 'P_UNSUPPORTED',
          message: 'changes in the database journal were not read',
          plugin: nix.id,
          path,
          ...defined({ layer }),
        },
      ];
}
