package org.kamaelia.component;

import java.util.Map;
import java.util.function.Function;

/**
 * Declares an inbox as one that takes messages of operators, and what it takes: {@link
 * Component#addInbox(String, ForOperators)}. Immutable, so that one declaration serves all components of a class.
 *
 * @param <T> what the inbox carries
 */
public final class ForOperators<T> {
    /** What an operator gives. */
    public enum Form {
        /** A {@link String}. */
        TEXT,
        /** The members of a JSON object: strings, numbers, booleans, nulls, maps and lists. */
        OBJECT
    }

    private final Class<T> type;
    private final Form form;
    private final String takes;
    private final Function<Object, ? extends T> read;

    private ForOperators(Class<T> type, Form form, String takes, Function<Object, ? extends T> read) {
        this.type = type;
        this.form = form;
        this.takes = takes;
        this.read = read;
    }

    /** A box of texts, for which each will do. */
    public static ForOperators<String> text(String takes) {
        return text(String.class, takes, text -> text);
    }

    /**
     * A box whose messages are made of texts.
     *
     * @param takes what an operator may give, in words for them
     * @param read makes the message, on the scheduler's thread; throws {@link IllegalArgumentException}, whose message is
     *     for the operator, for what it cannot be made of
     */
    public static <T> ForOperators<T> text(Class<T> type, String takes, Function<String, ? extends T> read) {
        return new ForOperators<>(type, Form.TEXT, takes, given -> read.apply((String) given));
    }

    /**
     * A box whose messages are made of JSON objects; {@code JsonObject::new} reads them for a box of Vert.x's.
     *
     * @param takes what an operator may give, in words for them
     * @param read as for {@link #text(Class, String, Function)}
     */
    @SuppressWarnings("unchecked") // so says its form, which is checked
    public static <T> ForOperators<T> object(
            Class<T> type, String takes, Function<Map<String, Object>, ? extends T> read) {
        return new ForOperators<>(type, Form.OBJECT, takes, given -> read.apply((Map<String, Object>) given));
    }

    /** What the inbox carries. */
    public Class<T> type() {
        return type;
    }

    public Form form() {
        return form;
    }

    /** What an operator may give, in words for them. */
    public String takes() {
        return takes;
    }

    /**
     * The message that is made of what was given.
     *
     * @throws IllegalArgumentException if it cannot be made of that
     */
    T read(Object given) {
        boolean fits = form == Form.TEXT ? given instanceof String : given instanceof Map<?, ?>;
        if (!fits) {
            throw new IllegalArgumentException(
                    "it takes " + (form == Form.TEXT ? "a text" : "an object") + ": " + takes);
        }
        T message;
        try {
            message = read.apply(given);
        } catch (RuntimeException unfit) {
            // Most likely the fault of what was given, whatever the reader makes of it.
            String why = unfit.getMessage() == null ? unfit.getClass().getSimpleName() : unfit.getMessage();
            throw new IllegalArgumentException(why + "; it takes " + takes, unfit);
        }
        if (!type.isInstance(message)) {
            throw new IllegalArgumentException("it takes " + takes);
        }
        return message;
    }
}
