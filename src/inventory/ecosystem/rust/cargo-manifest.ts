import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getRecord, getText } from '../../../foundation/syntax/json/member.ts';

type Members = Readonly<Record<string, unknown>>;

/** Requests in `Cargo.toml`, by the names of the crates. */
export interface CargoManifest {
  /** Empty for a workspace that is not a package. */
  readonly name: string;
  readonly production: readonly string[];
  readonly development: readonly string[];
  /** Crates that a workspace renames, by their new names. */
  readonly renamed: Readonly<Record<string, string>>;
}

/** Cargo reads both spellings. */
const PRODUCTION = ['dependencies', 'build-dependencies', 'build_dependencies'] as const;
const DEVELOPMENT = ['dev-dependencies', 'dev_dependencies'] as const;

/** The Cargo book, "Specifying dependencies". */
export function readCargoManifest(document: Members): CargoManifest {
  const platforms = Object.values(getRecord(document, 'target') ?? {}).filter(isRecord);
  const listCrateNames = (tables: readonly string[]): string[] =>
    [document, ...platforms].flatMap((holder) =>
      tables.flatMap((table) => Object.entries(getRecord(holder, table) ?? {}).map(getCrateName)),
    );
  const shared = getRecord(getRecord(document, 'workspace') ?? {}, 'dependencies') ?? {};
  return {
    name: getText(getRecord(document, 'package') ?? {}, 'name'),
    production: listCrateNames(PRODUCTION),
    development: listCrateNames(DEVELOPMENT),
    renamed: Object.fromEntries(
      Object.entries(shared).map(([name, wanted]) => [name, getCrateName([name, wanted])]),
    ),
  };
}

/** A dependency may have another name than its crate. */
function getCrateName([name, wanted]: readonly [string, unknown]): string {
  return (isRecord(wanted) && getText(wanted, 'package')) || name;
}
