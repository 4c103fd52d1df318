package org.kamaelia.control;

import java.util.List;

/**
 * Whether new connections should be sent here.
 *
 * @param reasons why not, in words; empty when ready
 */
public record Health(boolean ready, List<String> reasons) {

    public Health {
        reasons = List.copyOf(reasons);
    }
}
