/** Archives of one group without Maven metadata whose manifests have another group or none. */
export interface PublishedGroup {
  /** The group under which they are published in the Maven repositories. */
  readonly group: string;
  /** The beginning of the group-like name in their manifests; empty if they have none. */
  readonly manifestGroup: string;
  /** Names of the artifacts, separated by spaces. */
  readonly artifacts: string;
}

/**
 * Both the name and the manifest must match, so that an archive that only shares its name with one
 * of these is not mistaken for it. Without a row, advisories about the archive are not found,
 * because they use the published group.
 *
 * Origin: our own. The manifests were read in 432 archives of the Maven repositories, and each
 * group is confirmed by a GitHub advisory or by a POM there. The rows of Groovy, whose group
 * changed with version 4, come from groovy-4.0.22.jar and groovy-bom 4.
 */
export const publishedGroups: readonly PublishedGroup[] = [
  { group: 'classworlds', manifestGroup: 'org.codehaus.classworlds', artifacts: 'classworlds' },
  {
    group: 'com.github.ben-manes.caffeine',
    manifestGroup: 'com.github.ben-manes',
    artifacts: 'caffeine',
  },
  { group: 'com.h2database', manifestGroup: 'org.h2', artifacts: 'h2' },
  { group: 'com.ibm.icu', manifestGroup: 'com.ibm', artifacts: 'icu4j' },
  { group: 'com.jcraft', manifestGroup: '', artifacts: 'jsch' },
  { group: 'com.lowagie', manifestGroup: 'com.lowagie', artifacts: 'itext' },
  {
    group: 'commons-beanutils',
    manifestGroup: 'org.apache.commons',
    artifacts: 'commons-beanutils',
  },
  { group: 'commons-cli', manifestGroup: 'org.apache.commons', artifacts: 'commons-cli' },
  { group: 'commons-digester', manifestGroup: 'org.apache.commons', artifacts: 'commons-digester' },
  { group: 'commons-httpclient', manifestGroup: 'org.apache', artifacts: 'commons-httpclient' },
  { group: 'info.picocli', manifestGroup: '', artifacts: 'picocli' },
  { group: 'io.reactivex.rxjava3', manifestGroup: 'io.reactivex.rxjava3', artifacts: 'rxjava' },
  { group: 'javax.mail', manifestGroup: 'com.sun', artifacts: 'mail' },
  { group: 'javax.servlet', manifestGroup: 'org.apache', artifacts: 'jstl' },
  { group: 'mysql', manifestGroup: 'com.mysql', artifacts: 'mysql-connector-java' },
  { group: 'net.java.dev.jna', manifestGroup: 'com.sun.jna', artifacts: 'jna jna-platform' },
  { group: 'net.jpountz.lz4', manifestGroup: '', artifacts: 'lz4' },
  { group: 'net.sf.json-lib', manifestGroup: '', artifacts: 'json-lib' },
  { group: 'net.sf.jt400', manifestGroup: 'com.ibm.as400', artifacts: 'jt400' },
  { group: 'net.sourceforge.nekohtml', manifestGroup: '', artifacts: 'nekohtml' },
  {
    group: 'org.apache.derby',
    manifestGroup: 'org.apache.derby',
    artifacts: 'derby derbyclient derbynet derbytools',
  },
  { group: 'org.apache.derby', manifestGroup: '', artifacts: 'derbytools' },
  {
    group: 'org.apache.groovy',
    manifestGroup: 'org.apache.groovy',
    artifacts: `
    groovy groovy-ant groovy-astbuilder groovy-cli-commons groovy-cli-picocli groovy-console
    groovy-contracts groovy-datetime groovy-dateutil groovy-docgenerator groovy-ginq
    groovy-groovydoc groovy-groovysh groovy-jmx groovy-json groovy-jsr223 groovy-macro
    groovy-macro-library groovy-nio groovy-servlet groovy-sql groovy-swing groovy-templates
    groovy-test groovy-test-junit5 groovy-testng groovy-toml groovy-typecheckers groovy-xml
    groovy-yaml`,
  },
  { group: 'org.apache.hadoop', manifestGroup: '', artifacts: 'hadoop-core' },
  {
    group: 'org.apache.xmlgraphics',
    manifestGroup: '',
    artifacts: `
    batik-anim batik-awt-util batik-bridge batik-codec batik-css batik-dom batik-ext batik-gui-util
    batik-gvt batik-js batik-parser batik-rasterizer batik-script batik-svg-dom batik-svggen
    batik-swing batik-transcoder batik-util batik-xml`,
  },
  {
    group: 'org.apache.zookeeper',
    manifestGroup: 'org.apache.hadoop.zookeeper',
    artifacts: 'zookeeper',
  },
  { group: 'org.beanshell', manifestGroup: '', artifacts: 'bsh' },
  {
    group: 'org.checkerframework',
    manifestGroup: 'org.checkerframework',
    artifacts: 'checker-qual',
  },
  {
    group: 'org.eclipse.sisu',
    manifestGroup: 'org.eclipse.sisu',
    artifacts: 'org.eclipse.sisu.inject org.eclipse.sisu.plexus',
  },
  { group: 'org.hibernate', manifestGroup: '', artifacts: 'hibernate' },
  {
    group: 'org.hibernate.common',
    manifestGroup: 'org.hibernate',
    artifacts: 'hibernate-commons-annotations',
  },
  { group: 'org.hsqldb', manifestGroup: 'org.hsqldb', artifacts: 'hsqldb' },
  { group: 'org.igniterealtime.smack', manifestGroup: '', artifacts: 'smack' },
  { group: 'org.jdom', manifestGroup: 'org.jdom2', artifacts: 'jdom2' },
  {
    group: 'org.jetbrains.kotlin',
    manifestGroup: '',
    artifacts:
      'kotlin-reflect kotlin-stdlib kotlin-stdlib-common kotlin-stdlib-jdk7 kotlin-stdlib-jdk8',
  },
  { group: 'org.mozilla', manifestGroup: 'org.mozilla.javascript', artifacts: 'rhino' },
  {
    group: 'org.ow2.asm',
    manifestGroup: 'org.objectweb.asm',
    artifacts: 'asm asm-analysis asm-commons asm-tree asm-util',
  },
  { group: 'org.python', manifestGroup: 'org.python', artifacts: 'jython' },
  { group: 'org.scala-lang', manifestGroup: 'org.scala-lang', artifacts: 'scala-library' },
  { group: 'org.tukaani', manifestGroup: 'org.tukaani', artifacts: 'xz' },
  { group: 'oro', manifestGroup: 'org.apache.oro', artifacts: 'oro' },
  { group: 'rhino', manifestGroup: 'org.mozilla.javascript', artifacts: 'js' },
  { group: 'struts', manifestGroup: 'org.apache', artifacts: 'struts' },
  { group: 'taglibs', manifestGroup: 'org.apache', artifacts: 'standard' },
  { group: 'xalan', manifestGroup: 'org.apache.xml.serializer', artifacts: 'serializer' },
  { group: 'xerces', manifestGroup: 'org.apache.xerces', artifacts: 'xercesImpl' },
  { group: 'xml-apis', manifestGroup: 'org.apache.xmlcommons', artifacts: 'xml-apis' },
];
