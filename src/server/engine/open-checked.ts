import { Engine } from './engine.ts';
import type { EngineSetting } from './engine-setting.ts';

/**
 * Opens an engine that writes, and checks the place of its documents.
 *
 * @throws UserError as `Engine.open` and `Engine.checkDocuments`
 */
export async function openChecked(setting: EngineSetting, now: string): Promise<Engine> {
  const engine = await Engine.open(setting, now);
  try {
    await engine.checkDocuments();
    return engine;
  } catch (error) {
    await engine[Symbol.asyncDispose]();
    throw error;
  }
}
