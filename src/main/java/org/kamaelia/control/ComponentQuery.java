package org.kamaelia.control;

import org.jspecify.annotations.Nullable;
import org.kamaelia.tcp.InvalidOptions;

/**
 * Which components to list: event loop by event loop, on each the youngest first.
 *
 * @param kind the name of their class; null for all
 * @param loop the number of an event loop, from 0; null for all
 * @param waitsFor those that sleep until that happens; null for all
 * @param connection the id of the connection that they belong to; null for all
 * @param limit most of one page
 * @param cursor where the page before ended; null for the first
 */
public record ComponentQuery(
        @Nullable String kind,
        @Nullable Integer loop,
        @Nullable WaitsFor waitsFor,
        @Nullable String connection,
        int limit,
        @Nullable String cursor) {

    public static final int DEFAULT_LIMIT = 100;
    public static final int MOST = 1000;

    /** What a sleeping component waits for. */
    public enum WaitsFor {
        MESSAGE("message"),
        ROOM("room"),
        DEADLINE("deadline"),
        CHILD("child");

        private final String word;

        WaitsFor(String word) {
            this.word = word;
        }

        /** The name in JSON. */
        public String word() {
            return word;
        }

        /**
         * What is called so.
         *
         * @throws InvalidOptions for anything else; it lists what there is
         */
        public static WaitsFor named(String word) {
            return Names.find("waitsFor", values(), WaitsFor::word, word);
        }
    }

    /** @throws InvalidOptions for a limit out of range */
    public ComponentQuery {
        if (limit < 1 || limit > MOST) {
            throw new InvalidOptions("/limit", "limit " + limit + " is out of range: use 1 to " + MOST);
        }
    }

    /** All components, the first page. */
    public static ComponentQuery all() {
        return new ComponentQuery(null, null, null, null, DEFAULT_LIMIT, null);
    }
}
