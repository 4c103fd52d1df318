package org.kamaelia.tcp;

import io.vertx.core.json.JsonObject;

/** Ports from {@code min} to {@code max}, both included; Kamaelia's {@code minrange} and {@code maxrange}. */
public record PortRange(int min, int max) {

    static final OptionType<Integer> PORT = OptionType.integer(1, 65535);

    /** {@code {"min": 7000, "max": 7999}}. */
    public static final OptionType<PortRange> TYPE = OptionType.object(
            "{\"min\": 7000, \"max\": 7999}",
            reader -> new PortRange(reader.required("min", PORT, 7000), reader.required("max", PORT, 7999)),
            range -> new JsonObject().put("min", range.min()).put("max", range.max()));

    /** {@code "7000-7999"}, or {@code 7000} for one port. */
    public static final OptionType<PortRange> SHORT_TYPE = OptionType.word(
            "a range of ports",
            "ports of 1 to 65535, as in \"7000-7999\" or 7000",
            PortRange::parse,
            PortRange::toString);

    /** @throws InvalidOptions unless 1 &lt;= min &lt;= max &lt;= 65535 */
    public PortRange {
        PORT.check("min", min);
        PORT.check("max", max);
        if (min > max) {
            throw new InvalidOptions("/max", "max " + max + " is below min " + min + ": use min or more");
        }
    }

    public boolean contains(int port) {
        return min <= port && port <= max;
    }

    @Override
    public String toString() {
        return min == max ? Integer.toString(min) : min + "-" + max;
    }

    static PortRange parse(Object text) {
        String[] ends = text.toString().split("-", 2);
        return new PortRange(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
    }
}
