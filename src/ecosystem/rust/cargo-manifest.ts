import { isRecord } from '../../syntax/json/guard.ts';
import { getRecord, getText } from '../../syntax/json/member.ts';

type Members = Readonly<Record<string, unknown>>;

/** What `Cargo.toml` asks for, by the names of the crates. */
export interface CargoManifest {
  /** Empty for a workspace that is no package. */
  readonly name: string;
  readonly production: readonly string[];
  readonly development: readonly string[];
  /** Crates that a workspace gives other names, by these. */
  readonly renamed: Readonly<Record<string, string>>;
}

/** Cargo reads both spellings. */
const PRODUCTION = ['dependencies', 'build-dependencies', 'build_dependencies'] as const;
const DEVELOPMENT = ['dev-dependencies', 'dev_dependencies'] as const;

/** The Cargo book, "Specifying dependencies". */
export function readCargoManifest(document: Members): CargoManifest {
  const platforms = Object.values(getRecord(document, 'target') ?? {}).filter(isRecord);
  const namesIn = (tables: readonly string[]): string[] =>
    [document, ...platforms].flatMap((holder) =>
      tables.flatMap((table) => Object.entries(getRecord(holder, table) ?? {}).map(crateName)),
    );
  const shared = getRecord(getRecord(document, 'workspace') ?? {}, 'dependencies') ?? {};
  return {
    name: getText(getRecord(document, 'package') ?? {}, 'name'),
    production: namesIn(PRODUCTION),
    development: namesIn(DEVELOPMENT),
    renamed: Object.fromEntries(
      Object.entries(shared).map(([name, wanted]) => [name, crateName([name, wanted])]),
    ),
  };
}

/** A dependency may have another name than its crate. */
function crateName([name, wanted]: readonly [string, unknown]): string {
  return (isRecord(wanted) && getText(wanted, 'package')) || name;
}
