package org.kamaelia.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

/** Services and values that components of one scheduler find by name. */
class ServiceRegistryTest {
    private final HandDriven hand = new HandDriven();
    private final ServiceRegistry services = hand.scheduler.services();
    private final Probe logger = new Probe();

    @Test
    void aServiceIsFoundByItsName() {
        services.register("logger", logger.in);

        assertThat(services.hasService("logger")).isTrue();
        assertThat(services.service("logger", String.class)).isSameAs(logger.in);
    }

    @Test
    void aSecondServiceOfOneNameIsRefused() {
        services.register("logger", logger.in);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> services.register("logger", new Probe().in))
                .withMessageContaining("registered already");
        assertThat(services.service("logger", String.class)).isSameAs(logger.in);
    }

    @Test
    void anUnknownServiceIsRefusedWhoeverAsks() {
        assertThat(services.hasService("logger")).isFalse();
        assertThatExceptionOfType(NoSuchElementException.class)
                .isThrownBy(() -> services.service("logger", String.class))
                .withMessageContaining("no service \"logger\"");
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> services.deregister("logger"));
    }

    @Test
    void aServiceTakesItsOwnTypeOnly() {
        services.register("logger", logger.in);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> services.service("logger", Integer.class))
                .withMessageContaining("takes String, not Integer");
    }

    @Test
    void anEndedComponentCannotServe() {
        hand.start(logger);
        hand.scheduler.end(logger);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> services.register("logger", logger.in))
                .withMessageContaining("has ended");
    }

    @Test
    void aServiceThatHasEndedIsAbsentAndItsNameFree() {
        hand.start(logger);
        services.register("logger", logger.in);
        hand.scheduler.end(logger);
        Probe next = new Probe();

        assertThat(services.hasService("logger")).isFalse();
        assertThatExceptionOfType(NoSuchElementException.class)
                .isThrownBy(() -> services.service("logger", String.class))
                .withMessageContaining("no service \"logger\"");
        services.register("logger", next.in);

        assertThat(services.service("logger", String.class)).isSameAs(next.in);
    }

    @Test
    void aParentThatIsToldOfItsServicesEndMayRegisterTheNextAtOnce() {
        Probe parent = new Probe();
        Probe next = new Probe();
        parent.addChild(logger);
        parent.whenChildEnded = (child, failure) -> services.register("logger", next.in);
        hand.start(parent, logger);
        services.register("logger", logger.in);

        hand.scheduler.end(logger);

        assertThat(hand.failures()).isEmpty();
        assertThat(services.service("logger", String.class)).isSameAs(next.in);
    }

    @Test
    void aServiceThatHasEndedCanStillBeDeregistered() {
        hand.start(logger);
        services.register("logger", logger.in);
        hand.scheduler.end(logger);

        services.deregister("logger");

        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> services.deregister("logger"));
    }

    @Test
    void aBoxThatWasRemovedNeitherServesNorBecomesAService() {
        Inbox<String> extra = logger.addInbox("extra", String.class);
        services.register("logger", extra);
        logger.remove(extra);

        assertThat(services.hasService("logger")).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> services.register("other", extra))
                .withMessageContaining("has been removed");
    }

    @Test
    void aServiceMayTakeItsNameBackInItsEndHook() {
        services.register("logger", logger.in);
        logger.whenEnded = failure -> services.deregister("logger");
        hand.start(logger);

        hand.scheduler.end(logger);

        assertThat(logger.ends).containsOnlyNulls();
        assertThat(services.hasService("logger")).isFalse();
    }

    @Test
    void aDeregisteredNameIsFreeAgain() {
        services.register("logger", logger.in);
        services.deregister("logger");
        services.register("logger", new Probe().in);

        assertThat(services.service("logger", String.class)).isNotSameAs(logger.in);
    }

    @Test
    void valuesAreTrackedByName() {
        services.track("port", 1601);
        assertThat(services.retrieve("port")).isEqualTo(1601);

        services.update("port", 1602);
        assertThat(services.retrieve("port")).isEqualTo(1602);

        services.untrack("port");
        assertThat(services.retrieve("port")).isNull();
    }

    @Test
    void whatIsThereCanBeListed() {
        assertThat(services.serviceNames()).isEmpty();
        assertThat(services.valueNames()).isEmpty();

        Probe echo = new Probe();
        hand.start(echo);
        services.register("logger", logger.in);
        services.register("echo", echo.in);
        services.track("port", 1601);
        services.track("host", "localhost");

        assertThat(services.serviceNames()).containsExactly("echo", "logger");
        assertThat(services.valueNames()).containsExactly("host", "port");

        hand.scheduler.end(echo);
        services.untrack("host");
        assertThat(services.serviceNames()).as("one that has ended is absent").containsExactly("logger");
        assertThat(services.valueNames()).containsExactly("port");
    }

    @Test
    void aValueIsTrackedOnceAndOnlyAKnownOneIsUpdatedOrForgotten() {
        services.track("port", 1601);

        assertThatIllegalArgumentException().isThrownBy(() -> services.track("port", 1602));
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> services.update("host", "localhost"));
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> services.untrack("host"));
    }
}
