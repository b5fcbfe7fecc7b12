/**
 * Modules that the interpreter imports before the program starts, in addition to their own imports.
 *
 * Origin: Python documentation, "site", and `Python/pylifecycle.c`; for the tables below, the
 * documentation that each one names and the sources of the standard library.
 */
export const START_MODULES: readonly string[] = [
  'encodings',
  'encodings.aliases',
  'encodings.utf_8',
  'encodings.latin_1',
  'encodings.ascii',
  'codecs',
  'io',
  'abc',
  'site',
  'stat',
  'os',
  'posixpath',
  'genericpath',
  'types',
  'warnings',
  'zipimport',
  'importlib',
  'importlib.util',
  'importlib.machinery',
  'importlib._bootstrap',
  'importlib._bootstrap_external',
  '_collections_abc',
  'collections.abc',
  '_sitebuiltins',
  'sitecustomize',
  'usercustomize',
  'locale',
  '_bootlocale',
];

/** Imports of modules that are written in C, by the name of the module. */
export const NATIVE_IMPORTS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    _asyncio: [
      'asyncio.base_futures',
      'asyncio.base_tasks',
      'asyncio.coroutines',
      'asyncio.events',
      'asyncio.exceptions',
      'traceback',
      'weakref',
    ],
    _csv: ['re'],
    _ctypes: ['ctypes._endian'],
    _datetime: ['_strptime', 'time'],
    _decimal: ['numbers', 'collections'],
    _elementtree: ['copy', 'xml.etree.ElementPath', 'pyexpat'],
    _io: ['locale', '_bootlocale', 'codecs', '_pyio'],
    _lsprof: [],
    _pickle: ['copyreg', '_compat_pickle', 'codecs', 'functools'],
    _sqlite3: ['sqlite3.dump', 'sqlite3.dbapi2'],
    _ssl: ['socket'],
    _zoneinfo: ['zoneinfo._tzpath', 'zoneinfo._common', 'weakref'],
    array: ['collections.abc'],
    datetime: ['_strptime'],
    pyexpat: [],
    time: ['_strptime'],
  }),
);

/**
 * Frameworks that import every module in directories of a name, in any package: the importing
 * module and the names. Documentation of Django, "django-admin", "Migrations", "Custom template
 * tags"; of Celery, "autodiscover_tasks"; of Alembic, "versions".
 */
export const OPEN_FOLDERS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    'django/core/management/__init__.py': ['management/commands'],
    'django/db/migrations/loader.py': ['migrations'],
    'django/template/backends/django.py': ['templatetags'],
    'alembic/script/base.py': ['versions'],
  }),
);

/**
 * Modules of the standard library that import by name, with the packages that contain the names.
 */
export const OPEN_PACKAGES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    'encodings/__init__.py': ['encodings'],
    'xml/sax/__init__.py': ['xml.sax', 'xml.parsers'],
    'dbm/__init__.py': ['dbm'],
    'asyncio/__init__.py': ['asyncio'],
    'multiprocessing/context.py': ['multiprocessing'],
    'concurrent/futures/__init__.py': ['concurrent.futures'],
    'importlib/resources/__init__.py': ['importlib.resources'],
  }),
);
