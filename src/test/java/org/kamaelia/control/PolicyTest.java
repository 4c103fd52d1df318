package org.kamaelia.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.tcp.HostPorts;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.InvalidOptions.Problem;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.PortRange;

class PolicyTest {

    private static final ListenerOptions ECHO = ListenerOptions.of("echo");

    private static ControlFailure refusal(Policy policy, ListenerOptions options) {
        return catchThrowableOfType(ControlFailure.class, () -> policy.check(options));
    }

    @Test
    void byDefaultPortsFrom1024AreFree() {
        assertThatCode(() -> Policy.defaults().check(ECHO)).doesNotThrowAnyException();
        assertThatCode(() -> Policy.defaults().check(ECHO.port(1024))).doesNotThrowAnyException();
        assertThatCode(() -> Policy.defaults().check(ECHO.portRange(new PortRange(7000, 7999))))
                .doesNotThrowAnyException();
    }

    @Test
    void aPortOutsideIsRefusedWithThoseInside() {
        ControlFailure failure = refusal(Policy.defaults(), ECHO.port(80));

        assertThat(failure.reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(failure.problems())
                .containsExactly(new Problem("/port", "port 80 is outside the policy: use 1024-65535"));
    }

    @Test
    void aRangeMustLieInsideAsAWhole() {
        Policy policy = Policy.fromJson(new JsonObject("""
                {"ports": ["7000-7099", 9000]}"""));

        assertThatCode(() -> policy.check(ECHO.port(9000))).doesNotThrowAnyException();
        assertThat(refusal(policy, ECHO.portRange(new PortRange(7050, 7150))))
                .hasMessage("portRange 7050-7150 is outside the policy: use 7000-7099, 9000");
        assertThat(refusal(policy, ECHO.port(9001)).problems())
                .extracting(Problem::pointer)
                .containsExactly("/port");
    }

    @Test
    void anyFreePortNeedsAPolicyThatAllowsAny() {
        assertThat(refusal(new Policy(List.of(new PortRange(7000, 7099)), null, null, null, List.of()), ECHO))
                .hasMessage("port 0 (any free one) may be outside the policy: use 7000-7099");
    }

    @Test
    void hostsAndProtocolsAreFreeUnlessListed() {
        Policy policy = Policy.fromJson(new JsonObject("""
                {"hosts": ["127.0.0.1", "localhost"], "protocols": ["echo"]}"""));

        assertThatCode(() -> policy.check(ECHO.host("LocalHost"))).doesNotThrowAnyException();
        assertThat(refusal(policy, ECHO))
                .hasMessage("host \"0.0.0.0\" is outside the policy: use 127.0.0.1, localhost");
        assertThat(refusal(policy, ECHO.host("127.0.0.1").protocol("lines")).problems())
                .containsExactly(new Problem("/protocol", "protocol \"lines\" is outside the policy: use echo"));
        assertThat(refusal(new Policy(List.of(), null, null, null, List.of()), ECHO.port(7000)))
                .hasMessage("port 7000 is outside the policy: use none");
    }

    @Test
    void upstreamsAreRefusedUnlessListed() {
        Policy policy = Policy.fromJson(new JsonObject("""
                {"upstreams": ["10.0.0.7:9000-9099", "DB.example:5432", "[::1]:7"]}"""));

        assertThatCode(() -> policy.checkUpstreams(
                        List.of(upstream("10.0.0.7", 9050), upstream("db.EXAMPLE", 5432), upstream("::1", 7))))
                .doesNotThrowAnyException();
        ControlFailure failure = catchThrowableOfType(
                ControlFailure.class,
                () -> policy.checkUpstreams(List.of(upstream("::1", 7), upstream("10.0.0.7", 9100))));
        assertThat(failure.reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(failure.problems())
                .containsExactly(
                        new Problem(
                                "/protocolOptions/upstreams",
                                "upstream 10.0.0.7:9100 is outside the policy, use 10.0.0.7:9000-9099, db.example:5432, [::1]:7"));
        assertThatThrownBy(() -> Policy.defaults().checkUpstreams(List.of(upstream("127.0.0.1", 7))))
                .hasMessage("upstream 127.0.0.1:7 is outside the policy, which has no upstreams: list it there, in"
                        + " policy.upstreams");
    }

    private static HostPorts upstream(String host, int port) {
        return new HostPorts(host, new PortRange(port, port));
    }

    @Test
    void itReadsBackAsItWasWritten() {
        Policy policy = new Policy(
                List.of(new PortRange(7000, 7099), new PortRange(9000, 9000)),
                List.of("::1"),
                null,
                null,
                List.of(new HostPorts("::1", new PortRange(7, 9))));

        assertThat(Policy.fromJson(policy.toJson())).isEqualTo(policy);
        assertThat(Policy.fromJson(new JsonObject())).isEqualTo(Policy.defaults());
    }

    @Test
    void whatIsWrongIsToldWithItsPlace() {
        InvalidOptions invalid = catchThrowableOfType(InvalidOptions.class, () -> Policy.fromJson(new JsonObject("""
                {"ports": ["7000-", "80-70", 70000, {}], "hosts": "all", "upstreams": ["a", "::1:7", "a:0"], "upstream": []}""")));

        assertThat(invalid.problems())
                .extracting(Problem::pointer)
                .containsExactly(
                        "/ports/0",
                        "/ports/1",
                        "/ports/2",
                        "/ports/3",
                        "/hosts",
                        "/upstreams/0",
                        "/upstreams/1",
                        "/upstreams/2",
                        "/upstream");
        assertThat(invalid.problems().get(1).detail())
                .isEqualTo(
                        "ports[1] \"80-70\" is not a range of ports: use ports of 1 to 65535, as in \"7000-7999\" or 7000");
    }
}
