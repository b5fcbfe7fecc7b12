import { writePurl } from '../purl/purl.ts';

/**
 * An unknown group is replaced by the artifact's name: Maven package URLs require a group, and
 * early Maven projects used the same name for both.
 */
export function toMavenPurl(groupId: string, artifactId: string, version: string): string {
  const namespace = groupId === '' ? artifactId : groupId;
  return writePurl({ type: 'maven', namespace, name: artifactId, version });
}

/** Prefixes of the groups of Jenkins plug-ins. */
const JENKINS_GROUPS = [
  'io.jenkins.plugins',
  'org.jenkins.plugins',
  'org.jenkins-ci.plugins',
  'io.jenkins-ci.plugins',
  'com.cloudbees.jenkins.plugins',
] as const;

export type JavaPackageType = 'java-archive' | 'jenkins-plugin';

/** Returns the package type of a group's artifacts. */
export function chooseJavaType(groupId: string): JavaPackageType {
  const isJenkins =
    JENKINS_GROUPS.some((group) => groupId.startsWith(group)) ||
    groupId.includes('.jenkins.plugin');
  return isJenkins ? 'jenkins-plugin' : 'java-archive';
}
