/**
 * Groups of Maven artifacts whose archives often do not name their group, because their build does
 * not write Maven metadata into them.
 *
 * Origin: the names and groups come from Syft's table `java_groupid_map.go` (Apache-2.0, compared
 * at anchore/syft bf82010f3c38; see NOTICE). Since then rows have become families, mistakes are
 * corrected, and every entry states the primary source that proves it:
 *
 * - `advisory`: a GitHub advisory names the artifact, or one of the family, in this group.
 *   `test/conformance/data-origins.test.ts` looks each of them up.
 * - `pom`: a POM in the Maven repositories names it, as itself, as a managed version or as a
 *   dependency. Read in November 2026: spring-boot-dependencies 1.3.0 to 3.5.7,
 *   spring-cloud-dependencies Camden.SR7 to 2025.0.0, spring-cloud-alibaba-dependencies 0.9.0 and
 *   2021.0.5.0, geode-all-bom 1.15.1, groovy-bom 2.5.23 and 3.0.25, and the POMs below
 *   org.eclipse.sdk 4.29.0, kafka_2.13 3.5.1, cassandra-all 3.11.13, elasticsearch 2.7, 7.17.10 and
 *   8.8.0, bcpg-jdk15on 1.70, jackson-xc 1.9.13 and others of their kind.
 * - `build`: the build files of the project itself: apache/ant db67f07fa, apache/commons-jelly
 *   5371ae16, apache/geode af12f177e, apache/kafka 1eb764434, apache/tapestry-5 07acbb762,
 *   apache/tomcat 84ac9af07, apache/velocity-engine 489e9d66, graphql-java/graphql-java-spring
 *   e6f112a, minio/minio-java 942e2e59, neo4j-contrib/neo4j-apoc-procedures (processor),
 *   spring-projects/spring-webflow c5b1699b.
 *
 * The only source of entries in `listUnprovenGroups` so far is Syft's table. None of the sources above
 * contradicts them.
 */
export type GroupProof = 'advisory' | 'pom' | 'build';

export interface KnownGroup {
  readonly group: string;
  /** Names of artifacts, separated by spaces. */
  readonly artifacts?: string;
  /**
   * Beginnings of names, separated by spaces: `spring-boot` matches itself and every name that
   * continues with a separator. The longest match is used; a name in `artifacts` takes precedence.
   */
  readonly families?: string;
}

