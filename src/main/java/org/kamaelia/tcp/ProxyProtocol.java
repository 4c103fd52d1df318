package org.kamaelia.tcp;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Whether clients come through proxies that tell their addresses in a PROXY header, of version 1 or 2, in front of
 * everything else. What a client may claim of itself is worth nothing, so that only those who are trusted may send one.
 *
 * @param mode whether a header stands before a connection's bytes
 * @param trusted the proxies' addresses; empty only where a header is required, and then everybody who reaches the port is
 *     believed
 */
public record ProxyProtocol(Mode mode, List<AddressBlock> trusted) {

    /** Whether there is a header. */
    public enum Mode {
        /** What looks like one is payload. */
        OFF("off"),
        /**
         * Those trusted may send one, and nobody else. A connection is served once its first bytes tell whether they are a
         * header: only for protocols in which the client speaks first.
         */
        OPTIONAL("optional"),
        /** Only those trusted are let in, and only with a header. */
        REQUIRED("required");

        private final String text;

        Mode(String text) {
            this.text = text;
        }

        /** As in JSON. */
        @Override
        public String toString() {
            return text;
        }
    }

    /** No header. */
    public static final ProxyProtocol OFF = new ProxyProtocol(Mode.OFF, List.of());

    private static final OptionType<Mode> MODE = OptionType.oneOf("a rule for PROXY headers", Mode.values());
    private static final OptionType<List<AddressBlock>> TRUSTED = OptionType.listOf(AddressBlock.TYPE);

    static final OptionType<ProxyProtocol> TYPE = OptionType.object(
            "{\"mode\": \"required\", \"trusted\": [\"10.0.0.0/8\"]}", ProxyProtocol::read, ProxyProtocol::write);

    /** @throws InvalidOptions if anybody could claim any address */
    public ProxyProtocol {
        trusted = List.copyOf(trusted);
        if (mode == Mode.OPTIONAL && trusted.isEmpty()) {
            throw new InvalidOptions(
                    "/trusted",
                    "trusted is empty and mode is optional, so that every client could claim any address: name the"
                            + " proxies' addresses, or use mode required on a port that only proxies reach");
        }
    }

    /** A header is required, from these blocks; of everybody if there is none. */
    public static ProxyProtocol required(AddressBlock... trusted) {
        return new ProxyProtocol(Mode.REQUIRED, List.of(trusted));
    }

    /** A header may come, from these blocks. */
    public static ProxyProtocol optional(AddressBlock... trusted) {
        return new ProxyProtocol(Mode.OPTIONAL, List.of(trusted));
    }

    boolean isOn() {
        return mode != Mode.OFF;
    }

    private static ProxyProtocol read(OptionReader reader) {
        return new ProxyProtocol(
                reader.required("mode", MODE, Mode.REQUIRED), reader.optional("trusted", TRUSTED, List.of()));
    }

    private JsonObject write() {
        return new JsonObject()
                .put("mode", mode.toString())
                .put(
                        "trusted",
                        new JsonArray(
                                trusted.stream().map(AddressBlock::toString).toList()));
    }
}
