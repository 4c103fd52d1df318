package org.kamaelia.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kamaelia.tcp.InvalidOptions.Problem;

class ListenerOptionsTest {

    private static ListenerOptions read(String json) {
        return ListenerOptions.fromJson(new JsonObject(json));
    }

    private static List<Problem> problems(String json) {
        return catchThrowableOfType(InvalidOptions.class, () -> read(json)).problems();
    }

    @Test
    void everyOptionButTheProtocolHasADefault() {
        ListenerOptions options = ListenerOptions.of("echo");

        assertThat(options.toJson()).isEqualTo(new JsonObject("""
                                {"host": "0.0.0.0", "port": 0, "protocol": "echo", "protocolOptions": {},
                                 "backlog": 1024, "reusePort": false, "tcpNoDelay": true, "keepAlive": true,
                                 "whenFull": "reject", "allow": [], "deny": [], "idleTimeout": "1h", "maxAge": "off", "writeTimeout": "1m", "handshakeTimeout": "10s", "drainTimeout": "30s", "closeTimeout": "10s",
                                 "receiveBound": 65536, "sendBound": 65536, "halfClose": true, "proxyProtocol": {"mode": "off", "trusted": []}}"""));
        assertThat(options.portRange()).isNull();
        assertThat(options.maxConnections()).isNull();
        assertThat(options.idleTimeout()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void everyOptionReadsBackAsItWasWritten() {
        ListenerOptions options = ListenerOptions.of("lines")
                .host("::1")
                .portRange(new PortRange(7000, 7999))
                .protocolOptions(new JsonObject().put("longest", 80))
                .backlog(5)
                .reusePort(true)
                .tcpNoDelay(false)
                .keepAlive(false)
                .keepAliveIdle(Duration.ofMinutes(1))
                .keepAliveInterval(Duration.ofSeconds(10))
                .keepAliveCount(3)
                .tcpUserTimeout(Duration.ofSeconds(20))
                .receiveBuffer(1 << 16)
                .sendBuffer(1 << 17)
                .maxConnections(10)
                .whenFull(WhenFull.QUEUE)
                .acceptRate(100)
                .acceptBurst(5)
                .perAddressLimit(7)
                .allow(List.of(AddressBlock.parse("10.0.0.0/8"), AddressBlock.parse("2001:db8::/32")))
                .deny(List.of(AddressBlock.parse("10.1.2.3")))
                .idleTimeout(Duration.ZERO)
                .maxAge(Duration.ofHours(12))
                .writeTimeout(Duration.ofSeconds(20))
                .drainTimeout(Duration.ZERO)
                .closeTimeout(Duration.ofMillis(1500))
                .receiveBound(1024)
                .sendBound(1 << 20)
                .rateIn(1 << 20)
                .rateOut(2 << 20)
                .listenerRateIn(3 << 20)
                .listenerRateOut(4 << 20)
                .halfClose(false)
                .handshakeTimeout(Duration.ofSeconds(3))
                .tls(TlsOptions.of("web", "other")
                        .clients(TlsOptions.ClientCertificates.OPTIONAL, "ca")
                        .minVersion(TlsOptions.Version.TLS_1_3))
                .proxyProtocol(ProxyProtocol.optional(AddressBlock.parse("10.0.0.0/8")));

        ListenerOptions back = read(options.toJson().encode());

        assertThat(back).isEqualTo(options).hasSameHashCodeAs(options).hasToString(options.toString());
        assertThat(back.protocol()).isEqualTo("lines");
        assertThat(back.port()).isZero();
        assertThat(back.portRange()).isEqualTo(new PortRange(7000, 7999));
        assertThat(back.protocolOptions().getInteger("longest")).isEqualTo(80);
        assertThat(back.maxConnections()).isEqualTo(10);
        assertThat(back.toJson().getString("idleTimeout")).isEqualTo("off");
        assertThat(back.closeTimeout()).hasMillis(1500);
        assertThat(back).isNotEqualTo(options.backlog(6));
    }

    @Test
    void aWitherLeavesTheOriginalAlone() {
        ListenerOptions options = ListenerOptions.of("echo");
        options.port(7000);
        options.protocolOptions().put("changed", true);

        assertThat(options).isEqualTo(ListenerOptions.of("echo"));
    }

    @Test
    void aSizeIsReadWithAUnitOrWithout() {
        assertThat(read("{'protocol':'echo','receiveBound':'1MiB','sendBound':4096}".replace('\'', '"')))
                .isEqualTo(ListenerOptions.of("echo").receiveBound(1 << 20).sendBound(4096));
    }

    @Test
    void nullIsTheSameAsAbsent() {
        assertThat(read("""
                {"protocol": "echo", "port": null, "portRange": null, "maxConnections": null}""")).isEqualTo(ListenerOptions.of("echo"));
    }

    @Test
    void whatAnAnswerHoldsBesideTheOptionsIsIgnored() {
        assertThat(read("""
                                {"protocol": "echo", "name": "x", "state": "listening", "reason": null, "origin": "api",
                                 "modified": true, "boundPort": 7, "connections": {"open": 1}, "bytesIn": 1, "bytesOut": 2,
                                 "startedAt": "2030-01-01T00:00:00Z", "revision": 3}""")).isEqualTo(ListenerOptions.of("echo"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "port|70000|port 70000 is out of range: use 0 (any free) to 65535",
                "port|-1|port -1 is out of range: use 0 (any free) to 65535",
                "port|99999999999999999999|port 99999999999999999999 is out of range: use 0 (any free) to 65535",
                "port|\"7000\"|port \"7000\" is not a whole number: use 0 (any free) to 65535",
                "port|70.5|port 70.5 is not a whole number: use 0 (any free) to 65535",
                "port|[1]|port [...] is not a whole number: use 0 (any free) to 65535",
                "backlog|0|backlog 0 is out of range: use 1 to 65535",
                "host|\"\"|host \"\" is not an address: use an IP address as in \"0.0.0.0\" or \"::1\", or a host name as in \"localhost\"",
                "host|\"300.1.2.3\"|host \"300.1.2.3\" is not an address: use an IP address as in \"0.0.0.0\" or \"::1\", or a host name as in \"localhost\"",
                "host|\"http://x\"|host \"http://x\" is not an address: use an IP address as in \"0.0.0.0\" or \"::1\", or a host name as in \"localhost\"",
                "host|1|host 1 is not an address: use an IP address as in \"0.0.0.0\" or \"::1\", or a host name as in \"localhost\"",
                "protocolOptions|\"x\"|protocolOptions \"x\" is not an object: use an object as in {\"name\": \"value\"}",
                "keepAlive|\"yes\"|keepAlive \"yes\" is not true or false: use true or false",
                "maxConnections|0|maxConnections 0 is out of range: use 1 to 10000000",
                "whenFull|\"wait\"|whenFull \"wait\" is not known: use \"reject\" or \"queue\"",
                "acceptRate|0|acceptRate 0 is out of range: use 1 to 1000000",
                "idleTimeout|30|idleTimeout 30 is not a duration: use \"off\", or \"10ms\" to \"365d\"",
                "idleTimeout|\"1ms\"|idleTimeout \"1ms\" is out of range: use \"off\", or \"10ms\" to \"365d\"",
                "maxAge|\"50ms\"|maxAge \"50ms\" is out of range: use \"off\", or \"100ms\" to \"365d\"",
                "writeTimeout|\"2d\"|writeTimeout \"2d\" is out of range: use \"off\", or \"10ms\" to \"1d\"",
                "drainTimeout|\"off\"|drainTimeout \"off\" is not a duration: use \"0s\" to \"1d\"",
                "drainTimeout|\"999999999999d\"|drainTimeout \"999999999999d\" is out of range: use \"0s\" to \"1d\"",
                "closeTimeout|\"soon\"|closeTimeout \"soon\" is not a duration: use \"10ms\" to \"1h\"",
                "receiveBound|10|receiveBound 10 is out of range: use \"1KiB\" to \"64MiB\", or the bytes as a number",
                "receiveBound|\"9GiB\"|receiveBound \"9GiB\" is out of range: use \"1KiB\" to \"64MiB\", or the bytes as a number",
                "sendBound|\"64kb\"|sendBound \"64kb\" is not a size: use \"1KiB\" to \"64MiB\", or the bytes as a number",
                "path|\"run/x\"|path \"run/x\" is out of range: use an absolute path of up to 100 plain characters without \"..\", as in \"/run/kamaelia/echo.sock\"",
                "rateIn|10|rateIn 10 is out of range: use \"1KiB\" to \"1GiB\", or the bytes as a number",
                "portRange|7000|portRange 7000 is not an object: use an object as in {\"min\": 7000, \"max\": 7999}",
            })
    void aBadValueIsToldWithItsNameAndTheRemedy(String name, String value, String message) {
        assertThat(problems("{\"protocol\": \"echo\", \"" + name + "\": " + value + "}"))
                .containsExactly(new Problem("/" + name, message));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1/8",
                "10.0.0.0/33",
                "10.0.0/8",
                "::1/129",
                "2001:db8::1/32",
                "localhost",
                "",
                "1.2.3.4/",
                "[::1]",
                "fe80::1%lo",
                "/8",
                "1.2.3.4/-1"
            })
    void anAddressBlockHasNoBitsBeyondItsLengthAndNoName(String block) {
        assertThat(problems(new JsonObject()
                        .put("protocol", "echo")
                        .put("deny", new JsonArray().add("::1").add(block))
                        .encode()))
                .containsExactly(new Problem(
                        "/deny/1",
                        "deny[1] \"" + block
                                + "\" is not a block of addresses: use an address or a CIDR block without bits"
                                + " beyond its length, as in \"192.0.2.7\", \"10.0.0.0/8\" or \"2001:db8::/32\""));
    }

    @Test
    void aPathHasNoPortBesideItAndNoWayUp() {
        assertThat(problems("""
                {"protocol": "echo", "port": 7000, "path": "/run/x.sock"}"""))
                .containsExactly(new Problem(
                        "/path", "path /run/x.sock excludes a port: leave port and portRange out, or path"));
        assertThat(problems("""
                {"protocol": "echo", "path": "/run/../x.sock"}""")).hasSize(1);
        assertThat(ListenerOptions.of("echo").path("/run/x.sock").path()).isEqualTo("/run/x.sock");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|/tls/certificates|tls.certificates is missing: give one, as in [...]",
                "{\"certificates\": []}|/tls/certificates|certificates is empty: name at least one of the configured certificates",
                "{\"certificates\": [\"/etc/tls.crt\"]}|/tls/certificates/0|tls.certificates[0] \"/etc/tls.crt\" is out of range:"
                        + " use the name of one of the configured certificates, as in \"web\"",
                "{\"certificates\": [\"web\"], \"clientAuth\": \"required\"}|/tls/clientCa|clientAuth required needs clientCa,"
                        + " the name of the configured authorities that sign clients' certificates",
                "{\"certificates\": [\"web\"], \"clientCa\": \"ca\"}|/tls/clientAuth|clientCa \"ca\" without clientAuth would ask"
                        + " nobody: use clientAuth optional or required, or leave clientCa out",
                "{\"certificates\": [\"web\"], \"minVersion\": \"1.1\"}|/tls/minVersion|tls.minVersion \"1.1\" is not a version of"
                        + " TLS: use one of 1.2, 1.3",
                "{\"certificates\": [\"web\"], \"key\": \"x\"}|/tls/key|\"tls.key\" is no option here: use one of certificates,"
                        + " clientAuth, clientCa, minVersion",
            })
    void badTlsIsToldWithItsPlaceAndTheRemedy(String tls, String pointer, String message) {
        assertThat(problems("{\"protocol\": \"echo\", \"tls\": " + tls + "}"))
                .containsExactly(new Problem(pointer, message));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|/proxyProtocol/mode|proxyProtocol.mode is missing: give one, as in \"required\"",
                "{\"mode\": \"on\"}|/proxyProtocol/mode|proxyProtocol.mode \"on\" is not a rule for PROXY headers: use one of"
                        + " off, optional, required",
                "{\"mode\": \"optional\"}|/proxyProtocol/trusted|trusted is empty and mode is optional, so that every client"
                        + " could claim any address: name the proxies' addresses, or use mode required on a port that only"
                        + " proxies reach",
            })
    void aBadRuleForProxiesIsToldWithItsPlaceAndTheRemedy(String rule, String pointer, String message) {
        assertThat(problems("{\"protocol\": \"echo\", \"proxyProtocol\": " + rule + "}"))
                .containsExactly(new Problem(pointer, message));
    }

