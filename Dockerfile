# mvn -q -DskipTests package && docker build -t kamaelia-vertx:0.1.0 .
FROM eclipse-temurin:25-jre

COPY target/kamaelia-vertx.jar /opt/kamaelia/kamaelia-vertx.jar

# A name would do for Docker; Kubernetes can tell only of a number that it is not root.
USER 10001:10001

EXPOSE 1601 8080
STOPSIGNAL SIGTERM

# Process 1 is the JVM itself: it gets the signal, and drains. Heap and Netty's buffers may each take this share of the
# container's memory, and the JVM itself needs some. Out of memory nothing can be relied upon, so the process ends and is
# started again. The options stand here since the JVM tells of those in JAVA_TOOL_OPTIONS, in a line that is no JSON; what is
# set there, such as -Xmx, still counts.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=40", "-XX:+ExitOnOutOfMemoryError", "-jar", "/opt/kamaelia/kamaelia-vertx.jar"]
