import { Engine } from './engine.ts';
import type { EngineSetting } from './engine-setting.ts';

/**
 * Opens an engine that writes, and checks the place of its documents and the key of its secrets.
 *
 * @throws UserError as `Engine.open`, `Engine.checkDocuments` and `Notifier.sealSecrets`
 */
export async function openChecked(setting: EngineSetting, now: string): Promise<Engine> {
  const engine = await Engine.open(setting, now);
  try {
    await engine.checkDocuments();
    if (setting.messages !== undefined) {
      await engine.notifier.sealSecrets();
    }
    return engine;
  } catch (error) {
    await engine[Symbol.asyncDispose]();
    throw error;
  }
}
