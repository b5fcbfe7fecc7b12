/**
 * Artifacts whose archives often do not tell their group, by the group under which they are
 * published in the Maven repositories. The same set as the field's other tools know, so that
 * package URLs agree.
 */
export const knownGroups = (): ReadonlyMap<string, string> =>
  new Map(
    Object.entries({
      'com.graphql-java': `
    graphiql-spring-boot-autoconfigure graphiql-spring-boot-starter graphql-java
    graphql-java-annotations graphql-java-extended-scalars graphql-java-extended-validation
    graphql-java-servlet graphql-java-spring-boot-starter-webflux
    graphql-java-spring-boot-starter-webmvc graphql-java-spring-webflux graphql-java-spring-webmvc
    graphql-java-tools graphql-rxjava graphql-spring-boot-autoconfigure graphql-spring-boot-starter
    graphql-spring-boot-starter-test graphql-spring-boot-test graphql-spring-boot-test-autoconfigure
    java-dataloader voyager-spring-boot-autoconfigure voyager-spring-boot-starter`,
      'com.squareup.okhttp3': 'okhttp',
      'com.squareup.okio': 'okio',
      'commons-codec': 'commons-codec',
      'commons-jelly': `
    commons-jelly commons-jelly-avalon commons-jelly-tags-ant commons-jelly-tags-antlr
    commons-jelly-tags-avalon commons-jelly-tags-bean commons-jelly-tags-beanshell
    commons-jelly-tags-betwixt commons-jelly-tags-bsf commons-jelly-tags-define
    commons-jelly-tags-dynabean commons-jelly-tags-email commons-jelly-tags-fmt
    commons-jelly-tags-html commons-jelly-tags-http commons-jelly-tags-interaction
    commons-jelly-tags-jaxme commons-jelly-tags-jetty commons-jelly-tags-jface
    commons-jelly-tags-jms commons-jelly-tags-jmx commons-jelly-tags-jsl commons-jelly-tags-junit
    commons-jelly-tags-log commons-jelly-tags-ojb commons-jelly-tags-quartz
    commons-jelly-tags-regexp commons-jelly-tags-soap commons-jelly-tags-sql
    commons-jelly-tags-swing commons-jelly-tags-swt commons-jelly-tags-threads
    commons-jelly-tags-util commons-jelly-tags-validate commons-jelly-tags-velocity
    commons-jelly-tags-xml commons-jelly-tags-xmlunit`,
      'commons-logging': 'commons-logging',
      'io.minio': 'minio minio-admin minio-java',
      'io.projectreactor.netty': `
    reactor-netty reactor-netty-core reactor-netty-http reactor-netty-http-brave`,
      'io.projectreactor.netty.incubator': 'reactor-netty-incubator-quic',
      'io.ratpack': `
    ratpack-base ratpack-codahale-metrics ratpack-config ratpack-consul ratpack-core
    ratpack-dropwizard-metrics ratpack-exec ratpack-func ratpack-gradle ratpack-groovy
    ratpack-groovy-test ratpack-gson ratpack-guice ratpack-h2 ratpack-handlebars ratpack-hikari
    ratpack-hystrix ratpack-jackson ratpack-jackson-guice ratpack-jdbc-tx ratpack-manual
    ratpack-newrelic ratpack-pac4j ratpack-reactor ratpack-remote ratpack-remote-test
    ratpack-retrofit2 ratpack-rocker ratpack-rx ratpack-rx2 ratpack-session ratpack-session-redis
    ratpack-session-serialization-kryo ratpack-spring-boot ratpack-spring-boot-starter ratpack-test
    ratpack-thymeleaf ratpack-thymeleaf3`,
      'org.apache.ant': `
    ant ant-antlr ant-antunit ant-apache-bcel ant-apache-bsf ant-apache-log4j ant-apache-oro
    ant-apache-regexp ant-apache-resolver ant-apache-xalan2 ant-commons-logging ant-commons-net
    ant-compress ant-dotnet ant-imageio ant-jai ant-jakartamail ant-javamail ant-jdepend ant-jmf
    ant-jsch ant-junit ant-junit4 ant-junitlauncher ant-launcher ant-netrexx ant-nodeps ant-parent
    ant-starteam ant-stylebook ant-swing ant-testutil ant-trax ant-weblogic ant-xz`,
      'org.apache.cassandra': `
    cassandra-all cassandra-clientutil cassandra-javautils cassandra-parent cassandra-thrift`,
      'org.apache.geode': `
    apache-geode geode-all-bom geode-apis-compatible-with-redis geode-client-bom
    geode-client-protocol geode-common geode-concurrency-test geode-connectors geode-core geode-cq
    geode-deployment-legacy geode-dunit geode-experimental-driver geode-gfsh geode-http-service
    geode-jmh geode-joptsimple geode-json geode-junit geode-log4j geode-logging geode-lucene
    geode-management geode-membership geode-memcached geode-modules geode-modules-hibernate
    geode-modules-session geode-modules-session-internal geode-modules-tomcat7 geode-modules-tomcat8
    geode-modules-tomcat9 geode-old-client-support geode-protobuf geode-protobuf-messages
    geode-pulse geode-rebalancer geode-redis geode-serialization geode-server-all geode-tcp-server
    geode-unsafe geode-wan geode-web geode-web-api geode-web-management`,
      'org.apache.kafka': `
    kafka-clients kafka-examples kafka-group-coordinator kafka-hadoop-consumer kafka-hadoop-producer
    kafka-java-examples kafka-log4j-appender kafka-metadata kafka-perf_2.10 kafka-perf_2.8.0
    kafka-perf_2.8.2 kafka-perf_2.9.1 kafka-perf_2.9.2 kafka-raft kafka-server-common kafka-shell
    kafka-storage kafka-storage-api kafka-streams kafka-streams-examples kafka-streams-scala_2.11
    kafka-streams-scala_2.12 kafka-streams-scala_2.13 kafka-streams-test-utils
    kafka-streams-upgrade-system-tests-0100 kafka-streams-upgrade-system-tests-0101
    kafka-streams-upgrade-system-tests-0102 kafka-streams-upgrade-system-tests-0110
    kafka-streams-upgrade-system-tests-10 kafka-streams-upgrade-system-tests-11
    kafka-streams-upgrade-system-tests-20 kafka-streams-upgrade-system-tests-21
    kafka-streams-upgrade-system-tests-22 kafka-streams-upgrade-system-tests-23
    kafka-streams-upgrade-system-tests-24 kafka-streams-upgrade-system-tests-25
    kafka-streams-upgrade-system-tests-26 kafka-streams-upgrade-system-tests-27
    kafka-streams-upgrade-system-tests-28 kafka-streams-upgrade-system-tests-30
    kafka-streams-upgrade-system-tests-31 kafka-streams-upgrade-system-tests-32
    kafka-streams-upgrade-system-tests-33 kafka-streams-upgrade-system-tests-34
    kafka-streams-upgrade-system-tests-35 kafka-tools kafka-tools-api kafka_2.10 kafka_2.11
    kafka_2.12 kafka_2.13 kafka_2.8.0 kafka_2.8.2 kafka_2.9.1 kafka_2.9.2`,
      'org.apache.tapestry': `
    tapestry-TimeTracker tapestry-Vlib tapestry-VlibBeans tapestry-Workbench tapestry-annotations
    tapestry-archetype tapestry-beanvalidator tapestry-clojure tapestry-component-report
    tapestry-contrib tapestry-core tapestry-examples tapestry-framework tapestry-func
    tapestry-hibernate tapestry-hibernate-core tapestry-http tapestry-internal-test tapestry-ioc
    tapestry-ioc-jcache tapestry-ioc-junit tapestry-ioc-test tapestry-javadoc tapestry-jmx
    tapestry-jpa tapestry-json tapestry-kaptcha tapestry-mongodb tapestry-openapi-viewer
    tapestry-portlet tapestry-project tapestry-rest-jackson tapestry-runner tapestry-simple
    tapestry-site tapestry-spock tapestry-spring tapestry-test tapestry-test-constants
    tapestry-test-data tapestry-upload tapestry-version-migrator tapestry-webflow
    tapestry-webresources tapestry-yuicompressor tapestry5-annotations`,
      'org.apache.tomcat': `
    tomcat tomcat-annotations-api tomcat-api tomcat-catalina tomcat-catalina-ant tomcat-catalina-ha
    tomcat-catalina-jmx-remote tomcat-catalina-ws tomcat-coyote tomcat-dbcp tomcat-el-api
    tomcat-i18n-cs tomcat-i18n-de tomcat-i18n-es tomcat-i18n-fr tomcat-i18n-ja tomcat-i18n-ko
    tomcat-i18n-pt-BR tomcat-i18n-ru tomcat-i18n-zh-CN tomcat-jasper tomcat-jasper-el
    tomcat-jaspic-api tomcat-jdbc tomcat-jni tomcat-jsp-api tomcat-juli tomcat-servlet-api
    tomcat-spdy tomcat-ssi tomcat-storeconfig tomcat-tribes tomcat-util tomcat-util-scan
    tomcat-websocket tomcat-websocket-api tomcat-websocket-client-api tomcat7-websocket`,
      'org.apache.tomcat.embed': `
    tomcat-embed-core tomcat-embed-el tomcat-embed-jasper tomcat-embed-logging-juli
    tomcat-embed-logging-log4j tomcat-embed-websocket`,
      'org.apache.velocity': `
    spring-velocity-support velocity velocity-engine-core velocity-engine-parent
    velocity-engine-scripting velocity-tools`,
      'org.bouncycastle': `
    bc-fips bc-fips-debug bcjmail-debug-jdk15to18 bcjmail-debug-jdk18on bcjmail-jdk15on
    bcjmail-jdk15to18 bcjmail-jdk18on bcjmail-lts8on bcmail-debug-jdk15to18 bcmail-debug-jdk18on
    bcmail-fips bcmail-jdk14 bcmail-jdk15 bcmail-jdk15+ bcmail-jdk15on bcmail-jdk15to18 bcmail-jdk16
    bcmail-jdk18on bcmail-lts8on bcpg-debug-jdk15to18 bcpg-debug-jdk18on bcpg-fips bcpg-jdk12
    bcpg-jdk14 bcpg-jdk15 bcpg-jdk15+ bcpg-jdk15on bcpg-jdk15to18 bcpg-jdk16 bcpg-jdk18on
    bcpg-lts8on bcpkix-debug-jdk15to18 bcpkix-debug-jdk18on bcpkix-fips bcpkix-jdk14 bcpkix-jdk15on
    bcpkix-jdk15to18 bcpkix-jdk18on bcpkix-lts8on bcpqc-addon-fips bcprov-debug-jdk14
    bcprov-debug-jdk15on bcprov-debug-jdk15to18 bcprov-debug-jdk18on bcprov-ext-debug-jdk14
    bcprov-ext-debug-jdk15on bcprov-ext-debug-jdk15to18 bcprov-ext-debug-jdk18on bcprov-ext-jdk14
    bcprov-ext-jdk15 bcprov-ext-jdk15on bcprov-ext-jdk15to18 bcprov-ext-jdk16 bcprov-ext-jdk18on
    bcprov-jdk12 bcprov-jdk14 bcprov-jdk15 bcprov-jdk15+ bcprov-jdk15on bcprov-jdk15to18
    bcprov-jdk16 bcprov-jdk18on bcprov-lts8on bctls-debug-jdk15to18 bctls-debug-jdk18on bctls-fips
    bctls-jdk14 bctls-jdk15on bctls-jdk15to18 bctls-jdk18on bctls-lts8on bctsp-jdk14 bctsp-jdk15
    bctsp-jdk15+ bctsp-jdk15on bctsp-jdk16 bcutil-debug-jdk15to18 bcutil-debug-jdk18on bcutil-jdk14
    bcutil-jdk15on bcutil-jdk15to18 bcutil-jdk18on bcutil-lts8on`,
      'org.codehaus.groovy': `
    groovy groovy-all groovy-all-jdk14 groovy-all-minimal groovy-all-tests groovy-ant
    groovy-astbuilder groovy-backports-compat23 groovy-binary groovy-bom groovy-bsf
    groovy-cli-commons groovy-cli-picocli groovy-console groovy-datetime groovy-dateutil
    groovy-docgenerator groovy-eclipse-batch groovy-eclipse-compiler groovy-groovydoc
    groovy-groovysh groovy-jaxb groovy-jdk14 groovy-jmx groovy-json groovy-json-direct groovy-jsr223
    groovy-macro groovy-nio groovy-servlet groovy-sql groovy-swing groovy-templates groovy-test
    groovy-test-junit5 groovy-testng groovy-tests-vm8 groovy-xml groovy-xmlrpc groovy-yaml`,
      'org.codehaus.jackson': `
    jackson-core-asl jackson-jaxrs jackson-mapper-asl jackson-smile jackson-xc`,
      'org.eclipse.platform': `
    org.eclipse.ant.core org.eclipse.ant.launching org.eclipse.ant.optional.junit org.eclipse.ant.ui
    org.eclipse.compare org.eclipse.compare.core org.eclipse.compare.examples
    org.eclipse.compare.examples.xml org.eclipse.compare.win32 org.eclipse.core.commands
    org.eclipse.core.contenttype org.eclipse.core.databinding org.eclipse.core.databinding.beans
    org.eclipse.core.databinding.observable org.eclipse.core.databinding.property
    org.eclipse.core.expressions org.eclipse.core.externaltools org.eclipse.core.filebuffers
    org.eclipse.core.filesystem org.eclipse.core.filesystem.aix.ppc
    org.eclipse.core.filesystem.aix.ppc64 org.eclipse.core.filesystem.hpux.ia64
    org.eclipse.core.filesystem.linux.aarch64 org.eclipse.core.filesystem.linux.ppc
    org.eclipse.core.filesystem.linux.ppc64 org.eclipse.core.filesystem.linux.ppc64le
    org.eclipse.core.filesystem.linux.x86 org.eclipse.core.filesystem.linux.x86_64
    org.eclipse.core.filesystem.macosx org.eclipse.core.filesystem.win32.x86
    org.eclipse.core.filesystem.win32.x86_64 org.eclipse.core.jobs org.eclipse.core.net
    org.eclipse.core.net.linux org.eclipse.core.net.linux.x86 org.eclipse.core.net.linux.x86_64
    org.eclipse.core.net.win32 org.eclipse.core.net.win32.x86 org.eclipse.core.net.win32.x86_64
    org.eclipse.core.resources org.eclipse.core.resources.win32.x86
    org.eclipse.core.resources.win32.x86_64 org.eclipse.core.runtime org.eclipse.core.variables
    org.eclipse.cvs org.eclipse.debug.core org.eclipse.debug.examples.core
    org.eclipse.debug.examples.ui org.eclipse.debug.ui org.eclipse.debug.ui.launchview
    org.eclipse.e4.core.commands org.eclipse.e4.core.contexts org.eclipse.e4.core.di
    org.eclipse.e4.core.di.annotations org.eclipse.e4.core.di.extensions
    org.eclipse.e4.core.di.extensions.supplier org.eclipse.e4.core.services org.eclipse.e4.emf.xpath
    org.eclipse.e4.tools org.eclipse.e4.tools.compat org.eclipse.e4.tools.compatibility.migration
    org.eclipse.e4.tools.emf.editor3x org.eclipse.e4.tools.emf.ui org.eclipse.e4.tools.jdt.templates
    org.eclipse.e4.tools.persistence org.eclipse.e4.tools.services org.eclipse.e4.ui.bindings
    org.eclipse.e4.ui.css.core org.eclipse.e4.ui.css.swt org.eclipse.e4.ui.css.swt.theme
    org.eclipse.e4.ui.di org.eclipse.e4.ui.dialogs org.eclipse.e4.ui.ide
    org.eclipse.e4.ui.model.workbench org.eclipse.e4.ui.progress org.eclipse.e4.ui.services
    org.eclipse.e4.ui.swt.gtk org.eclipse.e4.ui.swt.win32 org.eclipse.e4.ui.widgets
    org.eclipse.e4.ui.workbench org.eclipse.e4.ui.workbench.addons.swt
    org.eclipse.e4.ui.workbench.renderers.swt org.eclipse.e4.ui.workbench.renderers.swt.cocoa
    org.eclipse.e4.ui.workbench.swt org.eclipse.e4.ui.workbench3 org.eclipse.equinox.app
    org.eclipse.equinox.bidi org.eclipse.equinox.cm org.eclipse.equinox.common
    org.eclipse.equinox.concurrent org.eclipse.equinox.console
    org.eclipse.equinox.console.jaas.fragment org.eclipse.equinox.console.ssh
    org.eclipse.equinox.coordinator org.eclipse.equinox.device org.eclipse.equinox.ds
    org.eclipse.equinox.event org.eclipse.equinox.frameworkadmin
    org.eclipse.equinox.frameworkadmin.equinox org.eclipse.equinox.http.jetty
    org.eclipse.equinox.http.registry org.eclipse.equinox.http.servlet
    org.eclipse.equinox.http.servletbridge org.eclipse.equinox.io org.eclipse.equinox.ip
    org.eclipse.equinox.jsp.jasper org.eclipse.equinox.jsp.jasper.registry
    org.eclipse.equinox.launcher org.eclipse.equinox.launcher.cocoa.macosx
    org.eclipse.equinox.launcher.cocoa.macosx.aarch64
    org.eclipse.equinox.launcher.cocoa.macosx.x86_64 org.eclipse.equinox.launcher.gtk.aix.ppc
    org.eclipse.equinox.launcher.gtk.aix.ppc64 org.eclipse.equinox.launcher.gtk.hpux.ia64
    org.eclipse.equinox.launcher.gtk.linux.aarch64 org.eclipse.equinox.launcher.gtk.linux.ppc
    org.eclipse.equinox.launcher.gtk.linux.ppc64 org.eclipse.equinox.launcher.gtk.linux.ppc64le
    org.eclipse.equinox.launcher.gtk.linux.s390 org.eclipse.equinox.launcher.gtk.linux.s390x
    org.eclipse.equinox.launcher.gtk.linux.x86 org.eclipse.equinox.launcher.gtk.linux.x86_64
    org.eclipse.equinox.launcher.gtk.solaris.sparcv9 org.eclipse.equinox.launcher.gtk.solaris.x86_64
    org.eclipse.equinox.launcher.win32.win32.x86 org.eclipse.equinox.launcher.win32.win32.x86_64
    org.eclipse.equinox.log.stream org.eclipse.equinox.metatype
    org.eclipse.equinox.p2.artifact.repository org.eclipse.equinox.p2.console
    org.eclipse.equinox.p2.core org.eclipse.equinox.p2.director org.eclipse.equinox.p2.director.app
    org.eclipse.equinox.p2.directorywatcher org.eclipse.equinox.p2.discovery
    org.eclipse.equinox.p2.discovery.compatibility org.eclipse.equinox.p2.engine
    org.eclipse.equinox.p2.extensionlocation org.eclipse.equinox.p2.garbagecollector
    org.eclipse.equinox.p2.installer org.eclipse.equinox.p2.jarprocessor
    org.eclipse.equinox.p2.metadata org.eclipse.equinox.p2.metadata.repository
    org.eclipse.equinox.p2.operations org.eclipse.equinox.p2.publisher
    org.eclipse.equinox.p2.publisher.eclipse org.eclipse.equinox.p2.reconciler.dropins
    org.eclipse.equinox.p2.repository org.eclipse.equinox.p2.repository.tools
    org.eclipse.equinox.p2.touchpoint.eclipse org.eclipse.equinox.p2.touchpoint.natives
    org.eclipse.equinox.p2.transport.ecf org.eclipse.equinox.p2.ui org.eclipse.equinox.p2.ui.admin
    org.eclipse.equinox.p2.ui.admin.rcp org.eclipse.equinox.p2.ui.discovery
    org.eclipse.equinox.p2.ui.importexport org.eclipse.equinox.p2.ui.sdk
    org.eclipse.equinox.p2.ui.sdk.scheduler org.eclipse.equinox.p2.updatechecker
    org.eclipse.equinox.p2.updatesite org.eclipse.equinox.preferences org.eclipse.equinox.region
    org.eclipse.equinox.registry org.eclipse.equinox.security org.eclipse.equinox.security.linux
    org.eclipse.equinox.security.linux.x86_64 org.eclipse.equinox.security.macosx
    org.eclipse.equinox.security.ui org.eclipse.equinox.security.win32.x86
    org.eclipse.equinox.security.win32.x86_64 org.eclipse.equinox.servletbridge
    org.eclipse.equinox.simpleconfigurator org.eclipse.equinox.simpleconfigurator.manipulator
    org.eclipse.equinox.supplement org.eclipse.equinox.transforms.hook
    org.eclipse.equinox.transforms.xslt org.eclipse.equinox.useradmin org.eclipse.equinox.util
    org.eclipse.equinox.weaving.caching org.eclipse.equinox.weaving.caching.j9
    org.eclipse.equinox.weaving.hook org.eclipse.equinox.wireadmin org.eclipse.help
    org.eclipse.help.base org.eclipse.help.ui org.eclipse.help.webapp org.eclipse.jface
    org.eclipse.jface.databinding org.eclipse.jface.examples.databinding
    org.eclipse.jface.notifications org.eclipse.jface.text org.eclipse.jsch.core org.eclipse.jsch.ui
    org.eclipse.ltk.core.refactoring org.eclipse.ltk.ui.refactoring org.eclipse.osgi
    org.eclipse.osgi.compatibility.plugins org.eclipse.osgi.compatibility.state
    org.eclipse.osgi.services org.eclipse.osgi.util org.eclipse.platform
    org.eclipse.platform.doc.isv org.eclipse.platform.doc.user org.eclipse.rcp
    org.eclipse.releng.tools org.eclipse.sdk org.eclipse.sdk.examples org.eclipse.search
    org.eclipse.swt org.eclipse.swt.browser.chromium.cocoa.macosx.x86_64
    org.eclipse.swt.browser.chromium.gtk.linux.x86_64
    org.eclipse.swt.browser.chromium.win32.win32.x86_64 org.eclipse.swt.cocoa.macosx.aarch64
    org.eclipse.swt.cocoa.macosx.x86_64 org.eclipse.swt.examples
    org.eclipse.swt.examples.browser.demos org.eclipse.swt.examples.launcher
    org.eclipse.swt.examples.ole.win32 org.eclipse.swt.examples.views org.eclipse.swt.gtk.aix.ppc
    org.eclipse.swt.gtk.aix.ppc64 org.eclipse.swt.gtk.hpux.ia64 org.eclipse.swt.gtk.linux.aarch64
    org.eclipse.swt.gtk.linux.ppc org.eclipse.swt.gtk.linux.ppc64 org.eclipse.swt.gtk.linux.ppc64le
    org.eclipse.swt.gtk.linux.s390 org.eclipse.swt.gtk.linux.s390x org.eclipse.swt.gtk.linux.x86
    org.eclipse.swt.gtk.linux.x86_64 org.eclipse.swt.gtk.solaris.sparcv9
    org.eclipse.swt.gtk.solaris.x86_64 org.eclipse.swt.tools org.eclipse.swt.tools.base
    org.eclipse.swt.tools.spies org.eclipse.swt.win32.win32.x86 org.eclipse.swt.win32.win32.x86_64
    org.eclipse.team.core org.eclipse.team.cvs.core org.eclipse.team.cvs.ssh2
    org.eclipse.team.cvs.ui org.eclipse.team.examples.filesystem
    org.eclipse.team.genericeditor.diff.extension org.eclipse.team.ui org.eclipse.text
    org.eclipse.text.quicksearch org.eclipse.tips.core org.eclipse.tips.ide org.eclipse.tips.json
    org.eclipse.tips.ui org.eclipse.tools.layout.spy org.eclipse.ui org.eclipse.ui.browser
    org.eclipse.ui.cheatsheets org.eclipse.ui.cocoa org.eclipse.ui.console org.eclipse.ui.editors
    org.eclipse.ui.examples.contributions org.eclipse.ui.examples.fieldassist
    org.eclipse.ui.examples.filesystem org.eclipse.ui.examples.javaeditor
    org.eclipse.ui.examples.multipageeditor org.eclipse.ui.examples.propertysheet
    org.eclipse.ui.examples.readmetool org.eclipse.ui.examples.undo
    org.eclipse.ui.examples.uriSchemeHandler org.eclipse.ui.examples.views.properties.tabbed.article
    org.eclipse.ui.externaltools org.eclipse.ui.forms org.eclipse.ui.genericeditor
    org.eclipse.ui.genericeditor.examples org.eclipse.ui.ide org.eclipse.ui.ide.application
    org.eclipse.ui.intro org.eclipse.ui.intro.quicklinks org.eclipse.ui.intro.universal
    org.eclipse.ui.monitoring org.eclipse.ui.navigator org.eclipse.ui.navigator.resources
    org.eclipse.ui.net org.eclipse.ui.themes org.eclipse.ui.trace org.eclipse.ui.views
    org.eclipse.ui.views.log org.eclipse.ui.views.properties.tabbed org.eclipse.ui.win32
    org.eclipse.ui.workbench org.eclipse.ui.workbench.texteditor org.eclipse.update.configurator
    org.eclipse.update.core org.eclipse.urischeme`,
      'org.elasticsearch': `
    elasticsearch elasticsearch-analysis-icu elasticsearch-analysis-ik
    elasticsearch-analysis-kuromoji elasticsearch-analysis-mmseg elasticsearch-analysis-phonetic
    elasticsearch-analysis-pinyin elasticsearch-analysis-smartcn elasticsearch-analysis-stconvert
    elasticsearch-analysis-stempel elasticsearch-attachments elasticsearch-benchmarks
    elasticsearch-cli elasticsearch-client-groovy elasticsearch-cloud elasticsearch-cloud-aws
    elasticsearch-cloud-azure elasticsearch-cloud-gce elasticsearch-core
    elasticsearch-discovery-jgroups elasticsearch-geo elasticsearch-grok elasticsearch-groovy
    elasticsearch-h3 elasticsearch-hadoop elasticsearch-hadoop-cascading elasticsearch-hadoop-hive
    elasticsearch-hadoop-mr elasticsearch-hadoop-pig elasticsearch-lang-groovy
    elasticsearch-lang-javascript elasticsearch-lang-mvel elasticsearch-lang-python
    elasticsearch-logging elasticsearch-lz4 elasticsearch-mapper-attachments elasticsearch-nio
    elasticsearch-parent elasticsearch-plugin-analysis-api elasticsearch-plugin-api
    elasticsearch-plugin-classloader elasticsearch-plugin-scanner elasticsearch-preallocate
    elasticsearch-repository-hdfs elasticsearch-river-couchdb elasticsearch-river-rabbitmq
    elasticsearch-river-twitter elasticsearch-river-wikipedia elasticsearch-secure-sm
    elasticsearch-spark-1.2 elasticsearch-spark-1.2_2.10 elasticsearch-spark-1.2_2.11
    elasticsearch-spark-13_2.10 elasticsearch-spark-13_2.11 elasticsearch-spark-20_2.10
    elasticsearch-spark-20_2.11 elasticsearch-spark-20_2.12 elasticsearch-spark-30_2.12
    elasticsearch-spark-30_2.13 elasticsearch-spark_2.10 elasticsearch-spark_2.11
    elasticsearch-ssl-config elasticsearch-storm elasticsearch-tdigest
    elasticsearch-transport-memcached elasticsearch-transport-thrift elasticsearch-transport-wares
    elasticsearch-x-content elasticsearch-yarn`,
      'org.elasticsearch.client': `
    elasticsearch-rest-client elasticsearch-rest-client-sniffer elasticsearch-rest-high-level-client`,
      'org.neo4j.procedure':
        'apoc apoc-common apoc-core apoc-extended apoc-processor apoc-test-utils',
      'org.springframework': `
    spring spring-agent spring-aop spring-asm spring-aspects spring-beandoc spring-beans
    spring-context spring-context-indexer spring-context-support spring-core spring-core-test
    spring-dao spring-expression spring-framework-bom spring-full spring-hibernate spring-hibernate2
    spring-hibernate3 spring-ibatis spring-instrument spring-instrument-tomcat spring-jca spring-jcl
    spring-jdbc spring-jdo spring-jms spring-jmx spring-jpa spring-messaging spring-mock spring-ojb
    spring-orm spring-oxm spring-parent spring-portlet spring-r2dbc spring-remoting spring-struts
    spring-support spring-test spring-tomcat-weaver spring-toplink spring-tuple spring-tuple-parent
    spring-tx spring-web spring-webflux spring-webmvc spring-webmvc-portlet spring-webmvc-struts
    spring-websocket`,
      'org.springframework.amqp': `
    spring-amqp spring-amqp-bom spring-amqp-dist spring-amqp-parent spring-erlang spring-rabbit
    spring-rabbit-junit spring-rabbit-stream spring-rabbit-test`,
      'org.springframework.analytics': 'spring-analytics',
      'org.springframework.batch': `
    spring-batch spring-batch-admin-manager spring-batch-admin-parent spring-batch-admin-resources
    spring-batch-archetypes spring-batch-bom spring-batch-core spring-batch-docs
    spring-batch-infrastructure spring-batch-infrastructure-tests spring-batch-integration
    spring-batch-parent spring-batch-samples spring-batch-test spring-batch-tuple`,
      'org.springframework.boot': `
    spring-boot spring-boot-actuator spring-boot-actuator-autoconfigure spring-boot-actuator-docs
    spring-boot-antlib spring-boot-archetypes spring-boot-autoconfigure
    spring-boot-autoconfigure-processor spring-boot-build spring-boot-buildpack-platform
    spring-boot-cli spring-boot-configuration-metadata spring-boot-configuration-processor
    spring-boot-dependencies spring-boot-dependency-tools spring-boot-deployment-test-glassfish
    spring-boot-deployment-test-tomcat spring-boot-deployment-test-tomee
    spring-boot-deployment-test-wildfly spring-boot-deployment-test-wlp spring-boot-deployment-tests
    spring-boot-devtools spring-boot-devtools-tests spring-boot-docker-compose spring-boot-docs
    spring-boot-full-build spring-boot-gradle-plugin spring-boot-gradle-tests
    spring-boot-jarmode-layertools spring-boot-launch-script-tests spring-boot-legacy
    spring-boot-loader spring-boot-loader-tools spring-boot-maven-plugin spring-boot-parent
    spring-boot-project spring-boot-properties-migrator spring-boot-sample-actuator-archetype
    spring-boot-sample-actuator-log4j-archetype spring-boot-sample-actuator-noweb-archetype
    spring-boot-sample-actuator-ui-archetype spring-boot-sample-amqp-archetype
    spring-boot-sample-aop-archetype spring-boot-sample-batch-archetype
    spring-boot-sample-data-jpa-archetype spring-boot-sample-data-mongodb-archetype
    spring-boot-sample-data-redis-archetype spring-boot-sample-data-rest-archetype
    spring-boot-sample-integration-archetype spring-boot-sample-jetty-archetype
    spring-boot-sample-profile-archetype spring-boot-sample-secure-archetype
    spring-boot-sample-servlet-archetype spring-boot-sample-simple-archetype
    spring-boot-sample-tomcat-archetype spring-boot-sample-traditional-archetype
    spring-boot-sample-web-jsp-archetype spring-boot-sample-web-method-security-archetype
    spring-boot-sample-web-secure-archetype spring-boot-sample-web-static-archetype
    spring-boot-sample-web-ui-archetype spring-boot-sample-websocket-archetype
    spring-boot-sample-xml-archetype spring-boot-security-test-web-helloworld
    spring-boot-security-tests spring-boot-security-tests-web-helloworld spring-boot-starter
    spring-boot-starter-activemq spring-boot-starter-actuator spring-boot-starter-amqp
    spring-boot-starter-aop spring-boot-starter-artemis spring-boot-starter-batch
    spring-boot-starter-cache spring-boot-starter-cloud-connectors
    spring-boot-starter-data-cassandra spring-boot-starter-data-cassandra-reactive
    spring-boot-starter-data-couchbase spring-boot-starter-data-couchbase-reactive
    spring-boot-starter-data-elasticsearch spring-boot-starter-data-gemfire
    spring-boot-starter-data-jdbc spring-boot-starter-data-jpa spring-boot-starter-data-ldap
    spring-boot-starter-data-mongodb spring-boot-starter-data-mongodb-reactive
    spring-boot-starter-data-neo4j spring-boot-starter-data-r2dbc spring-boot-starter-data-redis
    spring-boot-starter-data-redis-reactive spring-boot-starter-data-rest
    spring-boot-starter-data-solr spring-boot-starter-freemarker spring-boot-starter-graphql
    spring-boot-starter-groovy-templates spring-boot-starter-hateoas spring-boot-starter-hornetq
    spring-boot-starter-integration spring-boot-starter-jdbc spring-boot-starter-jersey
    spring-boot-starter-jetty spring-boot-starter-jooq spring-boot-starter-json
    spring-boot-starter-jta-atomikos spring-boot-starter-jta-bitronix
    spring-boot-starter-jta-narayana spring-boot-starter-log4j spring-boot-starter-log4j2
    spring-boot-starter-logging spring-boot-starter-mail spring-boot-starter-mobile
    spring-boot-starter-mustache spring-boot-starter-oauth2-authorization-server
    spring-boot-starter-oauth2-client spring-boot-starter-oauth2-resource-server
    spring-boot-starter-parent spring-boot-starter-quartz spring-boot-starter-reactor-netty
    spring-boot-starter-redis spring-boot-starter-remote-shell spring-boot-starter-rsocket
    spring-boot-starter-security spring-boot-starter-social-facebook
    spring-boot-starter-social-linkedin spring-boot-starter-social-twitter spring-boot-starter-test
    spring-boot-starter-thymeleaf spring-boot-starter-tomcat spring-boot-starter-undertow
    spring-boot-starter-validation spring-boot-starter-velocity spring-boot-starter-web
    spring-boot-starter-web-services spring-boot-starter-webflux spring-boot-starter-websocket
    spring-boot-starter-ws spring-boot-starters spring-boot-test spring-boot-test-autoconfigure
    spring-boot-testcontainers spring-boot-tools spring-boot-versions`,
      'org.springframework.cloud': `
    spring-cloud-alibaba spring-cloud-alibaba-dependencies spring-cloud-alibaba-docs
    spring-cloud-alibaba-dubbo spring-cloud-alibaba-nacos-config
    spring-cloud-alibaba-nacos-config-server spring-cloud-alibaba-nacos-discovery
    spring-cloud-alibaba-seata spring-cloud-alibaba-sentinel
    spring-cloud-alibaba-sentinel-datasource spring-cloud-alibaba-sentinel-zuul
    spring-cloud-alicloud-acm spring-cloud-alicloud-ans spring-cloud-alicloud-context
    spring-cloud-alicloud-oss spring-cloud-alicloud-schedulerx spring-cloud-alicloud-sms
    spring-cloud-app-broker spring-cloud-app-broker-autoconfigure spring-cloud-app-broker-core
    spring-cloud-app-broker-deployer spring-cloud-app-broker-deployer-cloudfoundry
    spring-cloud-app-broker-docs spring-cloud-app-broker-logging
    spring-cloud-app-broker-security-credhub spring-cloud-app-starter-doc-maven-plugin
    spring-cloud-app-starter-metadata-maven-plugin spring-cloud-aws spring-cloud-aws-actuator
    spring-cloud-aws-autoconfigure spring-cloud-aws-context spring-cloud-aws-core
    spring-cloud-aws-depednencies spring-cloud-aws-dependencies spring-cloud-aws-docs
    spring-cloud-aws-integration-test spring-cloud-aws-jdbc spring-cloud-aws-messaging
    spring-cloud-aws-parameter-store-config spring-cloud-aws-secrets-manager-config
    spring-cloud-bindings spring-cloud-bindings-parent spring-cloud-build
    spring-cloud-build-dependencies spring-cloud-build-docs spring-cloud-build-tools
    spring-cloud-bus spring-cloud-bus-dependencies spring-cloud-bus-docs spring-cloud-bus-parent
    spring-cloud-bus-rsocket spring-cloud-bus-tests spring-cloud-circuitbreaker
    spring-cloud-circuitbreaker-dependencies spring-cloud-circuitbreaker-docs
    spring-cloud-circuitbreaker-resilience4j spring-cloud-circuitbreaker-spring-retry
    spring-cloud-cli spring-cloud-cli-docs spring-cloud-cli-parent spring-cloud-cloudfoundry
    spring-cloud-cloudfoundry-commons spring-cloud-cloudfoundry-connector
    spring-cloud-cloudfoundry-dependencies spring-cloud-cloudfoundry-discovery
    spring-cloud-cloudfoundry-docs spring-cloud-cloudfoundry-service-broker
    spring-cloud-cloudfoundry-web spring-cloud-cluster spring-cloud-cluster-autoconfigure
    spring-cloud-cluster-core spring-cloud-cluster-dependencies spring-cloud-cluster-docs
    spring-cloud-cluster-etcd spring-cloud-cluster-hazelcast spring-cloud-cluster-redis
    spring-cloud-cluster-zookeeper spring-cloud-common-security-config
    spring-cloud-common-security-config-core spring-cloud-common-security-config-web
    spring-cloud-commons spring-cloud-commons-dependencies spring-cloud-commons-docs
    spring-cloud-commons-parent spring-cloud-config spring-cloud-config-client
    spring-cloud-config-client-tls-tests spring-cloud-config-dependencies spring-cloud-config-docs
    spring-cloud-config-monitor spring-cloud-config-server spring-cloud-connectors-core
    spring-cloud-consul spring-cloud-consul-binder spring-cloud-consul-config
    spring-cloud-consul-core spring-cloud-consul-dependencies spring-cloud-consul-discovery
    spring-cloud-consul-docs spring-cloud-consul-integration-tests spring-cloud-context
    spring-cloud-contract-converters spring-cloud-contract-dependencies spring-cloud-contract-docs
    spring-cloud-contract-gradle-plugin spring-cloud-contract-maven-plugin
    spring-cloud-contract-pact spring-cloud-contract-parent spring-cloud-contract-shade
    spring-cloud-contract-spec spring-cloud-contract-spec-groovy spring-cloud-contract-spec-java
    spring-cloud-contract-spec-kotlin spring-cloud-contract-spec-pact spring-cloud-contract-starters
    spring-cloud-contract-stub-runner spring-cloud-contract-stub-runner-boot
    spring-cloud-contract-stub-runner-moco-contract-jar spring-cloud-contract-tools
    spring-cloud-contract-verifier spring-cloud-contract-wiremock spring-cloud-core
    spring-cloud-dataflow spring-cloud-dataflow-aggregate-task
    spring-cloud-dataflow-apps-docs-plugin spring-cloud-dataflow-apps-generator-plugin
    spring-cloud-dataflow-apps-metadata-plugin spring-cloud-dataflow-apps-plugin-parent
    spring-cloud-dataflow-audit spring-cloud-dataflow-autoconfigure spring-cloud-dataflow-build
    spring-cloud-dataflow-build-dependencies spring-cloud-dataflow-build-tools
    spring-cloud-dataflow-classic-docs spring-cloud-dataflow-collector-metrics-docs
    spring-cloud-dataflow-common-dependencies spring-cloud-dataflow-common-flyway
    spring-cloud-dataflow-common-parent spring-cloud-dataflow-common-persistence
    spring-cloud-dataflow-common-test-docker spring-cloud-dataflow-common-test-docker-junit5
    spring-cloud-dataflow-completion spring-cloud-dataflow-composed-task-runner
    spring-cloud-dataflow-configuration-metadata spring-cloud-dataflow-container-registry
    spring-cloud-dataflow-core spring-cloud-dataflow-core-dsl spring-cloud-dataflow-dependencies
    spring-cloud-dataflow-dependencies-parent spring-cloud-dataflow-docs
    spring-cloud-dataflow-metrics-collector-build
    spring-cloud-dataflow-metrics-collector-dependencies spring-cloud-dataflow-package
    spring-cloud-dataflow-parent spring-cloud-dataflow-platform-cloudfoundry
    spring-cloud-dataflow-platform-kubernetes spring-cloud-dataflow-registry
    spring-cloud-dataflow-rest-client spring-cloud-dataflow-rest-resource
    spring-cloud-dataflow-scheduler-task-launcher spring-cloud-dataflow-schema
    spring-cloud-dataflow-schema-core spring-cloud-dataflow-server
    spring-cloud-dataflow-server-cloudfoundry spring-cloud-dataflow-server-cloudfoundry-autoconfig
    spring-cloud-dataflow-server-cloudfoundry-docs spring-cloud-dataflow-server-cloudfoundry-parent
    spring-cloud-dataflow-server-core spring-cloud-dataflow-server-kubernetes
    spring-cloud-dataflow-server-kubernetes-autoconfig spring-cloud-dataflow-server-kubernetes-docs
    spring-cloud-dataflow-server-kubernetes-parent spring-cloud-dataflow-server-local
    spring-cloud-dataflow-server-local-autoconfig spring-cloud-dataflow-server-mesos
    spring-cloud-dataflow-server-mesos-docs spring-cloud-dataflow-server-mesos-parent
    spring-cloud-dataflow-server-yarn spring-cloud-dataflow-server-yarn-autoconfig
    spring-cloud-dataflow-server-yarn-client spring-cloud-dataflow-server-yarn-docs
    spring-cloud-dataflow-server-yarn-h2 spring-cloud-dataflow-server-yarn-parent
    spring-cloud-dataflow-server-yarn-shell spring-cloud-dataflow-server-yarn-shell-core
    spring-cloud-dataflow-shell spring-cloud-dataflow-shell-core
    spring-cloud-dataflow-single-step-batch-job spring-cloud-dataflow-skipper-docs
    spring-cloud-dataflow-tasklauncher spring-cloud-dataflow-tasklauncher-function
    spring-cloud-dataflow-tasklauncher-sink spring-cloud-dataflow-tasklauncher-sink-dependencies
    spring-cloud-dataflow-tasklauncher-sink-kafka spring-cloud-dataflow-tasklauncher-sink-rabbit
    spring-cloud-dataflow-test spring-cloud-dataflow-ui spring-cloud-dependencies
    spring-cloud-dependencies-parent spring-cloud-deployer-autoconfigure
    spring-cloud-deployer-cloudfoundry spring-cloud-deployer-dependencies
    spring-cloud-deployer-kubernetes spring-cloud-deployer-local spring-cloud-deployer-local-parent
    spring-cloud-deployer-mesos spring-cloud-deployer-parent spring-cloud-deployer-resource-docker
    spring-cloud-deployer-resource-maven spring-cloud-deployer-resource-support
    spring-cloud-deployer-sample-stream spring-cloud-deployer-sample-task spring-cloud-deployer-spi
    spring-cloud-deployer-spi-scheduler-test-app spring-cloud-deployer-spi-test
    spring-cloud-deployer-spi-test-app spring-cloud-deployer-thin spring-cloud-deployer-yarn
    spring-cloud-deployer-yarn-appdeployerappmaster spring-cloud-deployer-yarn-autoconfig
    spring-cloud-deployer-yarn-build-tests spring-cloud-deployer-yarn-parent
    spring-cloud-deployer-yarn-tasklauncherappmaster spring-cloud-docs
    spring-cloud-function-adapter-aws spring-cloud-function-adapter-aws-web
    spring-cloud-function-adapter-azure spring-cloud-function-adapter-azure-web
    spring-cloud-function-adapter-gcp spring-cloud-function-adapter-openwhisk
    spring-cloud-function-adapter-parent spring-cloud-function-compiler
    spring-cloud-function-context spring-cloud-function-core spring-cloud-function-dependencies
    spring-cloud-function-deployer spring-cloud-function-docs spring-cloud-function-grpc
    spring-cloud-function-grpc-cloudevent-ext spring-cloud-function-integration
    spring-cloud-function-kotlin spring-cloud-function-parent spring-cloud-function-rsocket
    spring-cloud-function-samples spring-cloud-function-serverless-web spring-cloud-function-stream
    spring-cloud-function-task spring-cloud-function-web spring-cloud-gateway
    spring-cloud-gateway-core spring-cloud-gateway-dependencies spring-cloud-gateway-docs
    spring-cloud-gateway-mvc spring-cloud-gateway-server spring-cloud-gateway-webflux
    spring-cloud-gcp spring-cloud-gcp-autoconfigure spring-cloud-gcp-bigquery
    spring-cloud-gcp-cloudfoundry spring-cloud-gcp-core spring-cloud-gcp-data-datastore
    spring-cloud-gcp-data-firestore spring-cloud-gcp-data-spanner spring-cloud-gcp-dependencies
    spring-cloud-gcp-docs spring-cloud-gcp-logging spring-cloud-gcp-pubsub
    spring-cloud-gcp-pubsub-stream-binder spring-cloud-gcp-secretmanager
    spring-cloud-gcp-security-firebase spring-cloud-gcp-security-iap spring-cloud-gcp-starter
    spring-cloud-gcp-starter-bigquery spring-cloud-gcp-starter-bus-pubsub
    spring-cloud-gcp-starter-cloudfoundry spring-cloud-gcp-starter-data-datastore
    spring-cloud-gcp-starter-data-firestore spring-cloud-gcp-starter-data-spanner
    spring-cloud-gcp-starter-firestore spring-cloud-gcp-starter-logging
    spring-cloud-gcp-starter-metrics spring-cloud-gcp-starter-pubsub
    spring-cloud-gcp-starter-secretmanager spring-cloud-gcp-starter-security-firebase
    spring-cloud-gcp-starter-security-iap spring-cloud-gcp-starter-sql-mysql
    spring-cloud-gcp-starter-sql-postgresql spring-cloud-gcp-starter-storage
    spring-cloud-gcp-starter-trace spring-cloud-gcp-starter-vision spring-cloud-gcp-starters
    spring-cloud-gcp-storage spring-cloud-gcp-vision spring-cloud-heroku-connector
    spring-cloud-kubernetes spring-cloud-kubernetes-archaius
    spring-cloud-kubernetes-client-autoconfig spring-cloud-kubernetes-client-config
    spring-cloud-kubernetes-client-discovery spring-cloud-kubernetes-client-loadbalancer
    spring-cloud-kubernetes-commons spring-cloud-kubernetes-config
    spring-cloud-kubernetes-configserver spring-cloud-kubernetes-configuration-watcher
    spring-cloud-kubernetes-controllers spring-cloud-kubernetes-core
    spring-cloud-kubernetes-dependencies spring-cloud-kubernetes-discovery
    spring-cloud-kubernetes-discoveryserver spring-cloud-kubernetes-docs
    spring-cloud-kubernetes-fabric8-autoconfig spring-cloud-kubernetes-fabric8-config
    spring-cloud-kubernetes-fabric8-discovery spring-cloud-kubernetes-fabric8-istio
    spring-cloud-kubernetes-fabric8-leader spring-cloud-kubernetes-fabric8-loadbalancer
    spring-cloud-kubernetes-hystrix spring-cloud-kubernetes-istio spring-cloud-kubernetes-leader
    spring-cloud-kubernetes-loadbalancer spring-cloud-kubernetes-ribbon
    spring-cloud-kubernetes-test-support spring-cloud-kubernetes-zipkin spring-cloud-launcher
    spring-cloud-loadbalancer spring-cloud-localconfig-connector spring-cloud-netflix
    spring-cloud-netflix-archaius spring-cloud-netflix-concurrency-limits spring-cloud-netflix-core
    spring-cloud-netflix-dependencies spring-cloud-netflix-docs spring-cloud-netflix-eureka-client
    spring-cloud-netflix-eureka-client-tls-tests spring-cloud-netflix-eureka-server
    spring-cloud-netflix-hystrix spring-cloud-netflix-hystrix-amqp
    spring-cloud-netflix-hystrix-dashboard spring-cloud-netflix-hystrix-stream
    spring-cloud-netflix-ribbon spring-cloud-netflix-sidecar spring-cloud-netflix-spectator
    spring-cloud-netflix-turbine spring-cloud-netflix-turbine-amqp
    spring-cloud-netflix-turbine-stream spring-cloud-netflix-zuul spring-cloud-open-service-broker
    spring-cloud-open-service-broker-autoconfigure spring-cloud-open-service-broker-contract-tests
    spring-cloud-open-service-broker-core spring-cloud-open-service-broker-docs
    spring-cloud-openfeign spring-cloud-openfeign-core spring-cloud-openfeign-dependencies
    spring-cloud-openfeign-docs spring-cloud-parent spring-cloud-scheam-registry-parent
    spring-cloud-scheduler-cloudfoundry spring-cloud-scheduler-kubernetes
    spring-cloud-scheduler-parent spring-cloud-scheduler-spi spring-cloud-scheduler-spi-test
    spring-cloud-scheduler-spi-test-app spring-cloud-schema-registry-client
    spring-cloud-schema-registry-core spring-cloud-schema-registry-parent
    spring-cloud-schema-registry-server spring-cloud-security spring-cloud-security-dependencies
    spring-cloud-security-docs spring-cloud-security-parent spring-cloud-skipper
    spring-cloud-skipper-autoconfigure spring-cloud-skipper-client spring-cloud-skipper-dependencies
    spring-cloud-skipper-docs spring-cloud-skipper-parent spring-cloud-skipper-platform-cloudfoundry
    spring-cloud-skipper-platform-kubernetes spring-cloud-skipper-server
    spring-cloud-skipper-server-core spring-cloud-skipper-shell spring-cloud-skipper-shell-commands
    spring-cloud-sleuth spring-cloud-sleuth-api spring-cloud-sleuth-autoconfigure
    spring-cloud-sleuth-brave spring-cloud-sleuth-core spring-cloud-sleuth-dependencies
    spring-cloud-sleuth-docs spring-cloud-sleuth-instrumentation spring-cloud-sleuth-otel
    spring-cloud-sleuth-otel-autoconfigure spring-cloud-sleuth-otel-dependencies
    spring-cloud-sleuth-otel-docs spring-cloud-sleuth-otel-parent
    spring-cloud-sleuth-otel-tests-parent spring-cloud-sleuth-reactor
    spring-cloud-sleuth-sample-test-core spring-cloud-sleuth-stream spring-cloud-sleuth-tests
    spring-cloud-sleuth-tests-common spring-cloud-sleuth-tests-otel-common
    spring-cloud-sleuth-zipkin spring-cloud-sleuth-zipkin-legacy spring-cloud-sleuth-zipkin-stream
    spring-cloud-spinnaker spring-cloud-spring-service-connector spring-cloud-square
    spring-cloud-square-dependencies spring-cloud-square-docs spring-cloud-square-okhttp
    spring-cloud-square-retrofit spring-cloud-square-retrofit-core
    spring-cloud-square-retrofit-webclient spring-cloud-starter spring-cloud-starter-alibaba
    spring-cloud-starter-alibaba-nacos-config spring-cloud-starter-alibaba-nacos-config-server
    spring-cloud-starter-alibaba-nacos-discovery spring-cloud-starter-alibaba-seata
    spring-cloud-starter-alibaba-sentinel spring-cloud-starter-alicloud
    spring-cloud-starter-alicloud-acm spring-cloud-starter-alicloud-ans
    spring-cloud-starter-alicloud-oss spring-cloud-starter-alicloud-schedulerx
    spring-cloud-starter-alicloud-sms spring-cloud-starter-app-broker
    spring-cloud-starter-app-broker-cloudfoundry spring-cloud-starter-app-broker-logging
    spring-cloud-starter-archaius spring-cloud-starter-atlas spring-cloud-starter-aws
    spring-cloud-starter-aws-jdbc spring-cloud-starter-aws-messaging
    spring-cloud-starter-aws-parameter-store-config spring-cloud-starter-aws-secrets-manager-config
    spring-cloud-starter-bootstrap spring-cloud-starter-build spring-cloud-starter-bus-amqp
    spring-cloud-starter-bus-kafka spring-cloud-starter-bus-rocketmq spring-cloud-starter-bus-stream
    spring-cloud-starter-circuitbreaker spring-cloud-starter-circuitbreaker-reactor-resilience4j
    spring-cloud-starter-circuitbreaker-resilience4j
    spring-cloud-starter-circuitbreaker-spring-retry spring-cloud-starter-cloudfoundry
    spring-cloud-starter-common-security-config-web spring-cloud-starter-config
    spring-cloud-starter-consul spring-cloud-starter-consul-all spring-cloud-starter-consul-bus
    spring-cloud-starter-consul-config spring-cloud-starter-consul-discovery
    spring-cloud-starter-contract-stub-runner spring-cloud-starter-contract-stub-runner-jetty
    spring-cloud-starter-contract-verifier spring-cloud-starter-dataflow-metrics-collector
    spring-cloud-starter-dataflow-server spring-cloud-starter-dataflow-server-cloudfoundry
    spring-cloud-starter-dataflow-server-kubernetes spring-cloud-starter-dataflow-server-local
    spring-cloud-starter-dataflow-server-mesos spring-cloud-starter-dataflow-server-yarn
    spring-cloud-starter-dataflow-ui spring-cloud-starter-deployer-yarn spring-cloud-starter-docs
    spring-cloud-starter-dubbo spring-cloud-starter-eureka spring-cloud-starter-eureka-server
    spring-cloud-starter-feign spring-cloud-starter-function-web
    spring-cloud-starter-function-webflux spring-cloud-starter-gateway spring-cloud-starter-hystrix
    spring-cloud-starter-hystrix-dashboard spring-cloud-starter-kubernetes
    spring-cloud-starter-kubernetes-all spring-cloud-starter-kubernetes-client
    spring-cloud-starter-kubernetes-client-all spring-cloud-starter-kubernetes-client-config
    spring-cloud-starter-kubernetes-client-loadbalancer spring-cloud-starter-kubernetes-config
    spring-cloud-starter-kubernetes-discoveryclient spring-cloud-starter-kubernetes-fabric8
    spring-cloud-starter-kubernetes-fabric8-all spring-cloud-starter-kubernetes-fabric8-config
    spring-cloud-starter-kubernetes-fabric8-loadbalancer
    spring-cloud-starter-kubernetes-loadbalancer spring-cloud-starter-kubernetes-netflix
    spring-cloud-starter-kubernetes-ribbon spring-cloud-starter-kubernetes-zipkin
    spring-cloud-starter-loadbalancer spring-cloud-starter-netflix
    spring-cloud-starter-netflix-archaius spring-cloud-starter-netflix-atlas
    spring-cloud-starter-netflix-eureka-client spring-cloud-starter-netflix-eureka-server
    spring-cloud-starter-netflix-hystrix spring-cloud-starter-netflix-hystrix-dashboard
    spring-cloud-starter-netflix-ribbon spring-cloud-starter-netflix-spectator
    spring-cloud-starter-netflix-turbine spring-cloud-starter-netflix-turbine-amqp
    spring-cloud-starter-netflix-turbine-stream spring-cloud-starter-netflix-zuul
    spring-cloud-starter-oauth2 spring-cloud-starter-open-service-broker
    spring-cloud-starter-open-service-broker-webmvc spring-cloud-starter-openfeign
    spring-cloud-starter-parent spring-cloud-starter-ribbon spring-cloud-starter-security
    spring-cloud-starter-single-step-batch-job spring-cloud-starter-skipper-server
    spring-cloud-starter-sleuth spring-cloud-starter-spectator spring-cloud-starter-stream-kafka
    spring-cloud-starter-stream-kafka11 spring-cloud-starter-stream-rabbit
    spring-cloud-starter-stream-redis spring-cloud-starter-stream-rocketmq spring-cloud-starter-task
    spring-cloud-starter-turbine spring-cloud-starter-turbine-amqp
    spring-cloud-starter-turbine-stream spring-cloud-starter-vault-config
    spring-cloud-starter-zipkin spring-cloud-starter-zipkin-legacy spring-cloud-starter-zookeeper
    spring-cloud-starter-zookeeper-all spring-cloud-starter-zookeeper-config
    spring-cloud-starter-zookeeper-discovery spring-cloud-starter-zuul spring-cloud-stream
    spring-cloud-stream-binder-kafka spring-cloud-stream-binder-kafka-0.10-test
    spring-cloud-stream-binder-kafka-0.10.0-test spring-cloud-stream-binder-kafka-0.10.1-test
    spring-cloud-stream-binder-kafka-0.10.2-test spring-cloud-stream-binder-kafka-0.11-test
    spring-cloud-stream-binder-kafka-0.9 spring-cloud-stream-binder-kafka-core
    spring-cloud-stream-binder-kafka-docs spring-cloud-stream-binder-kafka-parent
    spring-cloud-stream-binder-kafka-reactive spring-cloud-stream-binder-kafka-streams
    spring-cloud-stream-binder-kafka-test-support spring-cloud-stream-binder-kafka11
    spring-cloud-stream-binder-kafka11-core spring-cloud-stream-binder-kafka11-docs
    spring-cloud-stream-binder-kafka11-parent spring-cloud-stream-binder-kinesis
    spring-cloud-stream-binder-kinesis-docs spring-cloud-stream-binder-kinesis-parent
    spring-cloud-stream-binder-kstream spring-cloud-stream-binder-kstream11
    spring-cloud-stream-binder-rabbit spring-cloud-stream-binder-rabbit-core
    spring-cloud-stream-binder-rabbit-docs spring-cloud-stream-binder-rabbit-parent
    spring-cloud-stream-binder-rabbit-test-support spring-cloud-stream-binder-redis
    spring-cloud-stream-binder-redis-parent spring-cloud-stream-binder-rocketmq
    spring-cloud-stream-binder-servlet spring-cloud-stream-binder-test spring-cloud-stream-binders
    spring-cloud-stream-binders-parent spring-cloud-stream-codec spring-cloud-stream-core
    spring-cloud-stream-core-docs spring-cloud-stream-dependencies spring-cloud-stream-docs
    spring-cloud-stream-integration-tests spring-cloud-stream-metrics spring-cloud-stream-parent
    spring-cloud-stream-reactive spring-cloud-stream-rxjava spring-cloud-stream-schema
    spring-cloud-stream-schema-registry spring-cloud-stream-schema-registry-client
    spring-cloud-stream-schema-registry-core spring-cloud-stream-schema-registry-server
    spring-cloud-stream-schema-server spring-cloud-stream-starter-build
    spring-cloud-stream-starter-parent spring-cloud-stream-starters spring-cloud-stream-test-binder
    spring-cloud-stream-test-support spring-cloud-stream-test-support-internal
    spring-cloud-stream-tools spring-cloud-task-batch spring-cloud-task-core
    spring-cloud-task-dependencies spring-cloud-task-docs spring-cloud-task-integration-tests
    spring-cloud-task-parent spring-cloud-task-samples spring-cloud-task-starter
    spring-cloud-task-stream spring-cloud-test-support spring-cloud-vault-config
    spring-cloud-vault-config-aws spring-cloud-vault-config-consul
    spring-cloud-vault-config-databases spring-cloud-vault-config-docs
    spring-cloud-vault-config-rabbitmq spring-cloud-vault-dependencies spring-cloud-vault-docs
    spring-cloud-vault-parent spring-cloud-versions spring-cloud-zookeeper
    spring-cloud-zookeeper-config spring-cloud-zookeeper-core spring-cloud-zookeeper-dependencies
    spring-cloud-zookeeper-discovery spring-cloud-zookeeper-docs`,
      'org.springframework.credhub': 'spring-credhub-core',
      'org.springframework.data': `
    spring-cql spring-data-bom spring-data-cassandra spring-data-cassandra-distribution
    spring-data-cassandra-parent spring-data-commons spring-data-commons-core
    spring-data-commons-dist spring-data-commons-parent spring-data-couchbase
    spring-data-elasticsearch spring-data-envers spring-data-gemfire spring-data-gemfire-test
    spring-data-geode spring-data-geode-distribution spring-data-geode-parent spring-data-geode-test
    spring-data-graph-core spring-data-graph-dist spring-data-graph-parent spring-data-hadoop
    spring-data-hadoop-batch spring-data-hadoop-boot spring-data-hadoop-build-tests
    spring-data-hadoop-cluster-tests spring-data-hadoop-config spring-data-hadoop-core
    spring-data-hadoop-hbase spring-data-hadoop-hive spring-data-hadoop-pig spring-data-hadoop-spark
    spring-data-hadoop-sqoop2 spring-data-hadoop-store spring-data-hadoop-test
    spring-data-hadoop-util spring-data-jdbc spring-data-jdbc-core spring-data-jdbc-distribution
    spring-data-jpa spring-data-jpa-distribution spring-data-jpa-parent spring-data-keyvalue
    spring-data-ldap spring-data-mongodb spring-data-mongodb-cross-store spring-data-mongodb-dist
    spring-data-mongodb-distribution spring-data-mongodb-log4j spring-data-mongodb-parent
    spring-data-neo4j spring-data-neo4j-aspects spring-data-neo4j-cross-store spring-data-neo4j-dist
    spring-data-neo4j-distribution spring-data-neo4j-parent spring-data-neo4j-rest
    spring-data-neo4j-tx spring-data-oracle spring-data-r2dbc spring-data-redis
    spring-data-relational spring-data-relational-parent spring-data-releasetrain
    spring-data-rest-core spring-data-rest-distribution spring-data-rest-hal-browser
    spring-data-rest-hal-explorer spring-data-rest-parent spring-data-rest-repository
    spring-data-rest-webmvc spring-data-solr spring-yarn spring-yarn-batch spring-yarn-boot
    spring-yarn-boot-build-tests spring-yarn-boot-cli spring-yarn-boot-test spring-yarn-build-tests
    spring-yarn-core spring-yarn-integration spring-yarn-test`,
      'org.springframework.flex': 'spring-flex',
      'org.springframework.graphql': 'spring-graphql',
      'org.springframework.hateoas': 'spring-hateoas',
      'org.springframework.integration': `
    spring-integration spring-integration-adapter spring-integration-amqp spring-integration-aws
    spring-integration-bom spring-integration-camel spring-integration-cassandra
    spring-integration-core spring-integration-event spring-integration-feed spring-integration-file
    spring-integration-flow spring-integration-ftp spring-integration-gemfire
    spring-integration-graphql spring-integration-groovy spring-integration-groovy-dsl
    spring-integration-hazelcast spring-integration-http spring-integration-httpinvoker
    spring-integration-ip spring-integration-java-dsl spring-integration-jdbc spring-integration-jms
    spring-integration-jmx spring-integration-jpa spring-integration-kafka
    spring-integration-kotlin-dsl spring-integration-mail spring-integration-mongodb
    spring-integration-mqtt spring-integration-parent spring-integration-r2dbc
    spring-integration-redis spring-integration-rmi spring-integration-rsocket
    spring-integration-samples spring-integration-scripting spring-integration-security
    spring-integration-sftp spring-integration-smb spring-integration-smpp
    spring-integration-social-twitter spring-integration-splunk spring-integration-stomp
    spring-integration-stream spring-integration-syslog spring-integration-test
    spring-integration-test-support spring-integration-tuple spring-integration-twitter
    spring-integration-webflux spring-integration-websocket spring-integration-ws
    spring-integration-xml spring-integration-xmpp spring-integration-zeromq spring-integration-zip
    spring-integration-zookeeper`,
      'org.springframework.kafka': 'spring-kafka',
      'org.springframework.ldap': `
    spring-ldap spring-ldap-core spring-ldap-core-tiger spring-ldap-ldif-batch spring-ldap-ldif-core
    spring-ldap-odm spring-ldap-test spring-ldap-tiger`,
      'org.springframework.security': `
    spring-security spring-security-acl spring-security-adapters spring-security-aspects
    spring-security-bom spring-security-cas spring-security-cas-client spring-security-catalina
    spring-security-config spring-security-core spring-security-core-tiger spring-security-crypto
    spring-security-data spring-security-jboss spring-security-jetty spring-security-jwt
    spring-security-ldap spring-security-messaging spring-security-ntlm
    spring-security-oauth2-authorization-server spring-security-oauth2-client
    spring-security-oauth2-core spring-security-oauth2-jose spring-security-oauth2-resource-server
    spring-security-openid spring-security-parent spring-security-portlet spring-security-remoting
    spring-security-resin spring-security-rsa spring-security-rsocket
    spring-security-saml2-service-provider spring-security-samples spring-security-samples-aspectj
    spring-security-samples-cas spring-security-samples-cas-client
    spring-security-samples-cas-server spring-security-samples-contacts spring-security-samples-dms
    spring-security-samples-javaconfig-messages spring-security-samples-ldap
    spring-security-samples-messages-jc spring-security-samples-openid
    spring-security-samples-portlet spring-security-samples-preauth spring-security-samples-tutorial
    spring-security-taglibs spring-security-test spring-security-web`,
      'org.springframework.security.extensions': `
    spring-security-saml-dsl-core spring-security-saml2-core`,
      'org.springframework.security.kerberos': `
    spring-security-kerberos-bom spring-security-kerberos-client spring-security-kerberos-core
    spring-security-kerberos-test spring-security-kerberos-web`,
      'org.springframework.security.oauth': `
    spring-security-oauth spring-security-oauth-parent spring-security-oauth2`,
      'org.springframework.security.oauth.boot': 'spring-security-oauth2-autoconfigure',
      'org.springframework.session': `
    spring-session spring-session-bom spring-session-core spring-session-data-gemfire
    spring-session-data-geode spring-session-data-mongo spring-session-data-mongodb
    spring-session-data-redis spring-session-hazelcast spring-session-jdbc`,
      'org.springframework.social': 'spring-social-core',
      'org.springframework.vault': 'spring-vault-core',
      'org.springframework.webflow': `
    org.springframework.binding org.springframework.faces org.springframework.js
    org.springframework.webflow spring-binding spring-build-src spring-faces spring-js
    spring-js-resources spring-webflow`,
      'org.springframework.ws': 'spring-ws spring-xml',
      xalan: 'xalan',
    }),
  );