export const listProvenGroups = (): readonly (KnownGroup & { readonly proof: GroupProof })[] => [
  {
    group: 'com.alibaba.cloud',
    proof: 'pom',
    artifacts: `
    spring-cloud-alibaba-commons spring-cloud-alibaba-sentinel-gateway
    spring-cloud-circuitbreaker-sentinel spring-cloud-starter-alibaba-sidecar`,
  },
  { group: 'com.graphql-java', proof: 'advisory', artifacts: 'graphql-java' },
  {
    group: 'com.graphql-java',
    proof: 'pom',
    artifacts: `
    graphql-java-servlet graphql-java-tools graphql-spring-boot-autoconfigure
    graphql-spring-boot-starter java-dataloader`,
  },
  {
    group: 'com.graphql-java',
    proof: 'build',
    artifacts: `
    graphql-java-spring-boot-starter-webflux graphql-java-spring-boot-starter-webmvc
    graphql-java-spring-webflux graphql-java-spring-webmvc`,
  },
  { group: 'com.squareup.okhttp3', proof: 'advisory', artifacts: 'okhttp' },
  { group: 'com.squareup.okio', proof: 'advisory', artifacts: 'okio' },
  { group: 'commons-codec', proof: 'pom', artifacts: 'commons-codec' },
  { group: 'commons-jelly', proof: 'advisory', families: 'commons-jelly' },
  { group: 'commons-logging', proof: 'pom', artifacts: 'commons-logging' },
  { group: 'de.codecentric', proof: 'advisory', families: 'spring-boot-admin' },
  { group: 'eu.hinsch', proof: 'advisory', artifacts: 'spring-boot-actuator-logview' },
  { group: 'io.minio', proof: 'build', artifacts: 'minio minio-admin' },
  { group: 'io.pivotal.spring.cloud', proof: 'advisory', artifacts: 'spring-cloud-sso-connector' },
  { group: 'io.projectreactor.netty', proof: 'advisory', families: 'reactor-netty' },
  { group: 'io.projectreactor.netty.incubator', proof: 'pom', families: 'reactor-netty-incubator' },
  { group: 'io.ratpack', proof: 'advisory', families: 'ratpack' },
  { group: 'org.apache.ant', proof: 'advisory', artifacts: 'ant' },
  { group: 'org.apache.ant', proof: 'pom', artifacts: 'ant-commons-net ant-junit ant-launcher' },
  {
    group: 'org.apache.ant',
    proof: 'build',
    artifacts: `
    ant-antlr ant-apache-bcel ant-apache-bsf ant-apache-log4j ant-apache-oro ant-apache-regexp
    ant-apache-resolver ant-apache-xalan2 ant-commons-logging ant-imageio ant-jai
    ant-jakartamail ant-javamail ant-jdepend ant-jmf ant-jsch ant-junit4 ant-junitlauncher
    ant-netrexx ant-parent ant-swing ant-testutil ant-xz`,
  },
  { group: 'org.apache.cassandra', proof: 'advisory', artifacts: 'cassandra-all' },
  { group: 'org.apache.cassandra', proof: 'pom', artifacts: 'cassandra-parent' },
  { group: 'org.apache.geode', proof: 'advisory', families: 'geode' },
  {
    group: 'org.apache.kafka',
    proof: 'advisory',
    artifacts: 'kafka-clients kafka-metadata kafka_2.11 kafka_2.12 kafka_2.13',
  },
  {
    group: 'org.apache.kafka',
    proof: 'pom',
    families: 'kafka-streams-scala',
    artifacts: `
    kafka-group-coordinator kafka-log4j-appender kafka-raft kafka-server-common kafka-shell
    kafka-storage kafka-storage-api kafka-streams kafka-streams-test-utils kafka-tools
    kafka-tools-api`,
  },
  {
    group: 'org.apache.kafka',
    proof: 'build',
    families: 'kafka-streams-upgrade-system-tests',
    artifacts: 'kafka-examples kafka-streams-examples',
  },
  { group: 'org.apache.tapestry', proof: 'advisory', families: 'tapestry' },
  { group: 'org.apache.tapestry', proof: 'build', artifacts: 'tapestry5-annotations' },
  { group: 'org.apache.tomcat', proof: 'advisory', families: 'tomcat' },
  { group: 'org.apache.tomcat.embed', proof: 'advisory', families: 'tomcat-embed' },
  {
    group: 'org.apache.tomcat.experimental',
    proof: 'build',
    artifacts: 'tomcat-embed-programmatic',
  },
  {
    group: 'org.apache.velocity',
    proof: 'advisory',
    families: 'velocity-engine',
    artifacts: 'velocity velocity-tools',
  },
  { group: 'org.apache.velocity', proof: 'build', artifacts: 'spring-velocity-support' },
  { group: 'org.bouncycastle', proof: 'advisory', families: 'bc-fips bcpkix bcprov bctls' },
  { group: 'org.bouncycastle', proof: 'pom', families: 'bcmail bcpg bctsp bcutil' },
  { group: 'org.codehaus.groovy', proof: 'advisory', families: 'groovy-all', artifacts: 'groovy' },
  {
    group: 'org.codehaus.groovy',
    proof: 'pom',
    artifacts: `
    groovy-ant groovy-astbuilder groovy-bom groovy-bsf groovy-cli-commons groovy-cli-picocli
    groovy-console groovy-datetime groovy-dateutil groovy-docgenerator groovy-groovydoc
    groovy-groovysh groovy-jaxb groovy-jmx groovy-json groovy-json-direct groovy-jsr223
    groovy-macro groovy-nio groovy-servlet groovy-sql groovy-swing groovy-templates groovy-test
    groovy-test-junit5 groovy-testng groovy-xml groovy-yaml`,
  },
  { group: 'org.codehaus.jackson', proof: 'advisory', artifacts: 'jackson-mapper-asl' },
  {
    group: 'org.codehaus.jackson',
    proof: 'pom',
    artifacts: 'jackson-core-asl jackson-jaxrs jackson-smile jackson-xc',
  },
  {
    group: 'org.eclipse.platform',
    proof: 'advisory',
    families: `
    org.eclipse.core org.eclipse.jface org.eclipse.platform org.eclipse.ui org.eclipse.urischeme`,
  },
  {
    group: 'org.eclipse.platform',
    proof: 'pom',
    families: `
    org.eclipse.ant org.eclipse.compare org.eclipse.debug org.eclipse.e4 org.eclipse.equinox
    org.eclipse.help org.eclipse.ltk org.eclipse.osgi org.eclipse.sdk org.eclipse.swt
    org.eclipse.team org.eclipse.text`,
  },
  {
    group: 'org.elasticsearch',
    proof: 'advisory',
    families: 'elasticsearch-hadoop',
    artifacts: 'elasticsearch',
  },
  {
    group: 'org.elasticsearch',
    proof: 'pom',
    artifacts: `
    elasticsearch-analysis-icu elasticsearch-cli elasticsearch-cloud-aws elasticsearch-core
    elasticsearch-geo elasticsearch-grok elasticsearch-logging elasticsearch-lz4
    elasticsearch-parent elasticsearch-plugin-classloader elasticsearch-preallocate
    elasticsearch-secure-sm elasticsearch-x-content`,
  },
  { group: 'org.elasticsearch.client', proof: 'advisory', artifacts: 'elasticsearch-rest-client' },
  {
    group: 'org.elasticsearch.client',
    proof: 'pom',
    artifacts: `
    elasticsearch-rest-client-sniffer elasticsearch-rest-high-level-client`,
  },
  {
    group: 'org.elasticsearch.plugin',
    proof: 'pom',
    artifacts: 'elasticsearch-plugin-analysis-api elasticsearch-plugin-api',
  },
  { group: 'org.neo4j.procedure', proof: 'advisory', artifacts: 'apoc apoc-core' },
  { group: 'org.neo4j.procedure', proof: 'build', artifacts: 'apoc-processor' },
  {
    group: 'org.springframework',
    proof: 'advisory',
    artifacts: `
    spring spring-beans spring-context spring-core spring-expression spring-framework-bom
    spring-messaging spring-oxm spring-web spring-webflux spring-webmvc`,
  },
  {
    group: 'org.springframework',
    proof: 'pom',
    artifacts: `
    spring-agent spring-aop spring-asm spring-aspects spring-context-indexer
    spring-context-support spring-core-test spring-dao spring-hibernate3 spring-instrument
    spring-instrument-tomcat spring-jcl spring-jdbc spring-jms spring-jmx spring-jpa spring-orm
    spring-parent spring-portlet spring-r2dbc spring-remoting spring-struts spring-test
    spring-tx spring-webmvc-portlet spring-websocket`,
  },
  { group: 'org.springframework.amqp', proof: 'advisory', families: 'spring-amqp' },
  {
    group: 'org.springframework.amqp',
    proof: 'pom',
    artifacts: `
    spring-erlang spring-rabbit spring-rabbit-junit spring-rabbit-stream spring-rabbit-test`,
  },
  { group: 'org.springframework.batch', proof: 'advisory', families: 'spring-batch' },
  { group: 'org.springframework.boot', proof: 'advisory', families: 'spring-boot' },
  { group: 'org.springframework.cloud', proof: 'advisory', families: 'spring-cloud' },
  { group: 'org.springframework.credhub', proof: 'advisory', families: 'spring-credhub' },
  { group: 'org.springframework.data', proof: 'advisory', families: 'spring-data' },
  { group: 'org.springframework.data', proof: 'pom', artifacts: 'spring-cql' },
  {
    group: 'org.springframework.data.build',
    proof: 'pom',
    artifacts: 'spring-data-build spring-data-parent',
  },
  { group: 'org.springframework.flex', proof: 'advisory', families: 'spring-flex' },
  { group: 'org.springframework.graphql', proof: 'advisory', families: 'spring-graphql' },
  { group: 'org.springframework.hateoas', proof: 'advisory', families: 'spring-hateoas' },
  { group: 'org.springframework.integration', proof: 'advisory', families: 'spring-integration' },
  { group: 'org.springframework.kafka', proof: 'advisory', families: 'spring-kafka' },
  { group: 'org.springframework.ldap', proof: 'advisory', families: 'spring-ldap' },
  { group: 'org.springframework.security', proof: 'advisory', families: 'spring-security' },
  {
    group: 'org.springframework.security.extensions',
    proof: 'pom',
    artifacts: 'spring-security-saml2-core',
  },
  {
    group: 'org.springframework.security.kerberos',
    proof: 'pom',
    families: 'spring-security-kerberos',
  },
  {
    group: 'org.springframework.security.oauth',
    proof: 'advisory',
    artifacts: 'spring-security-oauth spring-security-oauth2',
  },
  {
    group: 'org.springframework.security.oauth.boot',
    proof: 'pom',
    artifacts: 'spring-security-oauth2-autoconfigure',
  },
  { group: 'org.springframework.session', proof: 'advisory', families: 'spring-session' },
  { group: 'org.springframework.social', proof: 'advisory', families: 'spring-social' },
  { group: 'org.springframework.vault', proof: 'advisory', families: 'spring-vault' },
  { group: 'org.springframework.webflow', proof: 'advisory', artifacts: 'spring-webflow' },
  { group: 'org.springframework.webflow', proof: 'pom', artifacts: 'spring-binding spring-faces' },
  { group: 'org.springframework.webflow', proof: 'build', artifacts: 'spring-js-resources' },
  {
    group: 'org.springframework.ws',
    proof: 'advisory',
    families: 'spring-ws',
    artifacts: 'spring-xml',
  },
  { group: 'xalan', proof: 'advisory', artifacts: 'xalan' },
];

