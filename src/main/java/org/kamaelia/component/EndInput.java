package org.kamaelia.component;

import org.jspecify.annotations.Nullable;

/**
 * To a socket adapter: behave as if the peer had ended its sending. What was read is delivered, then
 * the handler learns that its input has ended.
 *
 * @param reason why, for the connection's record; null when there is nothing to say
 */
public record EndInput(@Nullable Object reason) implements Signal {
    @Override
    public Kind kind() {
        return Kind.END_INPUT;
    }
}
