package org.kamaelia.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.kamaelia.control.ConnectionQuery.Sort;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.InvalidOptions.Problem;

class CommandsTest {

    @Test
    void everyCommandIsFoundByItsMessage() {
        assertThat(ListenerCommand.values())
                .allSatisfy(command ->
                        assertThat(ListenerCommand.named(command.message())).isEqualTo(command));
        assertThat(ConnectionCommand.values())
                .allSatisfy(command ->
                        assertThat(ConnectionCommand.named(command.message())).isEqualTo(command));
        assertThat(Sort.values())
                .allSatisfy(sort -> assertThat(Sort.named(sort.field())).isEqualTo(sort));
    }

    @Test
    void anUnknownMessageIsToldWithThoseThereAre() {
        assertThat(catchThrowableOfType(InvalidOptions.class, () -> ListenerCommand.named("stop"))
                        .problems())
                .containsExactly(new Problem(
                        "/message", "message \"stop\" is unknown: use start, suspend, resume, serverShutdown"));
    }

    @Test
    void aRoleIncludesThoseBelowIt() {
        assertThat(Role.ADMIN.includes(Role.VIEWER)).isTrue();
        assertThat(Role.OPERATOR.includes(Role.OPERATOR)).isTrue();
        assertThat(Role.VIEWER.includes(Role.OPERATOR)).isFalse();
    }

    @Test
    void aQueryHasALimitAndACursorOnlyInTheDefaultOrder() {
        assertThatExceptionOfType(InvalidOptions.class)
                .isThrownBy(() -> ConnectionQuery.all().limit(1001))
                .withMessage("limit 1001 is out of range: use 1 to 1000");
        assertThatExceptionOfType(InvalidOptions.class)
                .isThrownBy(() -> ConnectionQuery.all().sort(Sort.IDLE, false).after("c"))
                .withMessageStartingWith("cursor goes with the default order only");
        assertThat(ConnectionQuery.all().limit(1000).after("c").cursor()).isEqualTo("c");
    }

    @Test
    void aFilterIsHeldAgainstTheStatesThereAre() {
        assertThat(new ConnectionFilter(null, null, null, null, "draining").state())
                .isEqualTo("draining");
        assertThatExceptionOfType(InvalidOptions.class)
                .isThrownBy(() -> new ConnectionFilter(null, null, null, null, "closed"))
                .withMessage("state \"closed\" is unknown: use handshaking, open, draining, closing");
    }
}
