import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Ajv, type ValidateFunction } from 'ajv';

/** Schemas that GitHub, Atlassian and Microsoft publish; the file states their origin. */
const FILE = join(import.meta.dirname, 'published-schemas.json.gz');

interface Published {
  readonly schemas: Readonly<Record<string, object>>;
}

const VALIDATORS = new Map<string, ValidateFunction>();

/** Requires that a body matches a published schema, such as `github issues/create`. */
export function requirePublished(name: string, body: unknown): void {
  const validate = VALIDATORS.get(name) ?? compileSchema(name);
  VALIDATORS.set(name, validate);
  assert.ok(validate(body), `${name}: ${JSON.stringify(validate.errors)}`);
}

function compileSchema(name: string): ValidateFunction {
  const { schemas } = JSON.parse(gunzipSync(readFileSync(FILE)).toString()) as Published;
  const schema = schemas[name] ?? assert.fail(`unknown schema "${name}"`);
  return new Ajv({ strict: false, validateFormats: false }).compile(schema);
}
