package org.kamaelia.control;

import java.util.List;

/**
 * Whether new connections should be sent here.
 *
 * @param reasons why not, in words, and what else is wrong with what runs
 */
public record Health(boolean ready, List<String> reasons) {

    public Health {
        reasons = List.copyOf(reasons);
    }
}
