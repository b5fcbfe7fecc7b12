/** A Java program whose loaded classes are held against what is said to be reached. */
export interface ClassProgram {
  readonly id: string;
  /** Java sources by path; where there are none, an archive of its own is started. */
  readonly sources?: Readonly<Record<string, string>>;
  /** Further files of its archive. */
  readonly resources?: Readonly<Record<string, string>>;
  /** Beginnings of the names of archives that it needs. */
  readonly libraries?: readonly string[];
  /**
   * `getPath`: its archive and those of the libraries on the class path; `shaded`: all of these in one
   * archive; `folder`: its classes in a folder; `modules`: on the module path; `boot`: an archive
   * that Spring Boot makes; `unpacked`: the same, unpacked; `archive`: that of its first library.
   */
  readonly layout: 'path' | 'shaded' | 'folder' | 'modules' | 'boot' | 'unpacked' | 'archive';
  /** The class that is started; with its module for modules. */
  readonly main: string;
  readonly arguments?: readonly string[];
}

/** Maven coordinates of all libraries, without those that they bring along. */
export const CLASS_LIBRARIES = [
  'com.fasterxml.jackson.core:jackson-databind:2.15.2',
  'com.fasterxml.jackson.dataformat:jackson-dataformat-yaml:2.15.2',
  'org.apache.logging.log4j:log4j-core:2.17.1',
  'org.apache.commons:commons-csv:1.10.0',
  'org.apache.commons:commons-text:1.9',
  'com.google.guava:guava:32.1.2-jre',
  'com.google.inject:guice:5.1.0',
  'ch.qos.logback:logback-classic:1.4.11',
  'com.h2database:h2:2.2.224',
  'org.eclipse.jetty:jetty-servlet:11.0.15',
  'commons-beanutils:commons-beanutils:1.9.3',
  'info.picocli:picocli:4.7.5',
  'org.apache.tomcat.embed:tomcat-embed-core:10.1.20',
  'log4j:log4j:1.2.17',
  'org.apache.velocity:velocity-engine-core:2.3',
  'org.jsoup:jsoup:1.15.3',
  'com.google.code.gson:gson:2.8.8',
  'commons-codec:commons-codec:1.15',
  'joda-time:joda-time:2.12.5',
  'org.ow2.asm:asm-util:9.5',
  'org.apache.commons:commons-compress:1.21',
  'org.apache.commons:commons-math3:3.6.1',
  'io.reactivex.rxjava3:rxjava:3.1.8',
  'com.squareup.okio:okio-jvm:3.6.0',
  'org.antlr:antlr4-runtime:4.13.1',
] as const;

const PLAIN = `package com.acme;
import org.apache.commons.csv.*;
public class Main {
  public static void main(String[] a) throws Exception {
    for (CSVRecord r : CSVParser.parse("a,b\\n1,2\\n", CSVFormat.DEFAULT)) System.out.println(r.get(1) + new Helper().text());
  }
}`;
const HELPER =
  'package com.acme; class Helper { String text() { return Inner.X.name(); } enum Inner { X } }';

const SERVICE = `package com.acme;
public class Main {
  public static void main(String[] a) throws Exception {
    for (Speaker s : java.util.ServiceLoader.load(Speaker.class)) System.out.println(s.speak());
    Class.forName("org.h2.Driver");
    try (java.sql.Connection c = java.sql.DriverManager.getConnection("jdbc:h2:mem:x")) {
      System.out.println(c.createStatement().executeQuery("select 1").next());
    }
  }
}`;
const SPEAKER = 'package com.acme; public interface Speaker { String speak(); }';
const LOUD =
  'package com.acme.loud; public class Loud implements com.acme.Speaker { public String speak() { return "LOUD " + org.apache.commons.text.WordUtils.capitalize("x y"); } }';

