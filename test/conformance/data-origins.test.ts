import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { findKnownGroup } from '../../src/identity/java/group-id.ts';
import { provenGroups, unprovenGroups } from '../../src/identity/java/known-groups.data.ts';
import { archiveText } from './archive-text.ts';
import { SKIP_REASON, sharedMaterial } from './shared-material.ts';

const material = sharedMaterial();
const skip = material === undefined ? SKIP_REASON : false;

/**
 * Artifacts of advisories in another group than the table has, and why the table is right. Each has
 * to occur in the advisories.
 */
const OTHER_GROUPS: Readonly<Record<string, string>> = {
  'bouncycastle:bcprov-jdk14': 'releases before 2008; later ones are in org.bouncycastle',
  'bouncycastle:bcprov-jdk15': 'releases before 2008; later ones are in org.bouncycastle',
  'bouncycastle:bcprov-jdk16': 'releases before 2008; later ones are in org.bouncycastle',
  'com.sap.cloud.security:spring-security': 'built with Maven, whose metadata come first',
  'org.apache.tomcat:tomcat-embed-core': 'a slip: the POM and other advisories say tomcat.embed',
  'org.jenkins-ci.plugins:groovy': 'a plug-in of Jenkins, which names its group',
};

describe('groups of Java artifacts', { skip }, () => {
  const names = new Set(material === undefined ? [] : mavenNames(material));

  test('an entry that an advisory proves is in an advisory', () => {
    assert.ok(names.size > 2_000, `${names.size} names`);
    const proven = provenGroups().filter(({ proof }) => proof === 'advisory');
    assert.ok(proven.length > 30);
    for (const { group, artifacts, families } of proven) {
      for (const artifact of split(artifacts)) {
        assert.ok(names.has(`${group}:${artifact}`), `${group}:${artifact}`);
      }
      for (const family of split(families)) {
        const members = [...names].filter((name) => name.startsWith(`${group}:${family}`));
        assert.ok(
          members.some((name) => /^(?:$|[-._])/.test(name.slice(`${group}:${family}`.length))),
          `${group}:${family}`,
        );
      }
    }
  });

  test('an entry without a proof is in no advisory, else it would have one', () => {
    for (const { group, artifacts } of unprovenGroups()) {
      for (const artifact of split(artifacts)) {
        assert.ok(!names.has(`${group}:${artifact}`), `${group}:${artifact}`);
      }
    }
  });

  test('no advisory names an artifact in another group, but for those listed', () => {
    const others = [...names].filter((name) => {
      const [group = '', artifact = ''] = name.split(':');
      return ![group, undefined].includes(findKnownGroup(artifact));
    });
    assert.deepEqual(others.toSorted(), Object.keys(OTHER_GROUPS).toSorted());
  });
});

function split(names = ''): readonly string[] {
  return names.split(/\s+/).filter(Boolean);
}

/** `group:artifact` of all Maven packages that GitHub's advisories name. */
function mavenNames(folder: string): string[] {
  const advisories = join(folder, 'advisories');
  return ['raw/ghsa.tar.zst', 'bulk/ghsa.tar.zst'].flatMap((file) =>
    [
      ...archiveText(join(advisories, file)).matchAll(
        /"package":\s*\{\s*"ecosystem":\s*"Maven",\s*"name":\s*"([^":]+:[^":]+)"/g,
      ),
    ].map(([, name = '']) => name),
  );
}