    @Test
    void nobodyIsTrustedByAddressWhereThereIsNone() {
        assertThat(problems("""
                {"protocol": "echo", "path": "/run/x.sock", "proxyProtocol": {"mode": "required", "trusted": ["::1"]}}"""))
                .containsExactly(new Problem(
                        "/proxyProtocol/trusted",
                        "proxyProtocol.trusted means nothing at path /run/x.sock, whose peers have no addresses: leave it"
                                + " out; who may open the file is trusted"));
        assertThat(ListenerOptions.of("echo")
                        .path("/run/x.sock")
                        .proxyProtocol(ProxyProtocol.required())
                        .proxyProtocol()
                        .trusted())
                .isEmpty();
    }

    @Test
    void aVersionMayBeWrittenAsANumber() {
        assertThat(read("{\"protocol\": \"echo\", \"tls\": {\"certificates\": [\"web\"], \"minVersion\": 1.3}}")
                        .tls())
                .isEqualTo(TlsOptions.of("web").minVersion(TlsOptions.Version.TLS_1_3));
    }

    @Test
    void allProblemsAreToldAtOnce() {
        assertThat(problems("""
                {"port": 70000, "portt": 1, "portRange": {"min": 0, "mix": 3}, "backlog": "x"}"""))
                .extracting(Problem::pointer)
                .containsExactly(
                        "/protocol",
                        "/port",
                        "/portRange/min",
                        "/portRange/max",
                        "/portRange/mix",
                        "/backlog",
                        "/portt");
    }

