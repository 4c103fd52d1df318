package org.kamaelia.tcp;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A value that somebody else gave us, made fit for one line of a message. */
final class Shown {

    private static final int LONGEST = 60;

    private Shown() {}

    static String value(Object value) {
        if (value instanceof JsonObject) {
            return "{...}";
        }
        if (value instanceof JsonArray) {
            return "[...]";
        }
        String text = Secrets.hide(String.valueOf(value)).replaceAll("\\p{Cntrl}", "?");
        String cut = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
        return value instanceof CharSequence ? '"' + cut + '"' : cut;
    }
}