const LITERAL = `package com.acme;
public class Main {
  public static void main(String[] a) throws Exception {
    Object o = Class.forName("com.acme.other.Other").getDeclaredConstructor().newInstance();
    System.out.println(o);
    System.out.println(Main.class.getClassLoader().loadClass("com.fasterxml.jackson.core.JsonFactory").getDeclaredConstructor().newInstance());
  }
}`;
const OTHER =
  'package com.acme.other; public class Other { public String toString() { return org.apache.commons.text.StringEscapeUtils.escapeJava("x"); } }';

const BUILT = `package com.acme;
public class Main {
  public static void main(String[] a) throws Exception {
    String name = "com.acme." + a[0] + "." + Character.toUpperCase(a[0].charAt(0)) + a[0].substring(1);
    System.out.println(Class.forName(name).getDeclaredConstructor().newInstance());
  }
}`;

const JSON = `package com.acme;
import com.fasterxml.jackson.databind.*;
public class Main {
  public record Point(int x, int y) {}
  public static void main(String[] a) throws Exception {
    ObjectMapper m = new ObjectMapper();
    System.out.println(m.writeValueAsString(m.readValue("{\\"x\\":1,\\"y\\":2}", Point.class)));
    System.out.println(com.google.common.collect.ImmutableList.of(1, 2).reverse());
  }
}`;

const LOG4J2 = `package com.acme;
import org.apache.logging.log4j.*;
public class Main {
  public static void main(String[] a) { LogManager.getLogger(Main.class).error("hello {}", new Object[] {1}); }
}`;
const LOG4J2_XML = `<Configuration><Appenders><RollingFile name="F" fileName="out/x.log" filePattern="out/x-%i.log"><PatternLayout pattern="%d %m%n"/><Policies><SizeBasedTriggeringPolicy size="1 MB"/></Policies></RollingFile><Console name="C"><JsonLayout/></Console></Appenders><Loggers><Root level="info"><AppenderRef ref="F"/></Root></Loggers></Configuration>`;

const LOGBACK = `package com.acme;
import org.slf4j.*;
public class Main {
  public static void main(String[] a) { LoggerFactory.getLogger(Main.class).error("hello {}", 1); }
}`;
const LOGBACK_XML = `<configuration><appender name="F" class="ch.qos.logback.core.rolling.RollingFileAppender"><file>out/b.log</file><rollingPolicy class="ch.qos.logback.core.rolling.TimeBasedRollingPolicy"><fileNamePattern>out/b-%d.log</fileNamePattern></rollingPolicy><encoder><pattern>%d %msg %caller{1} %n</pattern></encoder></appender><appender name="M" class="com.acme.Mine"/><root level="info"><appender-ref ref="F"/><appender-ref ref="M"/></root></configuration>`;
const MINE =
  'package com.acme; public class Mine extends ch.qos.logback.core.AppenderBase<Object> { protected void append(Object o) { System.out.println("mine " + o); } }';

const LOG4J1 = `package com.acme;
import org.apache.log4j.*;
public class Main {
  public static void main(String[] a) { Logger.getLogger(Main.class).error("hello"); }
}`;
const LOG4J1_PROPERTIES =
  'log4j.rootLogger=INFO,F\nlog4j.appender.F=org.apache.log4j.DailyRollingFileAppender\nlog4j.appender.F.File=out/1.log\nlog4j.appender.F.layout=org.apache.log4j.EnhancedPatternLayout\nlog4j.appender.F.layout.ConversionPattern=%m%n\n';

const JETTY = `package com.acme;
import jakarta.servlet.http.*;
import org.eclipse.jetty.server.*;
import org.eclipse.jetty.servlet.*;
public class Main {
  public static class Hi extends HttpServlet {
    protected void doGet(HttpServletRequest q, HttpServletResponse r) throws java.io.IOException { r.getWriter().println("hi"); }
  }
  public static void main(String[] a) throws Exception {
    Server s = new Server(new java.net.InetSocketAddress("127.0.0.1", 0));
    ServletContextHandler c = new ServletContextHandler(ServletContextHandler.SESSIONS);
    c.addServlet("com.acme.Main$Hi", "/*");
    s.setHandler(c);
    s.start();
    System.out.println(new String(s.getURI().toURL().openStream().readAllBytes()));
    s.stop();
  }
}`;

