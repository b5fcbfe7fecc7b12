import { foldMemberName, normalizeImageConfig } from './image-config.ts';
import { isSecretName, MASK, maskSecrets } from './secret-name.ts';
import type { ImageDescription } from './target.ts';

/**
 * Returns an image that may leave the program: without values of environment variables and build
 * arguments, and with likely secrets masked in labels, commands and history. Names are kept.
 * Publishing it again changes nothing.
 */
export function publishImage(image: ImageDescription): ImageDescription {
  const mask = createMask(image);
  return {
    ...image,
    labels: publishLabels(image.labels, mask),
    layers: image.layers.map((layer) =>
      layer.instruction === undefined
        ? layer
        : { ...layer, instruction: mask.instruction(layer.instruction) },
    ),
    manifest: rewrite(image.manifest, (manifest) => publishManifest(manifest, mask)),
    config: rewrite(image.config, (config) => publishConfig(config, mask)),
  };
}

/** Creates a function that hides the secrets of an image, also in texts derived from it. */
export function createTextMask(image: ImageDescription): (text: string) => string {
  return createMask(image).maskText;
}

/** Returns the values of the environment variables by name. OCI image specification, config.md. */
export function readEnvironment({ config }: ImageDescription): ReadonlyMap<string, string> {
  return new Map(listEnvironment(parse(config)).flatMap(findAssignment));
}

type JsonRecord = Readonly<Record<string, unknown>>;

/** Hides the secrets of one image. */
interface Mask {
  readonly maskText: (text: string) => string;
  readonly instruction: (text: string) => string;
}

/** Shorter values, and values of names that merely resemble a secret's, occur in other texts. */
const SECRET_CHARS_MIN = 6;
const PLAIN_WORD = /^(?:enabled|disabled|required|optional|default|password|secret)$/i;

/** Hides values of secret variables and arguments everywhere they were expanded, too. */
function createMask(image: ImageDescription): Mask {
  const config = parse(image.config);
  const variables = listEnvironment(config).flatMap(findAssignment);
  const names = new Set(variables.map(([name]) => name));
  const history = normalizeImageConfig(config).history.flatMap((entry) =>
    listTexts([entry['created_by']]),
  );
  const instructions = [...image.layers.flatMap(({ instruction = [] }) => instruction), ...history];
  const secrets = [...variables, ...instructions.flatMap(readAssignments)]
    .flatMap(([name, value]) => (isSecretName(name) ? [value.trim()] : []))
    .filter((value) => value.length >= SECRET_CHARS_MIN && !PLAIN_WORD.test(value))
    .sort((left, right) => right.length - left.length);
  const distinct = [...new Set(secrets)];
  const maskText = (value: string): string =>
    maskSecrets(distinct.reduce((all, secret) => all.replaceAll(secret, MASK), value));
  return { maskText, instruction: (value) => maskText(hideAssignments(value, names)) };
}

/**
 * `RUN |2 NAME=value NAME=value SHELL COMMAND`: the number of build arguments, then the arguments.
 */
const BUILD_ARGUMENTS = /^((?:RUN )?\|(\d{1,5}) )([^]*)$/;
const COMMAND =
  /(?:^|\s)(?=(?:\/[\w./-]{0,64}sh|[a-z]:\\\S{1,64}|cmd|powershell|pwsh)(?:\.exe)?\s)/i;
