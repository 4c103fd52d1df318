package org.kamaelia.control;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who asks for an operation, and by which way in.
 *
 * @param name of the token's holder, the certificate's subject, or what stands for them
 * @param role what they may do
 * @param door by which way in
 * @param from the address without its port; null where there is none
 */
public record Caller(
        String name, Role role, Door door, @Nullable String from) {

    /** The ways in. */
    public enum Door {
        /** Methods of {@link ControlPlane}. */
        JAVA,
        /** HTTP. */
        REST,
        /** The event bus. */
        EVENT_BUS;

        /** The name in JSON. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Code of the process itself. */
    public static final Caller EMBEDDER = new Caller("embedder", Role.ADMIN, Door.JAVA, null);
}