const TOMCAT = `package com.acme;
import jakarta.servlet.http.*;
import org.apache.catalina.startup.Tomcat;
public class Main {
  public static class Hi extends HttpServlet {
    protected void doGet(HttpServletRequest q, HttpServletResponse r) throws java.io.IOException { q.getSession(); r.getWriter().println("hi"); }
  }
  public static void main(String[] a) throws Exception {
    Tomcat t = new Tomcat();
    t.setBaseDir("out");
    t.setHostname("127.0.0.1");
    t.setPort(0);
    var c = t.addContext("", null);
    t.addServlet("", "hi", "com.acme.Main$Hi");
    c.addServletMappingDecoded("/*", "hi");
    t.getConnector().setProperty("address", "127.0.0.1");
    t.start();
    System.out.println(new String(new java.net.URL("http://127.0.0.1:" + t.getConnector().getLocalPort() + "/").openStream().readAllBytes()));
    t.stop();
  }
}`;

const PICOCLI = `package com.acme;
import picocli.CommandLine;
@CommandLine.Command(name = "x", mixinStandardHelpOptions = true, subcommands = Main.Sub.class)
public class Main implements Runnable {
  @CommandLine.Option(names = "-c") java.nio.charset.Charset charset;
  @CommandLine.Command(name = "sub") static class Sub implements Runnable { public void run() { System.out.println("sub"); } }
  public void run() { System.out.println(charset); }
  public static void main(String[] a) { System.exit(new CommandLine(new Main()).execute("-c", "utf-8", "sub")); }
}`;

const YAML = `package com.acme;
import com.fasterxml.jackson.databind.ObjectMapper;
public class Main {
  public static void main(String[] a) throws Exception {
    System.out.println(new ObjectMapper(new com.fasterxml.jackson.dataformat.yaml.YAMLFactory()).readTree("a: [1, 2]").get("a"));
    System.out.println(new org.yaml.snakeyaml.Yaml().load("!!com.acme.Made {}").toString());
  }
}`;
const MADE = 'package com.acme; public class Made { public String toString() { return "made"; } }';

const GUICE = `package com.acme;
import com.google.inject.*;
public class Main {
  @ImplementedBy(Real.class) interface Thing { String name(); }
  static class Real implements Thing { public String name() { return "real"; } }
  public static void main(String[] a) { System.out.println(Guice.createInjector().getInstance(Thing.class).name()); }
}`;

const BEANS = `package com.acme;
public class Main {
  public static class Person implements java.io.Serializable { private int age; public int getAge() { return age; } public void setAge(int v) { age = v; } }
  public static void main(String[] a) throws Exception {
    Person p = new Person();
    org.apache.commons.beanutils.BeanUtils.setProperty(p, "age", "7");
    var out = new java.io.ByteArrayOutputStream();
    new java.io.ObjectOutputStream(out).writeObject(p);
    Object back = new java.io.ObjectInputStream(new java.io.ByteArrayInputStream(out.toByteArray())).readObject();
    System.out.println(((Person) back).getAge());
  }
}`;

const VELOCITY = `package com.acme;
import org.apache.velocity.*;
import org.apache.velocity.app.*;
public class Main {
  public static void main(String[] a) {
    VelocityContext c = new VelocityContext();
    c.put("x", java.util.List.of(1, 2));
    var w = new java.io.StringWriter();
    new VelocityEngine().evaluate(c, w, "t", "#foreach($i in $x)$i #end");
    System.out.println(w);
  }
}`;

