/**
 * Methods, of any class, that load a class by its name or define one from bytes: class loaders of
 * an application override the first three.
 *
 * Origin: Java SE 21 API Specification, as for all tables below.
 */
export const LOADING_METHODS: ReadonlySet<string> = new Set([
  'loadClass',
  'findClass',
  'findSystemClass',
  'findLoadedClass',
  'defineClass',
  'defineHiddenClass',
  'defineAnonymousClass',
]);

/**
 * Methods of the Java platform, by declaring class, that load classes by names from their
 * arguments, data, settings or computation, that run foreign code, or that create objects which do
 * so later. Java SE 21 API Specification.
 */
export const LOADING_CALLS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    'java/beans/Beans': ['instantiate'],
    'java/beans/Introspector': ['getBeanInfo'],
    'java/beans/PropertyEditorManager': ['findEditor'],
    'java/beans/XMLDecoder': ['<init>'],
    'java/io/ObjectInputStream': ['<init>'],
    'java/lang/Class': ['forName'],
    'java/lang/ModuleLayer': [
      'defineModules',
      'defineModulesWithOneLoader',
      'defineModulesWithManyLoaders',
    ],
    'java/lang/ProcessBuilder': ['<init>'],
    'java/lang/invoke/MethodType': ['fromMethodDescriptorString'],
    'java/lang/Runtime': ['exec', 'load', 'loadLibrary'],
    'java/lang/System': ['load', 'loadLibrary'],
    'java/net/URLClassLoader': ['<init>', 'newInstance'],
    'java/security/Provider': ['<init>'],
    'java/security/Provider$Service': ['<init>', 'newInstance'],
    'java/security/SignedObject': ['getObject'],
    'java/util/ResourceBundle': ['getBundle'],
    'java/util/logging/LogManager': ['readConfiguration', 'updateConfiguration', '<init>'],
    'javax/crypto/SealedObject': ['getObject'],
    'javax/management/MBeanServer': ['createMBean', 'instantiate'],
    'javax/naming/InitialContext': ['<init>', 'doLookup'],
    'javax/naming/directory/InitialDirContext': ['<init>'],
    'javax/naming/ldap/InitialLdapContext': ['<init>'],
    'javax/naming/spi/NamingManager': ['getObjectInstance', 'getInitialContext', 'getURLContext'],
    'javax/script/ScriptEngineManager': ['<init>'],
    'javax/swing/UIDefaults': ['getUI', 'getUIClass', '<init>'],
    'javax/swing/UIManager': ['setLookAndFeel', 'getUI'],
    'javax/tools/ToolProvider': ['getSystemJavaCompiler'],
    'javax/xml/transform/TransformerFactory': ['newInstance', 'newDefaultInstance'],
    'javax/xml/xpath/XPathFactory': ['newInstance', 'newDefaultInstance'],
  }).map(([owner, names]) => [owner, new Set(names)]),
);

/** Packages of the Java platform in which every class is for loading classes that others name. */
export const LOADING_PACKAGES = [
  'java/lang/constant/',
  'java/lang/instrument/',
  'java/rmi/',
  'javax/management/loading/',
] as const;

/** Settings of the platform that contain parts of names, as strings in a class. */
export const LOADING_SETTINGS: ReadonlySet<string> = new Set([
  'java.protocol.handler.pkgs',
  'java.content.handler.pkgs',
  'java.util.logging.config.class',
  'java.util.logging.config.file',
  'java.security.properties',
]);
