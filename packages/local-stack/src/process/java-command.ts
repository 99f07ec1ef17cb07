/** The java of JAVA_HOME if that is set, or else the one on the path. */
export function javaCommand(): string {
  const home = process.env['JAVA_HOME']
  return home ? `${home}/bin/java` : 'java'
}