/** Programs of one library each, most of which load nothing by name. */
const SMALL: Readonly<Record<string, readonly [libraries: readonly string[], code: string]>> = {
  jsoup: [['jsoup'], 'org.jsoup.Jsoup.parse("<p>x <b>y</b>").select("p > b").text()'],
  gson: [
    ['gson'],
    'new com.google.gson.Gson().toJson(java.util.Map.of("a", java.util.List.of(1)))',
  ],
  codec: [
    ['commons-codec'],
    'new org.apache.commons.codec.language.bm.BeiderMorseEncoder().encode("Miller") + org.apache.commons.codec.digest.DigestUtils.sha256Hex("x")',
  ],
  joda: [['joda-'], 'org.joda.time.DateTime.now().plusDays(1).toString("yyyy-MM-dd ZZZ")'],
  asm: [
    ['asm-'],
    'new Object() { int n() throws Exception { var w = new java.io.StringWriter(); new org.objectweb.asm.ClassReader(Main.class.getResourceAsStream("/com/acme/Main.class")).accept(new org.objectweb.asm.util.TraceClassVisitor(new java.io.PrintWriter(w)), 0); return w.toString().length(); } }.n()',
  ],
  compress: [
    ['commons-compress'],
    'new Object() { int n() throws Exception { var o = new java.io.ByteArrayOutputStream(); try (var z = new org.apache.commons.compress.archivers.ArchiveStreamFactory().createArchiveOutputStream("zip", o)) { z.putArchiveEntry(new org.apache.commons.compress.archivers.zip.ZipArchiveEntry("a")); z.closeArchiveEntry(); } return o.size(); } }.n()',
  ],
  math: [
    ['commons-math3'],
    'new org.apache.commons.math3.stat.regression.OLSMultipleLinearRegression() {{ newSampleData(new double[] {1, 2, 3, 4}, new double[][] {{1}, {2}, {4}, {7}}); }}.calculateRSquared()',
  ],
  rxjava: [
    ['rxjava', 'reactive-streams'],
    'io.reactivex.rxjava3.core.Flowable.range(1, 9).observeOn(io.reactivex.rxjava3.schedulers.Schedulers.computation()).map(x -> x * 2).reduce(Integer::sum).blockingGet()',
  ],
  okio: [
    ['okio', 'kotlin-'],
    'okio.Okio.buffer(okio.Okio.source(new java.io.ByteArrayInputStream("x y".getBytes()))).readUtf8()',
  ],
  antlr: [
    ['antlr4'],
    'new org.antlr.v4.runtime.ListTokenSource(java.util.List.of()).nextToken() + new org.antlr.v4.runtime.misc.IntervalSet(1, 3).toString()',
  ],
  text: [
    ['commons-text', 'commons-lang3'],
    'new org.apache.commons.text.similarity.JaroWinklerSimilarity().apply("ab", "ba")',
  ],
};

const smallPrograms: readonly ClassProgram[] = Object.entries(SMALL).map(
  ([id, [libraries, code]]) => ({
    id,
    sources: {
      'com/acme/Main.java': `package com.acme; public class Main { public static void main(String[] a) throws Exception { System.out.println(${code}); } }`,
    },
    // What nothing of the program uses lies beside what it does.
    libraries: [...libraries, 'commons-csv'],
    layout: 'path',
    main: 'com.acme.Main',
  }),
);

const BOOT = `package com.acme;
import org.springframework.boot.*;
import org.springframework.boot.autoconfigure.*;
import org.springframework.boot.web.servlet.context.*;
import org.springframework.context.event.*;
import org.springframework.web.bind.annotation.*;
@SpringBootApplication @RestController public class Main {
  @GetMapping("/") java.util.Map<String, Object> hi() { return java.util.Map.of("a", 1); }
  @EventListener void started(org.springframework.boot.context.event.ApplicationReadyEvent e) throws Exception {
    int port = ((ServletWebServerApplicationContext) e.getApplicationContext()).getWebServer().getPort();
    System.out.println(new String(new java.net.URL("http://127.0.0.1:" + port + "/").openStream().readAllBytes()));
    new Thread(() -> System.exit(SpringApplication.exit(e.getApplicationContext()))).start();
  }
  public static void main(String[] a) { SpringApplication.run(Main.class, a); }
}`;
const BOOT_ARGUMENTS = ['--server.port=0', '--server.address=127.0.0.1'];

