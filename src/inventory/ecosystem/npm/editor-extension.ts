import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText } from '../../../foundation/syntax/json/member.ts';

/** Manifest of an extension for Visual Studio Code or an editor derived from it. */
export interface EditorExtension {
  readonly publisher: string;
  readonly name: string;
  readonly version: string;
}

/**
 * Whether a `package.json` is in a directory for editor extensions: `.vscode/extensions/a.b-1.0.0`,
 * and the same for servers, forks, and built-in extensions.
 */
export function isInExtensionsFolder(path: string): boolean {
  return /\/extensions\/[^/]+\/package\.json$/.test(path);
}

/**
 * Returns the extension that a `package.json` describes; `undefined` if it is not an extension. An
 * extension names its publisher and the required version of the editor. "Extension Manifest".
 */
export function readEditorExtension(document: unknown): EditorExtension | undefined {
  if (!isRecord(document)) {
    return undefined;
  }
  const { engines } = document;
  const [publisher, name] = [getText(document, 'publisher'), getText(document, 'name')];
  const isForEditor = isRecord(engines) && getText(engines, 'vscode') !== '';
  return isForEditor && publisher !== '' && name !== ''
    ? { publisher, name, version: getText(document, 'version') }
    : undefined;
}
