import { type Bytes, toBuffer } from '../../../foundation/core/bytes.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';

/** Data of a Java installation, with the names of Syft's schema. */
export interface JavaRelease {
  readonly implementor?: string;
  readonly implementorVersion?: string;
  readonly javaRuntimeVersion?: string;
  readonly javaVersion?: string;
  readonly javaVersionDate?: string;
  readonly libc?: string;
  readonly modules?: readonly string[];
  readonly osArch?: string;
  readonly osName?: string;
  readonly osVersion?: string;
  readonly source?: string;
  readonly buildSource?: string;
  readonly buildSourceRepo?: string;
  readonly sourceRepo?: string;
  readonly fullVersion?: string;
  readonly semanticVersion?: string;
  readonly buildInfo?: string;
  readonly jvmVariant?: string;
  readonly jvmVersion?: string;
  readonly imageType?: string;
  readonly buildType?: string;
}

/** Many files have this name; the longest of a Java installation is much shorter. */
const RELEASE_BYTES_MAX = 512_000;

/** Keys of the file in the order of the schema. */
const KEYS: readonly (readonly [key: string, member: keyof JavaRelease])[] = [
  ['IMPLEMENTOR', 'implementor'],
  ['IMPLEMENTOR_VERSION', 'implementorVersion'],
  ['JAVA_RUNTIME_VERSION', 'javaRuntimeVersion'],
  ['JAVA_VERSION', 'javaVersion'],
  ['JAVA_VERSION_DATE', 'javaVersionDate'],
  ['LIBC', 'libc'],
  ['MODULES', 'modules'],
  ['OS_ARCH', 'osArch'],
  ['OS_NAME', 'osName'],
  ['OS_VERSION', 'osVersion'],
  ['SOURCE', 'source'],
  ['BUILD_SOURCE', 'buildSource'],
  ['BUILD_SOURCE_REPO', 'buildSourceRepo'],
  ['SOURCE_REPO', 'sourceRepo'],
  ['FULL_VERSION', 'fullVersion'],
  ['SEMANTIC_VERSION', 'semanticVersion'],
  ['BUILD_INFO', 'buildInfo'],
  ['JVM_VARIANT', 'jvmVariant'],
  ['JVM_VERSION', 'jvmVersion'],
  ['IMAGE_TYPE', 'imageType'],
  ['BUILD_TYPE', 'buildType'],
];

/**
 * Parses the `release` file of a Java installation; `undefined` if it is another file of that name.
 */
export function parseReleaseFile(content: Bytes): JavaRelease | undefined {
  const bytes = content.read(0, RELEASE_BYTES_MAX);
  const text = toBuffer(bytes).toString('utf8');
  const values = new Map<string, string>();
  for (const line of splitLines(text)) {
    const equals = line.text.indexOf('=');
    const value = unquote(line.text.slice(equals + 1).trimEnd());
    if (equals > 0 && value !== '') {
      values.set(line.text.slice(0, equals), value);
    }
  }
  if (!values.has('JAVA_VERSION') && !values.has('JAVA_RUNTIME_VERSION')) {
    return undefined;
  }
  return Object.fromEntries(
    KEYS.flatMap(([key, member]) => {
      const value = values.get(key);
      const stated = member === 'modules' ? value?.split(' ') : value;
      return stated === undefined ? [] : [[member, stated]];
    }),
  );
}

function unquote(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text[start] === '"') {
    start += 1;
  }
  while (end > start && text[end - 1] === '"') {
    end -= 1;
  }
  return text.slice(start, end);
}