const MODULE_A =
  'module app { requires talk; uses talk.Speaker; requires com.fasterxml.jackson.databind; opens app.main; }';

export const CLASS_PROGRAMS: readonly ClassProgram[] = [
  ...smallPrograms,
  {
    id: 'plain',
    sources: { 'com/acme/Main.java': PLAIN, 'com/acme/Helper.java': HELPER },
    libraries: ['commons-csv', 'commons-text', 'commons-lang3'],
    layout: 'path',
    main: 'com.acme.Main',
  },
  {
    id: 'plain-folder',
    sources: { 'com/acme/Main.java': PLAIN, 'com/acme/Helper.java': HELPER },
    libraries: ['commons-csv', 'commons-text', 'commons-lang3'],
    layout: 'folder',
    main: 'com.acme.Main',
  },
  {
    id: 'service-loader',
    sources: {
      'com/acme/Main.java': SERVICE,
      'com/acme/Speaker.java': SPEAKER,
      'com/acme/loud/Loud.java': LOUD,
    },
    resources: { 'META-INF/services/com.acme.Speaker': 'com.acme.loud.Loud # loud\n' },
    libraries: ['commons-text', 'commons-lang3', 'h2', 'commons-csv'],
    layout: 'path',
    main: 'com.acme.Main',
  },
  {
    id: 'literal',
    sources: { 'com/acme/Main.java': LITERAL, 'com/acme/other/Other.java': OTHER },
    libraries: ['commons-text', 'commons-lang3', 'jackson-core', 'guava', 'commons-csv'],
    layout: 'path',
    main: 'com.acme.Main',
  },
  {
    id: 'built-name',
    sources: { 'com/acme/Main.java': BUILT, 'com/acme/other/Other.java': OTHER },
    libraries: ['commons-text', 'commons-lang3', 'commons-csv'],
    layout: 'path',
    main: 'com.acme.Main',
    arguments: ['other'],
  },
  {
    id: 'jackson-shaded',
    sources: { 'com/acme/Main.java': JSON },
    libraries: ['jackson-', 'guava', 'failureaccess', 'commons-csv', 'snakeyaml', 'h2'],
    layout: 'shaded',
    main: 'com.acme.Main',
  },
  {
    id: 'log4j2',
    sources: { 'com/acme/Main.java': LOG4J2 },
    resources: { 'log4j2.xml': LOG4J2_XML },
    libraries: ['log4j-core', 'log4j-api', 'jackson-', 'commons-csv'],
    layout: 'path',
    main: 'com.acme.Main',
  },
  {
    id: 'logback',
    sources: { 'com/acme/Main.java': LOGBACK, 'com/acme/Mine.java': MINE },
    resources: { 'logback.xml': LOGBACK_XML },
    libraries: ['logback-', 'slf4j-api-2', 'guava'],
    layout: 'path',
    main: 'com.acme.Main',
  },
  {
    id: 'log4j1-shaded',
    sources: { 'com/acme/Main.java': LOG4J1 },
    resources: { 'log4j.properties': LOG4J1_PROPERTIES },
    libraries: ['log4j-1.2', 'commons-csv'],
    layout: 'shaded',
    main: 'com.acme.Main',
  },
  {
    id: 'jetty',
    sources: { 'com/acme/Main.java': JETTY },
    libraries: ['jetty-', 'slf4j-api-2', 'guava'],
    layout: 'path',
    main: 'com.acme.Main',
  },
  {
    id: 'tomcat-embedded',
    sources: { 'com/acme/Main.java': TOMCAT },
    libraries: ['tomcat-', 'guava'],
    layout: 'path',
    main: 'com.acme.Main',
  },
  {
    id: 'h2-shell',
    libraries: ['h2'],
    layout: 'archive',
    main: 'org.h2.tools.Shell',
    arguments: ['-url', 'jdbc:h2:mem:x', '-sql', "select upper('x') from system_range(1, 3)"],
  },
  {
    id: 'picocli',
    sources: { 'com/acme/Main.java': PICOCLI },
    libraries: ['picocli', 'commons-csv'],
    layout: 'path',
    main: 'com.acme.Main',
  },
  {
    id: 'yaml',
    sources: { 'com/acme/Main.java': YAML, 'com/acme/Made.java': MADE },
    libraries: ['jackson-', 'snakeyaml', 'guava'],
    layout: 'folder',
    main: 'com.acme.Main',
  },
  {
    id: 'guice',
    sources: { 'com/acme/Main.java': GUICE },
    libraries: ['guice', 'guava', 'failureaccess', 'javax.inject', 'aopalliance'],
    layout: 'path',
    main: 'com.acme.Main',
  },
  {
    id: 'beans',
    sources: { 'com/acme/Main.java': BEANS },
    libraries: ['commons-beanutils', 'commons-logging', 'commons-collections', 'commons-csv'],
    layout: 'path',
    main: 'com.acme.Main',
  },
  {
    id: 'velocity',
    sources: { 'com/acme/Main.java': VELOCITY },
    libraries: ['velocity', 'commons-lang3', 'slf4j-api-2', 'logback-'],
    layout: 'shaded',
    main: 'com.acme.Main',
  },
  {
    id: 'modules',
    sources: {
      'module-info.java': MODULE_A,
      'app/main/Main.java':
        'package app.main; public class Main { public record P(int x) {} public static void main(String[] a) throws Exception { for (var s : java.util.ServiceLoader.load(talk.Speaker.class)) System.out.println(s.speak()); System.out.println(new com.fasterxml.jackson.databind.ObjectMapper().writeValueAsString(new P(1))); } }',
    },
    libraries: ['jackson-core', 'jackson-databind', 'jackson-annotations', 'talk'],
    layout: 'modules',
    main: 'app/app.main.Main',
  },
  {
    id: 'spring-boot',
    sources: { 'com/acme/Main.java': BOOT },
    layout: 'boot',
    main: 'com.acme.Main',
    arguments: BOOT_ARGUMENTS,
  },
  {
    id: 'spring-boot-unpacked',
    sources: { 'com/acme/Main.java': BOOT },
    layout: 'unpacked',
    main: 'com.acme.Main',
    arguments: BOOT_ARGUMENTS,
  },
];

/** A library of the modules above, which is not published: its sources. */
export const TALK_LIBRARY: Readonly<Record<string, string>> = {
  'module-info.java': 'module talk { exports talk; provides talk.Speaker with talk.impl.Loud; }',
  'talk/Speaker.java': 'package talk; public interface Speaker { String speak(); }',
  'talk/impl/Loud.java':
    'package talk.impl; public class Loud implements talk.Speaker { public String speak() { return new Voice().say(); } }',
  'talk/impl/Voice.java': 'package talk.impl; class Voice { String say() { return "LOUD"; } }',
};

/** What Spring Boot's archive is made of. */
export const BOOT_POM = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>3.2.5</version></parent>
<groupId>com.acme</groupId><artifactId>app</artifactId><version>1.0</version>
<properties><java.version>17</java.version></properties>
<dependencies>
<dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency>
<dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-actuator</artifactId></dependency>
<dependency><groupId>org.apache.commons</groupId><artifactId>commons-csv</artifactId><version>1.10.0</version></dependency>
<dependency><groupId>commons-beanutils</groupId><artifactId>commons-beanutils</artifactId><version>1.9.3</version></dependency>
</dependencies>
<build><plugins><plugin><groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>
</project>`;
