package org.kamaelia.component;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A named end of a component: where messages arrive ({@link Inbox}) or leave ({@link Outbox}).
 *
 * <p>Boxes form chains by {@link Linkage}s. Each box knows the one inbox that its chain ends in, worked
 * out when links change and never when messages flow. Confined to the scheduler's thread.
 */
public abstract sealed class Box permits Inbox, Outbox {
    final Component owner;
    final Class<?> type;
    private final String name;

    /** The next of the owner's boxes. */
    @Nullable
    Box nextBox;

    /** The one linkage that leads away from this box. */
    @Nullable
    Linkage out;

    /** The first of the linkages that lead here. */
    @Nullable
    Linkage firstIn;

    /** Where a message sent from here ends up; null while the chain ends in an outbox. */
    @Nullable
    Inbox<?> target;

    /** The owner of {@link #target}, whom a message wakes: by way of it the path of every message is longer. */
    @Nullable
    Component reader;

    Box(Component owner, String name, Class<?> type) {
        this.owner = owner;
        this.name = name;
        this.type = type;
    }

    /** Its Kamaelia name. */
    public final String name() {
        return name;
    }

    /** What it carries. */
    public final Class<?> type() {
        return type;
    }

    /** The component it belongs to. */
    public final Component owner() {
        return owner;
    }

    /** Where its chain of linkages ends; null when that is an unlinked outbox. */
    public final @Nullable Inbox<?> destination() {
        return target;
    }

    /** True when a linkage leads on from here. */
    public final boolean isLinked() {
        return out != null;
    }

    /** True when a linkage leads here. */
    public final boolean hasSources() {
        return firstIn != null;
    }

    /** The inbox that this box is by itself, when no linkage leads on. */
    abstract @Nullable Inbox<?> own();

    /** Works out anew where this box and all that lead to it end. */
    final void retarget() {
        Linkage on = out;
        Inbox<?> now = on == null ? own() : on.sink.target;
        if (now == target) {
            return;
        }
        leave(target);
        target = now;
        reader = now == null ? null : now.owner;
        for (Linkage in = firstIn; in != null; in = in.nextIn) {
            in.source.retarget();
        }
    }

    /**
     * Looks at what comes in where the compiler's word is not enough: raw types, and names found at run
     * time. Any thread.
     *
     * @throws IllegalArgumentException if this box does not carry such a message
     */
    public final void check(@Nullable Object message) {
        Objects.requireNonNull(message, () -> "a message for " + this + " may not be null");
        if (!type.isInstance(message)) {
            throw new IllegalArgumentException(this + " carries " + type.getName() + ", not "
                    + message.getClass().getName());
        }
    }

    /** Called before {@link #target} changes from the one given. */
    void leave(@Nullable Inbox<?> old) {}

    @Override
    public final String toString() {
        return owner + "." + name;
    }
}