/**
 * `graphql-java-servlet`, `graphql-java-tools` and the starters of GraphQL are published in
 * `com.graphql-java-kickstart` since 2018, and the starters of Alibaba Cloud in `com.alibaba.cloud`
 * since 2019. Older ones are in the group named here; the names do not distinguish them.
 */
export const listUnprovenGroups = (): readonly KnownGroup[] => [
  {
    group: 'com.graphql-java',
    artifacts: `
    graphiql-spring-boot-autoconfigure graphiql-spring-boot-starter graphql-java-annotations
    graphql-java-extended-scalars graphql-java-extended-validation graphql-rxjava
    graphql-spring-boot-starter-test graphql-spring-boot-test
    graphql-spring-boot-test-autoconfigure voyager-spring-boot-autoconfigure
    voyager-spring-boot-starter`,
  },
  { group: 'io.minio', artifacts: 'minio-java' },
  {
    group: 'org.apache.ant',
    artifacts: `
    ant-antunit ant-compress ant-dotnet ant-nodeps ant-starteam ant-stylebook ant-trax
    ant-weblogic`,
  },
  {
    group: 'org.apache.cassandra',
    artifacts: 'cassandra-clientutil cassandra-javautils cassandra-thrift',
  },
  { group: 'org.apache.geode', artifacts: 'apache-geode' },
  {
    group: 'org.apache.kafka',
    families: 'kafka-perf',
    artifacts: `
    kafka-hadoop-consumer kafka-hadoop-producer kafka-java-examples kafka_2.10 kafka_2.8.0
    kafka_2.8.2 kafka_2.9.1 kafka_2.9.2`,
  },
  { group: 'org.apache.tomcat', artifacts: 'tomcat7-websocket' },
  { group: 'org.bouncycastle', families: 'bcjmail bcpqc' },
  {
    group: 'org.codehaus.groovy',
    artifacts: `
    groovy-backports-compat23 groovy-binary groovy-eclipse-batch groovy-eclipse-compiler
    groovy-jdk14 groovy-tests-vm8 groovy-xmlrpc`,
  },
  {
    group: 'org.eclipse.platform',
    families: `
    org.eclipse.cvs org.eclipse.jsch org.eclipse.rcp org.eclipse.releng org.eclipse.search
    org.eclipse.tips org.eclipse.tools org.eclipse.update`,
  },
  {
    group: 'org.elasticsearch',
    families: 'elasticsearch-spark',
    artifacts: `
    elasticsearch-analysis-ik elasticsearch-analysis-kuromoji elasticsearch-analysis-mmseg
    elasticsearch-analysis-phonetic elasticsearch-analysis-pinyin elasticsearch-analysis-smartcn
    elasticsearch-analysis-stconvert elasticsearch-analysis-stempel elasticsearch-attachments
    elasticsearch-benchmarks elasticsearch-client-groovy elasticsearch-cloud
    elasticsearch-cloud-azure elasticsearch-cloud-gce elasticsearch-discovery-jgroups
    elasticsearch-groovy elasticsearch-h3 elasticsearch-lang-groovy
    elasticsearch-lang-javascript elasticsearch-lang-mvel elasticsearch-lang-python
    elasticsearch-mapper-attachments elasticsearch-nio elasticsearch-plugin-scanner
    elasticsearch-repository-hdfs elasticsearch-river-couchdb elasticsearch-river-rabbitmq
    elasticsearch-river-twitter elasticsearch-river-wikipedia elasticsearch-ssl-config
    elasticsearch-storm elasticsearch-tdigest elasticsearch-transport-memcached
    elasticsearch-transport-thrift elasticsearch-transport-wares elasticsearch-yarn`,
  },
  { group: 'org.neo4j.procedure', artifacts: 'apoc-common apoc-extended apoc-test-utils' },
  {
    group: 'org.springframework',
    artifacts: `
    spring-beandoc spring-full spring-hibernate spring-hibernate2 spring-ibatis spring-jca
    spring-jdo spring-mock spring-ojb spring-support spring-tomcat-weaver spring-toplink
    spring-tuple spring-tuple-parent spring-webmvc-struts`,
  },
  { group: 'org.springframework.analytics', families: 'spring-analytics' },
  { group: 'org.springframework.data', families: 'spring-yarn' },
  { group: 'org.springframework.security.extensions', artifacts: 'spring-security-saml-dsl-core' },
  { group: 'org.springframework.security.oauth', artifacts: 'spring-security-oauth-parent' },
  {
    group: 'org.springframework.webflow',
    artifacts: `
    org.springframework.binding org.springframework.faces org.springframework.js
    org.springframework.webflow spring-build-src spring-js`,
  },
];
