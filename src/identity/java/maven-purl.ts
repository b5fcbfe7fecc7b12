import { writePurl } from '../purl/purl.ts';

/**
 * A group that nobody tells becomes that of the artifact's name: package URLs of Maven need one,
 * and so did the projects of its first years name themselves.
 */
export function toMavenPurl(groupId: string, artifactId: string, version: string): string {
  const namespace = groupId === '' ? artifactId : groupId;
  return writePurl({ type: 'maven', namespace, name: artifactId, version });
}

/** Beginnings of the groups of Jenkins plug-ins. */
const JENKINS_GROUPS = [
  'io.jenkins.plugins',
  'org.jenkins.plugins',
  'org.jenkins-ci.plugins',
  'io.jenkins-ci.plugins',
  'com.cloudbees.jenkins.plugins',
] as const;

export type JavaPackageType = 'java-archive' | 'jenkins-plugin';

/** The type of what a group publishes. */
export function chooseJavaType(groupId: string): JavaPackageType {
  const isJenkins =
    JENKINS_GROUPS.some((group) => groupId.startsWith(group)) ||
    groupId.includes('.jenkins.plugin');
  return isJenkins ? 'jenkins-plugin' : 'java-archive';
}
