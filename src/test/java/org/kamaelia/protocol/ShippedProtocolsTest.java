package org.kamaelia.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kamaelia.component.Component;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.testing.ComponentRig;
import org.kamaelia.tcp.ConnectionId;
import org.kamaelia.tcp.ConnectionInfo;

/** The protocols that ship, one connection each, without a socket. */
class ShippedProtocolsTest {
    private static final ConnectionInfo CONNECTION = new ConnectionInfo(
            new ConnectionId(1),
            "front",
            SocketAddress.inetSocketAddress(50_000, "192.0.2.7"),
            SocketAddress.inetSocketAddress(7, "192.0.2.1"),
            null,
            null);

    @Test
    void echoSendsBackWhatComesAndThenSaysFarewell() {
        ComponentRig rig = rig(new Echo());

        rig.send("inbox", Buffer.buffer("one"), Buffer.buffer("two"))
                .send("control", new ProducerFinished())
                .run();

        assertThat(text(rig)).isEqualTo("onetwo");
        assertThat(rig.takeSignals()).hasSize(1);
        assertThat(rig.hasEnded()).isTrue();
    }

    @Test
    void echoTakesNoMoreThanItCanSend() {
        ComponentRig rig = rig(new Echo()).bound("outbox", 1);
        int taken = 0;
        while (rig.offer("inbox", Buffer.buffer(new byte[8 * 1024]))) {
            rig.run();
            taken++;
        }

        assertThat(taken).isEqualTo(9);
        assertThat(rig.events()).isEmpty();
    }

    @Test
    void discardTakesEverythingAndAnswersNothing() {
        ComponentRig rig = rig(new Discard()).collect("outbox", Buffer.class);
        for (int i = 0; i < 1_000; i++) {
            rig.send("inbox", Buffer.buffer(new byte[8 * 1024])).run();
        }

        assertThat(text(rig)).isEmpty();
        rig.send("control", new ProducerFinished()).run();
        assertThat(rig.hasEnded()).isTrue();
    }

    @Test
    void daytimeSaysWhatTimeItIsInUtcAndCloses() {
        Clock clock = Clock.fixed(Instant.parse("1982-02-22T17:37:43Z"), ZoneId.of("America/Los_Angeles"));
        ComponentRig rig =
                rig(new Daytime(clock)).collect("outbox", Buffer.class).run();

        assertThat(text(rig)).isEqualTo("Monday, February 22, 1982 17:37:43-UTC\r\n");
        assertThat(rig.takeSignals()).singleElement().isInstanceOf(ProducerFinished.class);
        assertThat(rig.hasEnded()).isTrue();
    }

    @Test
    void chargenSendsLinesOf72CharactersThatMoveOnByOne() {
        ComponentRig rig = rig(new Chargen()).run();

        String[] lines = text(rig).split("\r\n", -1);

        assertThat(lines).hasSizeGreaterThan(200);
        assertThat(lines[0]).hasSize(72).startsWith(" !\"#");
        assertThat(lines[1]).hasSize(72).startsWith("!\"#$").startsWith(lines[0].substring(1));
        assertThat(lines[94]).startsWith("~ !\"");
        assertThat(lines[95]).isEqualTo(lines[0]);
    }

    @Test
    void chargenSendsOnlyWhatIsTakenAndSeamlessly() {
        ComponentRig rig = rig(new Chargen()).bound("outbox", 1).run();
        String first = text(rig);
        String second = text(rig.run());

        assertThat(second).isEqualTo(first);
        assertThat(text(rig)).isEmpty();
    }

    @Test
    void chargenDropsWhatComesAndEndsWithItsInput() {
        ComponentRig rig = rig(new Chargen()).run();
        for (int i = 0; i < 100; i++) {
            rig.send("inbox", Buffer.buffer(new byte[8 * 1024])).run();
        }

        rig.send("control", new ProducerFinished()).run();

        assertThat(rig.hasEnded()).isTrue();
        assertThat(rig.takeSignals()).hasSize(1);
    }

    @Test
    void linesAnswersEachCommandWithALine() {
        ComponentRig rig = rig(new Lines());

        rig.send("inbox", Buffer.buffer("echo  two  spaces\r\nUPPER straße\nwhoami\n\nsing\nhelp\n"))
                .run();

        assertThat(text(rig).split("\r\n", -1))
                .containsExactly(
                        " two  spaces",
                        "STRASSE",
                        "192.0.2.7:50000 on front",
                        "",
                        "unknown command \"sing\"; try help",
                        "echo TEXT, upper TEXT, time, whoami, help, quit",
                        "");
    }

    @Test
    void linesTellsTheTime() {
        ComponentRig rig = rig(new Lines());

        rig.send("inbox", Buffer.buffer("time\n")).run();

        assertThat(Instant.parse(text(rig).strip())).isBefore(Instant.now().plusSeconds(60));
    }

    @Test
    void linesQuitsOnRequestAndAnswersNothingAfterIt() {
        ComponentRig rig = rig(new Lines());

        rig.send("inbox", Buffer.buffer("echo a\nquit\necho b\n")).run();

        assertThat(text(rig)).isEqualTo("a\r\nbye\r\n");
        assertThat(rig.takeSignals()).singleElement().isInstanceOf(ProducerFinished.class);
    }

    @Test
    void linesAnswersWhatCameBeforeALineThatIsTooLong() {
        ComponentRig rig = ComponentRig.of(new Lines().open(CONNECTION, new JsonObject().put("maxLength", 8)));

        rig.send("inbox", Buffer.buffer("echo a\necho 1234567890\necho b\n")).run();

        assertThat(text(rig)).isEqualTo("a\r\n");
        assertThat(rig.hasEnded()).isTrue();
    }

    @Test
    void linesAnswersALastCommandWithoutAnEnd() {
        ComponentRig rig = rig(new Lines());

        rig.send("inbox", Buffer.buffer("echo a\necho b"))
                .send("control", new ProducerFinished())
                .run();

        assertThat(text(rig)).isEqualTo("a\r\nb\r\n");
        assertThat(rig.hasEnded()).isTrue();
    }

    @Test
    void everyHandlerEndsAtOnceOnAShutdown() {
        for (Protocol each : List.of(new Echo(), new Discard(), new Chargen(), new Lines())) {
            ComponentRig rig = rig(each).run();

            rig.send("control", new ShutdownMicroprocess()).run();

            assertThat(rig.hasEnded()).as(each.name()).isTrue();
        }
    }

    private static ComponentRig rig(Protocol protocol) {
        Component handler = protocol.open(CONNECTION, OptionsSchema.complete(protocol, new JsonObject()));
        return ComponentRig.of(handler);
    }

    private static String text(ComponentRig rig) {
        Buffer all = Buffer.buffer();
        rig.take("outbox", Buffer.class).forEach(all::appendBuffer);
        return all.toString();
    }
}
