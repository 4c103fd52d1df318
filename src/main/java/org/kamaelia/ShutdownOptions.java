package org.kamaelia;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.kamaelia.tcp.Durations;
import org.kamaelia.tcp.OptionType;

/**
 * How {@link Kamaelia#shutdown()} takes its time.
 *
 * @param delay how long connections are still accepted after it has become unready, so that load balancers notice; 0s
 * @param drainTimeout how long connections go on after that before their input is ended; 30s
 * @param closeTimeout how long they may take to end before they are aborted; 10s
 */
public record ShutdownOptions(Duration delay, Duration drainTimeout, Duration closeTimeout) {

    private static final OptionType<Duration> DELAY = OptionType.duration(Duration.ZERO, Duration.ofHours(1));
    private static final OptionType<Duration> DRAIN = OptionType.duration(Duration.ZERO, Duration.ofDays(1));
    private static final OptionType<Duration> CLOSE = OptionType.duration(Duration.ofMillis(10), Duration.ofHours(1));

    public static final ShutdownOptions DEFAULT =
            new ShutdownOptions(Duration.ZERO, Duration.ofSeconds(30), Duration.ofSeconds(10));

    static final OptionType<ShutdownOptions> TYPE = OptionType.object(
            "{\"drainTimeout\": \"30s\"}",
            reader -> new ShutdownOptions(
                    reader.optional("delay", DELAY, DEFAULT.delay),
                    reader.optional("drainTimeout", DRAIN, DEFAULT.drainTimeout),
                    reader.optional("closeTimeout", CLOSE, DEFAULT.closeTimeout)),
            ShutdownOptions::toJson);

    /** Throws {@link org.kamaelia.tcp.InvalidOptions} for a duration out of range. */
    public ShutdownOptions {
        DELAY.check("delay", delay);
        DRAIN.check("drainTimeout", drainTimeout);
        CLOSE.check("closeTimeout", closeTimeout);
    }

    /** The longest that connections may go on; what is left a moment later is cut off. */
    public Duration total() {
        return delay.plus(drainTimeout).plus(closeTimeout);
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("delay", Durations.format(delay))
                .put("drainTimeout", Durations.format(drainTimeout))
                .put("closeTimeout", Durations.format(closeTimeout));
    }
}
