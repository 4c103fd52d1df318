package org.kamaelia.component;

/**
 * What a {@link Component#step() step} says is to happen next; it stands for the {@code yield} of
 * Kamaelia's {@code main} generators.
 */
public sealed class Next {
    /** Run me again after every other awake component has had its turn. */
    public static final Next AGAIN = new Next("AGAIN");

    /** Sleep until something wakes me; a wake that came while I ran turns this into {@link #AGAIN}. */
    public static final Next PAUSE = new Next("PAUSE");

    /** I have ended. */
    public static final Next DONE = new Next("DONE");

    private final String name;

    private Next(String name) {
        this.name = name;
    }

    @Override
    public String toString() {
        return name;
    }

    /** Kamaelia's WaitComplete: another step runs in the component's place, on its boxes and wakes. */
    static final class Detour extends Next {
        final Step step;

        Detour(Step step) {
            super("DETOUR");
            this.step = step;
        }
    }
}