    @Test
    void aMisspeltOptionIsToldWithTheNearest() {
        assertThat(problems("""
                {"protocol": "echo", "idleTimeOut": "1h"}"""))
                .containsExactly(
                        new Problem("/idleTimeOut", "\"idleTimeOut\" is no option here: did you mean idleTimeout?"));
        assertThat(problems("""
                {"protocol": "echo", "a/b~c": "1h"}""").get(0))
                .satisfies(problem -> assertThat(problem.pointer()).isEqualTo("/a~1b~0c"))
                .satisfies(problem ->
                        assertThat(problem.detail()).contains("is no option here: use one of protocol, host"));
    }

    @Test
    void theProtocolIsRequired() {
        assertThat(problems("{}"))
                .containsExactly(new Problem("/protocol", "protocol is missing: give one, as in \"echo\""));
    }

    @Test
    void aProtocolThatIsNoNameIsToldOnce() {
        assertThat(problems("{\"protocol\": 5}"))
                .containsExactly(
                        new Problem(
                                "/protocol",
                                "protocol 5 is not a protocol's name: use up to 64 letters, digits, '.', '_' and '-', as in \"echo\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "e cho", "../x", "-x"})
    void aProtocolsNameIsPlain(String protocol) {
        assertThatExceptionOfType(InvalidOptions.class)
                .isThrownBy(() -> ListenerOptions.of(protocol))
                .withMessageContaining("use up to 64 letters, digits");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::", "::1", "fe80::1", "localhost", "a-b.example", "0.0.0.0"})
    void anAddressOrANameIsAHost(String host) {
        assertThat(ListenerOptions.of("echo").host(host).host()).isEqualTo(host);
    }

    @Test
    void aRangeOfPortsHasAnOrderAndNoPortBesideIt() {
        assertThat(problems("""
                {"protocol": "echo", "portRange": {"min": 8000, "max": 7000}}"""))
                .containsExactly(new Problem("/portRange/max", "max 7000 is below min 8000: use min or more"));
        assertThat(problems("""
                {"protocol": "echo", "port": 7000, "portRange": {"min": 8000, "max": 9000}}"""))
                .containsExactly(new Problem(
                        "/portRange",
                        "port 7000 and portRange 8000-9000 exclude each other: leave port out, or portRange"));
    }

    @Test
    void aWitherChecksLikeTheReader() {
        assertThatExceptionOfType(InvalidOptions.class)
                .isThrownBy(() -> ListenerOptions.of("echo").port(70000))
                .withMessage("port 70000 is out of range: use 0 (any free) to 65535");
        assertThatExceptionOfType(InvalidOptions.class)
                .isThrownBy(() -> ListenerOptions.of("echo").closeTimeout(Duration.ZERO))
                .withMessage("closeTimeout \"0s\" is out of range: use \"10ms\" to \"1h\"");
        assertThatExceptionOfType(InvalidOptions.class)
                .isThrownBy(() -> ListenerOptions.of("echo").drainTimeout(Duration.ofSeconds(-1)))
                .withMessage("drainTimeout \"-1s\" is out of range: use \"0s\" to \"1d\"");
    }

    @Test
    void aPatchChangesWhatItNamesAndNullGoesBackToTheDefault() {
        ListenerOptions options = ListenerOptions.of("echo")
                .port(7000)
                .maxConnections(5)
                .protocolOptions(new JsonObject().put("a", 1).put("b", 2));

        assertThat(options.merge(new JsonObject("""
                {"port": null, "maxConnections": null, "idleTimeout": "off", "protocolOptions": {"a": null, "c": [1]}}""")))
                .isEqualTo(ListenerOptions.of("echo")
                        .idleTimeout(Duration.ZERO)
                        .protocolOptions(new JsonObject().put("b", 2).put("c", new JsonArray().add(1))));
        assertThat(options.merge(new JsonObject())).isEqualTo(options);
        assertThatExceptionOfType(InvalidOptions.class)
                .isThrownBy(() -> options.merge(new JsonObject().putNull("protocol")))
                .withMessageContaining("protocol is missing");
    }

    @Test
    void aRunningListenerTakesLimitsAndTimeoutsAndNothingElse() {
        ListenerOptions running = ListenerOptions.of("echo").port(7000);

        assertThat(running.notLive(running.maxConnections(9)
                        .rateIn(2000)
                        .rateOut(2000)
                        .listenerRateIn(2000)
                        .listenerRateOut(2000)
                        .whenFull(WhenFull.QUEUE)
                        .acceptRate(1)
                        .acceptBurst(1)
                        .perAddressLimit(1)
                        .allow(List.of(AddressBlock.parse("::/0")))
                        .deny(List.of(AddressBlock.parse("::1")))
                        .idleTimeout(Duration.ofMinutes(1))
                        .maxAge(Duration.ofMinutes(1))
                        .writeTimeout(Duration.ofMinutes(2))
                        .drainTimeout(Duration.ofMinutes(1))
                        .closeTimeout(Duration.ofMinutes(1))))
                .isEmpty();
        assertThat(running.notLive(running.port(7001).protocol("discard").backlog(1)))
                .containsExactly("port", "protocol", "backlog");
    }

    @Test
    void problemsKeepTheirPlaceInALargerDocument() {
        InvalidOptions invalid = new InvalidOptions("/port", "port 70000 is out of range");

        assertThat(invalid.under("/listeners/2").problems())
                .containsExactly(new Problem("/listeners/2/port", "port 70000 is out of range"));
    }

    @Test
    void operatorsSeeEverythingButSecrets() {
        ListenerOptions options = ListenerOptions.of("echo")
                .protocolOptions(new JsonObject().put("password", "hunter2").put("longest", 80));

        JsonObject shown = options.shown();

        assertThat(shown)
                .isEqualTo(options.toJson()
                        .put(
                                "protocolOptions",
                                new JsonObject().put("password", "***").put("longest", 80)));
        assertThat(options.port(7000).shown().getInteger("port")).isEqualTo(7000);
    }

    @Test
    void aLongOrStrangeValueStaysOnOneShortLine() {
        assertThat(problems(new JsonObject()
                                .put("protocol", "echo")
                                .put("host", "a\nb" + "x".repeat(500))
                                .encode())
                        .get(0)
                        .detail())
                .startsWith("host \"a?bxxx")
                .contains("xxx...\" is not")
                .hasSizeLessThan(250);
    }
}
