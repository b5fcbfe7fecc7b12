import { isRecord } from '../../syntax/json/guard.ts';
import { getText } from '../../syntax/json/member.ts';

/** What an extension of Visual Studio Code, or of an editor built from it, says of itself. */
export interface EditorExtension {
  readonly publisher: string;
  readonly name: string;
  readonly version: string;
}

/**
 * Whether a `package.json` lies where editors keep extensions: `.vscode/extensions/a.b-1.0.0`, and
 * likewise for servers, forks, and what an editor brings along.
 */
export function isInExtensionsFolder(path: string): boolean {
  return /\/extensions\/[^/]+\/package\.json$/.test(path);
}

/**
 * The extension that a `package.json` describes; `undefined` where it describes something else. An
 * extension names its publisher and the editor's version that it needs. "Extension Manifest".
 */
export function editorExtensionOf(document: unknown): EditorExtension | undefined {
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
