package org.kamaelia;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.kamaelia.eventloop.SchedulerVerticle;
import org.kamaelia.tcp.Durations;
import org.kamaelia.tcp.OptionType;

/**
 * How components run on their event loops.
 *
 * @param stepLimit how long a component's step may take before {@link org.kamaelia.component.StepOverdue} names it, while it
 *     still does; 100ms
 */
public record SchedulerOptions(Duration stepLimit) {

    private static final OptionType<Duration> STEP_LIMIT =
            OptionType.duration(Duration.ofMillis(1), Duration.ofMinutes(1));

    public static final SchedulerOptions DEFAULT = new SchedulerOptions(SchedulerVerticle.STEP_LIMIT);

    static final OptionType<SchedulerOptions> TYPE = OptionType.object(
            "{\"stepLimit\": \"100ms\"}",
            reader -> new SchedulerOptions(reader.optional("stepLimit", STEP_LIMIT, DEFAULT.stepLimit)),
            SchedulerOptions::toJson);

    /** Throws {@link org.kamaelia.tcp.InvalidOptions} for a duration out of range. */
    public SchedulerOptions {
        STEP_LIMIT.check("stepLimit", stepLimit);
    }

    JsonObject toJson() {
        return new JsonObject().put("stepLimit", Durations.format(stepLimit));
    }
}