const DECLARATION = /^((?:[^]*#\(nop\)\s+)?(?:ONBUILD\s+)?(?:ENV|ARG)\s+)(\S[^]*)$/i;
const LABEL = /^((?:[^]*#\(nop\)\s+)?(?:ONBUILD\s+)?LABEL\s+)(\S[^]*)$/i;
/** The start of another name: values are not quoted and may contain spaces. */
const NEXT_NAME = /\s+(?=[A-Za-z_][\w./-]*=)/;

/** Keeps the names of variables, arguments and secret labels. */
function hideAssignments(instruction: string, variables: ReadonlySet<string>): string {
  const [, start, count, rest = ''] = BUILD_ARGUMENTS.exec(instruction) ?? [];
  if (start !== undefined) {
    const at = rest.search(COMMAND);
    const values = rest
      .slice(0, at === -1 ? rest.length : at)
      .trim()
      .split(NEXT_NAME);
    // A value that resembles another name makes the names uncertain.
    const isCertain = values.length === Number(count) && values.every((one) => one.includes('='));
    const hidden = isCertain ? values.map(hideValue).join(' ') : MASK;
    return `${start}${hidden}${at === -1 ? '' : ` ${rest.slice(at).trim()}`}`;
  }
  const [, word, declared = ''] = DECLARATION.exec(instruction) ?? [];
  if (word !== undefined) {
    const [first = '', ...others] = declared.split(NEXT_NAME);
    const known = others.filter((one) => variables.has(one.slice(0, one.indexOf('='))));
    return word + [first, ...known].map(hideValue).join(' ');
  }
  const [, head, labels = ''] = LABEL.exec(instruction) ?? [];
  return head === undefined
    ? instruction
    : head + labels.split(NEXT_NAME).map(hideSecretLabel).join(' ');
}

function hideValue(assignment: string): string {
  const [, name = '', value = ''] = /^([^\s=]+)([^]*)$/.exec(assignment) ?? [];
  return value === '' ? name : `${name}=${MASK}`;
}

function hideSecretLabel(assignment: string): string {
  const name = assignment.slice(0, assignment.indexOf('='));
  return isSecretName(name) ? hideValue(assignment) : assignment;
}

/** Returns the names and values that an instruction certainly assigns. */
function readAssignments(instruction: string): readonly (readonly [string, string])[] {
  const [, , , rest = ''] = BUILD_ARGUMENTS.exec(instruction) ?? [];
  const [, , declared = ''] = DECLARATION.exec(instruction) ?? [];
  const at = rest.search(COMMAND);
  const values = `${rest.slice(0, at === -1 ? rest.length : at)} ${declared}`.trim();
  return values.split(NEXT_NAME).flatMap(findAssignment);
}

function findAssignment(line: string): readonly (readonly [name: string, value: string])[] {
  const at = line.indexOf('=');
  return at === -1 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
}

function publishLabels(
  labels: Readonly<Record<string, string>>,
  mask: Mask,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [
      name,
      isSecretName(name) && value !== '' ? MASK : mask.maskText(value),
    ]),
  );
}

/** Other members repeat these, or describe the build, such as `container_config`. */
const CONFIG_MEMBERS: ReadonlySet<string> = new Set([
  'architecture',
  'author',
  'config',
  'created',
  'history',
  'os',
  'os.features',
  'os.version',
  'rootfs',
  'variant',
]);

/** OCI image specification, config.md, and the members that Docker adds to `config`. */
function publishConfig(config: JsonRecord, mask: Mask): JsonRecord {
  return Object.fromEntries(
    Object.entries(config)
      .filter(([name]) => CONFIG_MEMBERS.has(name))
      .map(([name, value]) => {
        if (name === 'config' && isRecord(value)) {
          return [name, publishProcess(value, mask)];
        }
        return name === 'history' && Array.isArray(value)
          ? [name, value.map((entry) => publishEntry(entry, mask))]
          : [name, publishValue(value, mask)];
      }),
  );
}

function publishProcess(process: JsonRecord, mask: Mask): JsonRecord {
  return Object.fromEntries(
    Object.entries(process).map(([name, value]) => {
      // Engines ignore the case of names.
      switch (foldMemberName(name)) {
        case 'env':
          return [name, listTexts(value).map((line) => line.split('=', 1)[0])];
        case 'onbuild':
          return [name, listTexts(value).map(mask.instruction)];
        default:
          return [name, publishValue(value, mask)];
      }
    }),
  );
}

function publishEntry(entry: unknown, mask: Mask): unknown {
  return isRecord(entry)
    ? Object.fromEntries(
        Object.entries(entry).map(([name, value]) => [
          name,
          foldMemberName(name) === 'created_by' && typeof value === 'string'
            ? mask.instruction(value)
            : publishValue(value, mask),
        ]),
      )
    : null;
}

function publishManifest(manifest: JsonRecord, mask: Mask): JsonRecord {
  return Object.fromEntries(
    Object.entries(manifest).map(([name, value]) => [name, publishValue(value, mask)]),
  );
}

const DEPTH_MAX = 32;

/** Masks strings at any depth: members with a secret name, and values of secret options. */
function publishValue(value: unknown, mask: Mask, depth = 0): unknown {
  if (depth > DEPTH_MAX) {
    return null;
  }
  if (typeof value === 'string') {
    return mask.maskText(value);
  }
  if (Array.isArray(value)) {
    return value.map((each, index) =>
      typeof each === 'string' && isSecretOption(value[index - 1])
        ? MASK
        : publishValue(each, mask, depth + 1),
    );
  }
  return isRecord(value)
    ? Object.fromEntries(
        Object.entries(value).map(([name, each]) => [
          name,
          isSecretName(name) && typeof each === 'string' && each !== ''
            ? MASK
            : publishValue(each, mask, depth + 1),
        ]),
      )
    : value;
}

function isSecretOption(word: unknown): boolean {
  return typeof word === 'string' && /^-[\w.-]+$/.test(word) && isSecretName(word);
}

/** Returns the same bytes if nothing changes, and nothing for a malformed document. */
function rewrite(bytes: Uint8Array, publish: (document: JsonRecord) => JsonRecord): Uint8Array {
  const document = parse(bytes);
  try {
    const [published, whole] = [
      JSON.stringify(document && publish(document)),
      JSON.stringify(document),
    ];
    return published === whole && document !== undefined ? bytes : Buffer.from(published ?? '');
  } catch {
    // The nesting is too deep to write.
    return new Uint8Array();
  }
}

function parse(bytes: Uint8Array): JsonRecord | undefined {
  try {
    const document: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return isRecord(document) ? document : undefined;
  } catch {
    return undefined;
  }
}

function listEnvironment(config: JsonRecord | undefined): readonly string[] {
  return listTexts(normalizeImageConfig(config).process['Env']);
}

function listTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
